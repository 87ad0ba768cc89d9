// What a slot holds, in two digests: what runs, and how it is configured here. Pure.
import { digestOf } from '@sluice/documents'
import { cut, type Revision, type Sha256 } from '@sluice/rollout'
import { extractFields } from '../apply/extract.ts'
import { childOf, fieldsOf, unionOf } from '../apply/field-set.ts'
import type { KubeObject } from '../object.ts'
import { fieldAt, recordOf, recordsIn, textOf, withoutNulls } from '../record.ts'
import {
  CONTAINER_CONFIGURATION,
  DEPLOYMENT_CONFIGURATION,
  LIFECYCLE_CONFIGURATION,
  POD_CONFIGURATION,
  SERVICE_CONFIGURATION,
} from './configuration-fields.ts'
import type { KubernetesWorkload } from './workload.ts'

/** A pod's spec, as far as it says what runs. */
export interface RevisionContents {
  readonly containers: readonly ContainerContents[]
  readonly [field: string]: unknown
}

export interface ContainerContents {
  readonly image: string
  readonly [field: string]: unknown
}

type Json = Readonly<Record<string, unknown>>
type Fields = Readonly<Record<string, string>>

const CONTAINER_LISTS = ['initContainers', 'containers'] as const

/** What the revision digest covers: the pod's spec without what is configuration. */
export function contentsOf(deployment: KubeObject): RevisionContents {
  const pod = podOf(deployment)
  const before = pod['initContainers']
  return {
    ...without(pod, POD_CONFIGURATION),
    ...(before !== undefined && { initContainers: runningIn(before) }),
    containers: runningIn(pod['containers']),
  }
}

/** What the configuration digest covers beside the revision. */
export function configurationOf({
  deployment,
  service,
}: Pick<KubernetesWorkload, 'deployment' | 'service'>): Json {
  const pod = podOf(deployment)
  const containers = CONTAINER_LISTS.flatMap((list) =>
    recordsIn(pod[list]).map((one) => [`${list}/${textOf(one['name'])}`, settingsOf(one)] as const),
  )
  const metadata = recordOf(fieldAt(deployment, ['spec', 'template', 'metadata']))
  return {
    deployment: only(recordOf(withoutNulls(deployment['spec'])), DEPLOYMENT_CONFIGURATION),
    pod: only(pod, POD_CONFIGURATION),
    containers: Object.fromEntries(containers),
    labels: recordOf(withoutNulls(metadata['labels'])),
    annotations: recordOf(withoutNulls(metadata['annotations'])),
    service: only(recordOf(withoutNulls(service['spec'])), SERVICE_CONFIGURATION),
  }
}

export const revisionFor = (
  workload: Pick<KubernetesWorkload, 'deployment' | 'service'>,
  sha256: Sha256,
): Revision => ({
  revisionDigest: digestOf(contentsOf(workload.deployment), sha256),
  configDigest: digestOf(configurationOf(workload), sha256),
})

const podOf = (deployment: KubeObject): Json =>
  recordOf(withoutNulls(fieldAt(deployment, ['spec', 'template', 'spec'])))

const runningIn = (containers: unknown): readonly ContainerContents[] =>
  recordsIn(containers).map((container) => {
    const { lifecycle, ...rest } = without(container, CONTAINER_CONFIGURATION)
    const started = without(recordOf(lifecycle), LIFECYCLE_CONFIGURATION)
    return {
      ...rest,
      image: textOf(container['image']),
      ...(Object.keys(started).length > 0 && { lifecycle: started }),
    }
  })

function settingsOf(container: Json): Json {
  const ending = only(recordOf(container['lifecycle']), LIFECYCLE_CONFIGURATION)
  return { ...only(container, CONTAINER_CONFIGURATION), ...ending }
}

const only = (value: Json, fields: Fields): Json =>
  Object.fromEntries(Object.entries(value).filter(([name]) => Object.hasOwn(fields, name)))

const without = (value: Json, fields: Fields): Json =>
  Object.fromEntries(Object.entries(value).filter(([name]) => !Object.hasOwn(fields, name)))

/** A restart makes new pods of the same template: what they are is what was tested. */
const RESTARTED = 'kubectl.kubernetes.io/restartedAt'

/**
 * 16 hex over everything in the pod template that somebody set, as the server keeps it. What nobody
 * set is a default of the server and does not count. An edit by anybody changes it, also one that adds
 * a field: from then on a mark on the Deployment is no longer about this template.
 */
export function templateDigest(live: KubeObject, sha256: Sha256): string {
  const template = (live.metadata.managedFields ?? [])
    .filter(({ subresource }) => subresource === undefined)
    .map((entry) => {
      const spec = childOf(fieldsOf(entry) ?? {}, 'f:spec')
      return spec && childOf(spec, 'f:template')
    })
    .reduce(unionOf, undefined)
  const fields = { 'f:spec': { 'f:template': template ?? {} } }
  const set = template === undefined ? {} : extractFields(live, { fields, others: [] })
  return cut(digestOf(withoutRestart(fieldAt(set, ['spec', 'template']) ?? {}), sha256))
}

function withoutRestart(template: unknown): unknown {
  const metadata = recordOf(recordOf(template)['metadata'])
  const { [RESTARTED]: _time, ...annotations } = recordOf(metadata['annotations'])
  const { annotations: _all, ...rest } = metadata
  const left = Object.keys(annotations).length === 0 ? rest : { ...rest, annotations }
  return { ...recordOf(template), metadata: left }
}
