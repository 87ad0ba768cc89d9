// Good practice: what a set of manifests leaves out that a safe rollout lives on. Pure.
import type { Path } from '@sluice/documents'
import { renderId } from '../object.ts'
import { parseImageReference } from './image-reference.ts'
import { findImages } from './image-places.ts'
import { isRecord, textOf } from '../record.ts'
import { listOf, mappingAt, valueAt, type Json } from './json.ts'
import { selects } from './label-selector.ts'
import { renderSource, type PlacedManifest } from './manifest.ts'
import { findPodTemplates, kindKey, type PodTemplate } from './pod-template.ts'

export type Practice =
  | 'readiness-probe'
  | 'disruption-budget'
  | 'replicas'
  | 'moving-tag'
  | 'image-version'
  | 'resources'
  | 'strategy-note'
  | 'rollback-note'

export interface Advice {
  readonly rule: Practice
  /** `kubernetes/web.yml:12` */
  readonly where: string
  readonly message: string
}

/** How this workload is rolled out: `rolling`, `blue-green`, `canary`, or a note in plain words. */
export const STRATEGY_ANNOTATION = 'sluice.dev/strategy'
/** How to get back to the version before: a command, a runbook's address, a note. */
export const ROLLBACK_ANNOTATION = 'sluice.dev/rollback'

/** In the order of the manifests. */
export function adviceOf(placed: readonly PlacedManifest[]): readonly Advice[] {
  // Found once: each workload looks through them.
  const keepers: Keepers = {
    budgets: ofKind(placed, 'PodDisruptionBudget.policy'),
    autoscalers: ofKind(placed, 'HorizontalPodAutoscaler.autoscaling'),
  }
  return placed.flatMap((manifest) => {
    const [template] = findPodTemplates(manifest.object)
    if (template === undefined) return []
    const complain = complainer(manifest)
    const workload: Workload = { manifest, object: manifest.object, template, complain }
    const serves = SERVING.has(kindKey(manifest.object))
    return [
      ...(serves ? serving(workload, keepers) : []),
      ...adviseImages(workload),
      ...adviseResources(workload),
    ]
  })
}

interface Keepers {
  readonly budgets: readonly PlacedManifest[]
  readonly autoscalers: readonly PlacedManifest[]
}

const ofKind = (placed: readonly PlacedManifest[], kind: string): readonly PlacedManifest[] =>
  placed.filter(({ object }) => kindKey(object) === kind)

/** Workloads that answer requests; of which there may be several. */
const SERVING: ReadonlySet<string> = new Set([
  'Deployment.apps',
  'StatefulSet.apps',
  'Rollout.argoproj.io',
])

interface Workload {
  readonly manifest: PlacedManifest
  readonly object: Json
  readonly template: PodTemplate
  readonly complain: Complain
}

type Complain = (rule: Practice, path: Path, message: string) => Advice

function complainer({ id, source }: PlacedManifest): Complain {
  const name = renderId(id)
  return (rule, path, message) => ({
    rule,
    // Only what is shown is looked up: it means reading the file's text again.
    get where() {
      return renderSource(source, path)
    },
    message: `${name} ${message}`,
  })
}

const serving = (workload: Workload, keepers: Keepers): readonly Advice[] => [
  ...adviseProbe(workload),
  ...adviseReplicas(workload, keepers),
  ...adviseBudget(workload, keepers),
  ...adviseNotes(workload),
]

function adviseProbe({ template, complain }: Workload): readonly Advice[] {
  const { spec, specPath } = template
  const containers = listOf(spec['containers'])
  if (containers.some((container) => isRecord(container) && isRecord(container['readinessProbe'])))
    return []
  const message =
    'has no readiness probe: pods get requests before they can answer, and a broken version counts as ready'
  return [complain('readiness-probe', [...specPath, 'containers'], message)]
}

