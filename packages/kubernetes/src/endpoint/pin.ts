// From manifests to a workload whose revision is fixed. Reads files only; all problems at once.
import type { LockEntry, Problem, Revision, Sha256 } from '@sluice/rollout'
import { isAutoscaler, targetOf } from '../apply/autoscaler.ts'
import { parsePathList } from '../manifests/finding.ts'
import { parseImageEntries } from '../manifests/image-entries.ts'
import { findImages } from '../manifests/image-places.ts'
import { parseImageReference } from '../manifests/image-reference.ts'
import { replaceImages } from '../manifests/images.ts'
import { invalidManifests } from '../manifests/invalid.ts'
import { renderSource, type Manifest } from '../manifests/manifest.ts'
import { readManifests, type ManifestPorts, type Render } from '../manifests/reading.ts'
import { secretValuesOf } from '../manifests/secret-values.ts'
import { idOf, keyOf, renderId, type ObjectId } from '../object.ts'
import { contradictedImages, lockDifference, withLockedImages } from './lock.ts'
import { findMistakes } from './mistakes.ts'
import { pickWorkload, type Picked } from './picking.ts'
import type { BackEndKind } from './place.ts'
import { contentsOf, revisionFor, type RevisionContents } from './revision.ts'
import type { KubernetesWorkload } from './workload.ts'

/** Inputs as texts; lists have one entry a line, or commas between. */
export interface KubernetesPinOrder {
  readonly manifests: string
  readonly render: Render
  readonly valuesFiles: string
  /** For Helm; null or absent: the name of the chart's folder. */
  readonly releaseName?: string | null
  /** null: the one that the manifests name, else the context's. */
  readonly namespace: string | null
  /** Name of the Service in the manifests; null: the only one that selects the Deployment's pods. */
  readonly service: string | null
  /** null: the Service's name. */
  readonly endpoint: string | null
  readonly backEnd: BackEndKind
  /** null: the endpoint's name. */
  readonly trafficObject: string | null
  /** As the input `images` of k8s-apply. */
  readonly images: string
  readonly createEndpoint: boolean
  /** The endpoint's entry in the revision lock; null: no lock was given. */
  readonly lock: LockEntry | null
}

export interface KubernetesPinParts {
  readonly ports: ManifestPorts
  readonly sha256: Sha256
}

export interface PinnedKubernetes {
  readonly workload: KubernetesWorkload
  readonly endpointName: string
  /** The wanted one, else what the manifests name; null: neither. */
  readonly namespace: string | null
  readonly contents: RevisionContents
  readonly revision: Revision
  /** For a person to see. */
  readonly notices: readonly string[]
  /** For a person to mend. */
  readonly warnings: readonly string[]
  /** What else the manifests hold: left alone. */
  readonly shared: readonly ObjectId[]
}

/** Throws KUBERNETES_MANIFESTS_INVALID with every problem, KUBERNETES_LOCK_DIFFERS. */
export async function pinManifests(
  order: KubernetesPinOrder,
  parts: KubernetesPinParts,
  signal: AbortSignal,
): Promise<PinnedKubernetes> {
  const ports = { ...parts.ports, signal }
  const written = await readWritten(order, ports)
  const imaged = replaceImages(written, parsePathList(order.images))
  const picked = pickWorkload(imaged.ok ? imaged.value.manifests : written, order)
  const contradicted = picked.ok ? findContradicted(order, written, picked.value) : []
  const mistakes = findMistakes(written, order.namespace)
  const problems = [imaged, picked].flatMap((result) => (result.ok ? [] : result.problems))
  problems.push(...contradicted, ...mistakes)
  if (!imaged.ok || !picked.ok || problems.length > 0) throw invalidManifests(problems)
  for (const { from, to, where } of imaged.value.replaced) {
    ports.log.info(`${where}: image ${from} becomes ${to}`)
  }
  return pinned(order, picked.value, parts.sha256)
}

async function readWritten(
  order: KubernetesPinOrder,
  ports: ManifestPorts,
): Promise<readonly Manifest[]> {
  const { render, namespace, releaseName = null } = order
  const manifests = parsePathList(order.manifests)
  const valuesFiles = parsePathList(order.valuesFiles)
  const read = await readManifests(
    { manifests, render, valuesFiles, releaseName, namespace },
    ports,
  )
  if (!read.ok) throw invalidManifests(read.problems)
  // Before anything of them can be printed.
  for (const value of secretValuesOf(read.value)) ports.log.mask(value)
  return read.value
}

/** Images that the caller names although a lock says what runs, and names otherwise. */
function findContradicted(
  { lock, images }: KubernetesPinOrder,
  written: readonly Manifest[],
  { deployment }: Picked,
): readonly Problem[] {
  const entries = parseImageEntries(parsePathList(images))
  const before = written.find(({ source }) => source === deployment.source)
  if (lock === null || !entries.ok || before === undefined) return []
  return contradictedImages(
    lock,
    { before: before.object, after: deployment.object },
    entries.value,
  )
}

function pinned(order: KubernetesPinOrder, picked: Picked, sha256: Sha256): PinnedKubernetes {
  const { lock, createEndpoint } = order
  const written = picked.deployment.object
  const deployment = lock === null ? written : withLockedImages(written, lock)
  const workload: KubernetesWorkload = {
    deployment,
    service: picked.service.object,
    trafficObject: picked.trafficObject?.object ?? null,
    createEndpoint,
  }
  const contents = contentsOf(deployment)
  const revision = revisionFor(workload, sha256)
  const difference = lock === null ? null : lockDifference(lock, { contents, ...revision })
  if (difference !== null) throw difference
  const shared = picked.shared.map(({ object }) =>
    idOf(object, object.metadata.namespace ?? picked.namespace),
  )
  return {
    workload,
    endpointName: picked.endpointName,
    namespace: picked.namespace,
    contents,
    revision,
    notices: [...sharedNotices(shared), ...autoscalerNotices(picked)],
    warnings: mutableImages({ ...picked.deployment, object: deployment }),
    shared,
  }
}

const MOST_NAMED = 10

function sharedNotices(shared: readonly ObjectId[]): readonly string[] {
  if (shared.length === 0) return []
  const names = shared.slice(0, MOST_NAMED).map(renderId)
  const more = shared.length - names.length
  return [
    `left alone, because slots share it: ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}; k8s-apply is what applies these`,
  ]
}

/** One that names the Deployment as it is written drives none of the slots. */
function autoscalerNotices({ shared, deployment, endpointName }: Picked): readonly string[] {
  const name = deployment.object.metadata.name ?? ''
  const key = keyOf(idOf(deployment.object, null))
  return shared.flatMap(({ object, source }) => {
    const id = idOf(object, null)
    if (!isAutoscaler(id) || targetOf(object, null) !== key) return []
    return `${renderSource(source)}: ${renderId(id)} drives Deployment ${name}, which is ${endpointName}-<slot> in a slot; write one for each slot`
  })
}

function mutableImages({ object, source }: Manifest): readonly string[] {
  return findImages(object, []).flatMap(({ path, image }) => {
    const reference = parseImageReference(image)
    if (reference === null || reference.digest !== null) return []
    if (reference.tag !== null && reference.tag !== 'latest') return []
    return `${renderSource(source, path)}: image ${image} can change under the same revision; name a version or a digest`
  })
}
