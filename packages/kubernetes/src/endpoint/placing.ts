// The manifests, placed in one slot: names, labels, selectors, a preview Service. Pure.
//
// A slot that others made keeps what cannot be changed: its names, its label and its selector.
import { bad, good, type Problem, type Result, type RevisionMark } from '@sluice/rollout'
import { selects } from '../manifests/label-selector.ts'
import type { KubeObject, Metadata } from '../object.ts'
import { fieldAt, isRecord, recordOf } from '../record.ts'
import { defaultService } from './back-ends/slot-services.ts'
import { REVISION_ANNOTATION, TEMPLATE_ANNOTATION } from './marks.ts'
import { podLabelsOf, selectorOf } from './picking.ts'
import { SLOT_LABEL } from './slots.ts'
import type { KubernetesWorkload } from './workload.ts'

export interface SlotPlace {
  readonly endpoint: string
  readonly namespace: string
  readonly slot: string
  /** What tells the pods of the slots apart, and what this slot's pods have: `version`, `blue`. */
  readonly slotLabel: { readonly key: string; readonly value: string }
  /** What is there of the slot. */
  readonly deployment: KubeObject | null
  readonly service: KubeObject | null
  /** Ready pods of the slot with traffic. */
  readonly activeReplicas: number
  readonly mark: RevisionMark
}

export interface PlacedWorkload {
  /** Without the annotation of its template, which only the server's answer gives. */
  readonly deployment: KubeObject
  /** The slot's own address. */
  readonly service: KubeObject
  readonly notices: readonly string[]
}

type Json = Readonly<Record<string, unknown>>

/** Everything that stops the workload from being in this slot, at once. */
export function placeInSlot(
  workload: Pick<KubernetesWorkload, 'deployment' | 'service'>,
  place: SlotPlace,
): Result<PlacedWorkload> {
  const names = namesOf(place)
  const labels = { ...podLabelsOf(workload.deployment), ...labelOf(place) }
  const selector = placeSelector(workload.deployment, place, labels)
  const problems = [
    ...nameProblems(names),
    ...(selector.ok ? [] : selector.problems),
    ...serviceProblems(workload.service, { place, labels }),
  ]
  if (!selector.ok || problems.length > 0) return bad(...problems)
  const replicas = placeReplicas(workload.deployment, place)
  return good({
    deployment: placeDeployment(workload.deployment, {
      place,
      name: names.deployment,
      spec: { selector: selector.value, replicas: replicas.count },
      labels,
    }),
    service: placeService(workload.service, { place, name: names.service }),
    notices: replicas.notices,
  })
}

const labelOf = ({ slotLabel: { key, value } }: SlotPlace) => ({ [key]: value })

interface SlotNames {
  readonly deployment: string
  readonly service: string
}

/** As they are, else as every slot of ours is called. */
const namesOf = ({
  endpoint,
  slot,
  deployment,
  service,
}: Pick<SlotPlace, 'endpoint' | 'slot' | 'deployment' | 'service'>): SlotNames => ({
  deployment: deployment?.metadata.name ?? `${endpoint}-${slot}`,
  service: service?.metadata.name ?? defaultService(endpoint, slot),
})

const LONGEST_NAME = 63

function nameProblems({ deployment, service }: SlotNames): readonly Problem[] {
  return [...new Set([deployment, service])]
    .filter((name) => name.length > LONGEST_NAME)
    .map((name) => ({
      where: 'endpoint',
      message: `${name} has ${name.length} characters, and a Service's name at most ${LONGEST_NAME}; choose a shorter endpoint or shorter slots`,
    }))
}

/** What is written, with the slot's label; of a Deployment that is there, its own: it never changes. */
function placeSelector(written: KubeObject, place: SlotPlace, labels: Json): Result<unknown> {
  const own = placeLabels(fieldAt(written, ['spec', 'selector', 'matchLabels']), place)
  const found = place.deployment === null ? null : fieldAt(place.deployment, ['spec', 'selector'])
  const selector = recordOf(fieldAt(written, ['spec', 'selector']))
  if (found === null) return good({ ...selector, matchLabels: own })
  const { key, value } = place.slotLabel
  const isOfSlot = fieldAt(found, ['matchLabels', key]) === value
  if (isOfSlot && selects(found, labels)) return good(found)
  const name = place.deployment?.metadata.name ?? ''
  const use = isOfSlot ? 'it serves nobody, so delete it' : 'if nobody needs it, delete it'
  const message =
    `its selector ${JSON.stringify(found)} never changes, and does not fit the pods of slot ${place.slot} (${JSON.stringify(labels)}); ` +
    `${use} and run again: kubectl delete deployment ${name} --namespace ${place.namespace}`
  return bad({ where: `Deployment ${place.namespace}/${name}`, message })
}