function adviseReplicas(
  { manifest, object, complain }: Workload,
  { autoscalers }: Keepers,
): readonly Advice[] {
  const replicas = valueAt(object, ['spec', 'replicas']) ?? 1
  if (replicas !== 1 || isScaledUp(manifest, autoscalers)) return []
  const message = 'runs one replica: it is away while its node is drained or its pod restarts'
  return [complain('replicas', ['spec', 'replicas'], message)]
}

/** An autoscaler in the set keeps more than one. */
const isScaledUp = ({ id }: PlacedManifest, autoscalers: readonly PlacedManifest[]): boolean =>
  autoscalers.some(({ object, id: other }) => {
    const target = mappingAt(object, ['spec', 'scaleTargetRef'])
    const least = valueAt(object, ['spec', 'minReplicas'])
    const same = target?.['kind'] === id.kind && target['name'] === id.name
    return same && other.namespace === id.namespace && typeof least === 'number' && least > 1
  })

function adviseBudget(
  { manifest, template, complain }: Workload,
  { budgets }: Keepers,
): readonly Advice[] {
  const labels = mappingAt(template.template, ['metadata', 'labels']) ?? {}
  const kept = budgets.some(
    ({ object, id }) =>
      id.namespace === manifest.id.namespace &&
      selects(valueAt(object, ['spec', 'selector']), labels),
  )
  if (kept) return []
  const message =
    'has no PodDisruptionBudget in the set that selects its pods: a drain may take all of them at once'
  return [complain('disruption-budget', [], message)]
}

function adviseNotes({ object, complain }: Workload): readonly Advice[] {
  const path = ['metadata', 'annotations']
  const notes = mappingAt(object, path) ?? {}
  const missing = (name: string): boolean => textOf(notes[name]).trim() === ''
  const advice: Advice[] = []
  if (missing(STRATEGY_ANNOTATION)) {
    const message = `has no annotation ${STRATEGY_ANNOTATION}: say how it is rolled out (rolling, blue-green, canary)`
    advice.push(complain('strategy-note', path, message))
  }
  if (missing(ROLLBACK_ANNOTATION)) {
    const message = `has no annotation ${ROLLBACK_ANNOTATION}: say how to get back (a command, a runbook)`
    advice.push(complain('rollback-note', path, message))
  }
  return advice
}

const VERSION = /^v?\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:[+_][0-9A-Za-z.-]+)?$/
const MOVING: ReadonlySet<string> = new Set([
  'latest',
  'stable',
  'edge',
  'nightly',
  'main',
  'master',
])

function adviseImages({ manifest, complain }: Workload): readonly Advice[] {
  return findImages(manifest.object, []).flatMap(({ path, image }) => {
    const reference = parseImageReference(image)
    // A digest never moves, whatever the tag beside it says.
    if (reference === null || reference.digest !== null) return []
    const { tag } = reference
    if (tag === null || MOVING.has(tag)) {
      const found = tag === null ? 'no tag, which means latest' : `the tag ${tag}`
      const message = `uses ${image} with ${found}: two pods may run different versions, and there is no way back`
      return [complain('moving-tag', path, message)]
    }
    if (VERSION.test(tag)) return []
    const message = `uses ${image}, whose tag is no version such as 1.4.2`
    return [complain('image-version', path, message)]
  })
}

function adviseResources({ template, complain }: Workload): readonly Advice[] {
  const { spec, specPath } = template
  const path = [...specPath, 'containers']
  // A pod may have them for all its containers together.
  if (hasResources(spec)) return []
  const without = listOf(spec['containers']).filter(
    (container) => isRecord(container) && !hasResources(container),
  )
  if (without.length === 0) return []
  const names = without.map((container) => textOf(valueAt(container, ['name']))).join(', ')
  const message = `asks for no resources (${names}): the scheduler packs it anywhere, and it is evicted first`
  return [complain('resources', path, message)]
}

const hasResources = (holder: Json): boolean =>
  ['requests', 'limits'].some((name) => {
    const amounts = mappingAt(holder, ['resources', name])
    return amounts !== null && Object.keys(amounts).length > 0
  })
