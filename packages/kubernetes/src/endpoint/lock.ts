// The revision lock: production runs the images that it names, and nothing that differs from it. Pure.
import type { LockEntry, Problem, SluiceError } from '@sluice/rollout'
import { changesBetween } from '../apply/changes.ts'
import { kubernetesError } from '../errors.ts'
import type { ImageEntry } from '../manifests/image-entries.ts'
import { parseImageReference, repositoryOf } from '../manifests/image-reference.ts'
import type { KubeObject } from '../object.ts'
import { fieldAt, isRecord, recordsIn, textOf } from '../record.ts'
import type { RevisionContents } from './revision.ts'

type Json = Readonly<Record<string, unknown>>

const CONTAINER_LISTS = ['initContainers', 'containers'] as const

/** By `containers/web`; volumes that are images by `volumes/model`. */
function imagesOf(pod: Json): ReadonlyMap<string, string> {
  const containers = CONTAINER_LISTS.flatMap((list) =>
    recordsIn(pod[list]).map((one) => [`${list}/${textOf(one['name'])}`, one['image']] as const),
  )
  const volumes = recordsIn(pod['volumes']).map(
    (one) => [`volumes/${textOf(one['name'])}`, fieldAt(one, ['image', 'reference'])] as const,
  )
  return new Map(
    [...containers, ...volumes].flatMap(([key, image]) =>
      typeof image === 'string' ? [[key, image] as const] : [],
    ),
  )
}

const podOf = (deployment: KubeObject): Json => {
  const pod = fieldAt(deployment, ['spec', 'template', 'spec'])
  return isRecord(pod) ? pod : {}
}

/** The Deployment with the lock's images, by the names of containers and volumes. */
export function withLockedImages(deployment: KubeObject, { revision }: LockEntry): KubeObject {
  const locked = imagesOf(revision)
  const pod = podOf(deployment)
  const lists = CONTAINER_LISTS.flatMap((list) =>
    Array.isArray(pod[list])
      ? [
          [
            list,
            withImages(pod[list], (name) => locked.get(`${list}/${name}`), onContainer),
          ] as const,
        ]
      : [],
  )
  const volumes = Array.isArray(pod['volumes'])
    ? { volumes: withImages(pod['volumes'], (name) => locked.get(`volumes/${name}`), onVolume) }
    : {}
  return withPod(deployment, { ...pod, ...Object.fromEntries(lists), ...volumes })
}

type Put = (item: Json, image: string) => Json

const onContainer: Put = (container, image) => ({ ...container, image })

const onVolume: Put = (volume, reference) =>
  isRecord(volume['image']) ? { ...volume, image: { ...volume['image'], reference } } : volume

const withImages = (
  items: readonly unknown[],
  imageOf: (name: string) => string | undefined,
  put: Put,
): readonly unknown[] =>
  items.map((item) => {
    const image = isRecord(item) ? imageOf(textOf(item['name'])) : undefined
    return isRecord(item) && image !== undefined ? put(item, image) : item
  })

function withPod(deployment: KubeObject, pod: Json): KubeObject {
  const spec = isRecord(deployment['spec']) ? deployment['spec'] : {}
  const template = isRecord(spec['template']) ? spec['template'] : {}
  return { ...deployment, spec: { ...spec, template: { ...template, spec: pod } } }
}

/** Images that the input `images` asks for and the lock does not say. */
export function contradictedImages(
  { revision }: LockEntry,
  { before, after }: { readonly before: KubeObject; readonly after: KubeObject },
  entries: readonly ImageEntry[],
): readonly Problem[] {
  const locked = imagesOf(revision)
  const now = imagesOf(podOf(after))
  return [...imagesOf(podOf(before))].flatMap(([key, image]) => {
    const reference = parseImageReference(image)
    const asked = entries.find(
      ({ repository }) => reference !== null && repository === repositoryOf(reference),
    )
    const says = locked.get(key)
    if (asked === undefined || says === undefined || says === now.get(key)) return []
    const message = `\`${asked.text}\` is not what the lock says of ${key} (${says}); leave the input empty, or let staging test that image first`
    return [{ where: 'images', message }]
  })
}

const MOST_TOLD = 10

/** null: the manifests describe exactly the locked revision. */
export function lockDifference(
  entry: LockEntry,
  found: { readonly contents: RevisionContents; readonly revisionDigest: string },
): SluiceError | null {
  if (entry.revisionDigest === found.revisionDigest) return null
  const changes = changesBetween(asObject(entry.revision), asObject(found.contents), {
    hideEnv: true,
  })
  const told = changes
    .slice(0, MOST_TOLD)
    .map(
      ({ path, before, after }) =>
        `- ${path}: lock ${before ?? 'nothing'}, found ${after ?? 'nothing'}`,
    )
  const more = changes.length - told.length
  const lines = more > 0 ? [...told, `- and ${more} more`] : told
  return kubernetesError(
    'KUBERNETES_LOCK_DIFFERS',
    [
      `the lock says revision ${entry.revisionDigest}, the manifests give ${found.revisionDigest}`,
      ...lines,
    ].join('\n'),
  )
}

/** The comparison of objects tells paths as people know them. */
const asObject = (contents: Json): KubeObject => ({
  ...contents,
  apiVersion: 'v1',
  kind: 'PodTemplate',
  metadata: {},
})