const placeLabels = (labels: unknown, place: SlotPlace): Json => ({
  ...recordOf(labels),
  ...labelOf(place),
})

/** A slot's name that the manifests say is this slot's in it; where they say none, none is added. */
function renamed(labels: Metadata['labels'], { slotLabel: { key, value } }: SlotPlace) {
  return labels !== undefined && Object.hasOwn(labels, key) ? { ...labels, [key]: value } : labels
}

function serviceProblems(
  service: KubeObject,
  { place, labels }: { readonly place: SlotPlace; readonly labels: Json },
): readonly Problem[] {
  const matchLabels = placeLabels(selectorOf(service), place)
  if (selects({ matchLabels }, labels)) return []
  const message = `selects no pod of slot ${place.slot}: its selector is ${JSON.stringify(matchLabels)}, their labels are ${JSON.stringify(labels)}`
  return [{ where: `Service ${service.metadata.name ?? ''}`, message }]
}

function placeReplicas(
  written: KubeObject,
  place: SlotPlace,
): { readonly count: number; readonly notices: readonly string[] } {
  const { slot, activeReplicas } = place
  const count = Math.max(replicasOf(written) ?? 1, replicasOfSame(place))
  if (count >= activeReplicas) return { count, notices: [] }
  const notice = `slot ${slot} gets ${activeReplicas} replicas instead of the ${count} of the manifests: as many as are ready where the traffic is, so that a switch takes no capacity away`
  return { count: activeReplicas, notices: [notice] }
}

const replicasOf = (deployment: KubeObject): number | null => {
  const replicas = fieldAt(deployment, ['spec', 'replicas'])
  return typeof replicas === 'number' ? replicas : null
}

/** A re-run takes away nothing that an earlier one gave when more pods were ready elsewhere. */
function replicasOfSame({ deployment, mark }: SlotPlace): number {
  const isSame = deployment?.metadata.annotations?.[REVISION_ANNOTATION] === mark
  return isSame ? (replicasOf(deployment) ?? 0) : 0
}

interface DeploymentParts {
  readonly place: SlotPlace
  readonly name: string
  readonly spec: Json
  readonly labels: Json
}

function placeDeployment(written: KubeObject, parts: DeploymentParts): KubeObject {
  const { place, name, labels } = parts
  const spec = recordOf(written['spec'])
  const template = recordOf(spec['template'])
  const { status: _status, ...rest } = written
  return {
    ...rest,
    metadata: placeMetadata(written, {
      place,
      name,
      annotations: { [REVISION_ANNOTATION]: place.mark },
    }),
    spec: {
      ...spec,
      ...parts.spec,
      // One that somebody paused would make no pod of this template.
      ...(fieldAt(place.deployment, ['spec', 'paused']) === true && { paused: false }),
      template: { ...template, metadata: { ...recordOf(template['metadata']), labels } },
    },
  } as KubeObject
}

interface MetadataParts {
  readonly place: SlotPlace
  readonly name: string
  readonly annotations: Readonly<Record<string, string>>
}

function placeMetadata(
  { metadata }: KubeObject,
  { place, name, annotations }: MetadataParts,
): Metadata {
  const { [TEMPLATE_ANNOTATION]: _digest, ...written } = metadata.annotations ?? {}
  const all = { ...written, ...annotations }
  return {
    name,
    namespace: place.namespace,
    labels: { ...renamed(metadata.labels, place), [SLOT_LABEL]: place.slot },
    ...(Object.keys(all).length > 0 && { annotations: all }),
  }
}

/** The ports of the endpoint's Service, inside the cluster alone. */
function placeService(
  written: KubeObject,
  { place, name }: { readonly place: SlotPlace; readonly name: string },
): KubeObject {
  const spec = recordOf(written['spec'])
  const ports = Array.isArray(spec['ports']) ? spec['ports'].map(withoutNodePort) : []
  const type = fieldAt(place.service, ['spec', 'type'])
  const { sessionAffinity, sessionAffinityConfig } = spec
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name,
      namespace: place.namespace,
      labels: { ...renamed(written.metadata.labels, place), [SLOT_LABEL]: place.slot },
    },
    spec: {
      // One that others made stays reachable as it was.
      type: typeof type === 'string' ? type : 'ClusterIP',
      selector: placeLabels(selectorOf(written), place),
      ports,
      ...(sessionAffinity !== undefined && { sessionAffinity }),
      ...(sessionAffinityConfig !== undefined && { sessionAffinityConfig }),
    },
  }
}

function withoutNodePort(port: unknown): unknown {
  if (!isRecord(port)) return port
  const { nodePort: _number, ...rest } = port
  return rest
}
