// Which rights a plan uses, for a look before anything is written.
import type { Resource, Resources, Right } from '../connection/api-server.ts'
import { defaultStatusOptions, type StatusOptions } from '../health/status/health-status.ts'
import { statusOf } from '../health/status/status.ts'
import type { KubeObject } from '../object.ts'
import { objectsOf, type ApplyPlan, type PlannedObject } from './plan.ts'
import { dataLostWith } from './removal-stages.ts'

export interface PlanRights {
  /** Without one of these a write of the plan is refused. */
  readonly needed: readonly Right[]
  /** Without these less is told: waits poll, failures come without evidence. */
  readonly optional: readonly Right[]
}

export interface RightsQuestion {
  readonly resources: Resources
  /** Something is awaited after the writes. */
  readonly wait: boolean
  /** What that wait counts as ready. */
  readonly status?: StatusOptions
}

/** Minimal: only what the plan will really send. Kinds that are not known yet cannot be asked about. */
export function requiredRights(plan: ApplyPlan, question: RightsQuestion): PlanRights {
  const placed = placedIn(plan, question.resources)
  const needed = placed.flatMap((one) => rightsOf(one, verbsOf(one.planned)))
  const awaited = placed
    .filter(({ planned }) => question.wait && !isReadyAtOnce(planned, question.status))
    .flatMap((one) => rightsOf(one, ['list', 'watch']))
  return {
    needed: distinct(needed),
    optional: distinct([...awaited, ...evidence(placed, question)]),
  }
}

/** Ready by its very write, as most kinds are: the wait asks nothing of it. */
function isReadyAtOnce(
  { object, live }: PlannedObject,
  options: StatusOptions = defaultStatusOptions,
): boolean {
  const status = live?.['status'] as { readonly observedGeneration?: unknown } | undefined
  // Its controller has to see the change.
  if (status?.observedGeneration !== undefined) return false
  const written: KubeObject = { ...object, status }
  const context = { now: 0, since: 0, written: null, lateClasses: new Set<string>(), options }
  return statusOf(written, context).state === 'ready'
}

/** Beside those of the writes: without one of these, what a run made could not be taken away again. */
export function rightsToUndo(plan: ApplyPlan, resources: Resources): readonly Right[] {
  const placed = placedIn(plan, resources)
  // What may not be read cannot be put back.
  const unseen = placed.filter(
    ({ planned: { intent, live } }) => intent === 'configure' && live === null,
  )
  const made = placed.filter(
    ({ planned: { intent, placed } }) =>
      (intent === 'create' || intent === 'generate') && dataLostWith(placed.id) === null,
  )
  return distinct([
    ...made.flatMap((one) => rightsOf(one, ['get', 'delete'])),
    ...unseen.flatMap((one) => rightsOf(one, ['get'])),
  ])
}

interface Placed {
  readonly planned: PlannedObject
  readonly resource: Resource
}

const placedIn = (plan: ApplyPlan, resources: Resources): readonly Placed[] =>
  objectsOf(plan).flatMap((planned) => {
    const { group, version, kind } = planned.placed.id
    const resource = resources.find(group, version, kind)
    return resource === null ? [] : [{ planned, resource }]
  })

const rightsOf = ({ planned, resource }: Placed, verbs: readonly string[]): readonly Right[] =>
  verbs.map((verb) => {
    const { name, namespace } = planned.placed.id
    const named = BY_NAME.has(verb) && name !== ''
    const right = { verb, group: resource.group, resource: resource.plural, namespace }
    return named ? { ...right, names: [name] } : right
  })

/** A Role can give these for named objects; the others have no name in their request. */
const BY_NAME: ReadonlySet<string> = new Set(['get', 'patch', 'delete'])

function verbsOf({ intent, replace }: PlannedObject): readonly string[] {
  switch (intent) {
    case 'unchanged':
    case 'refused':
      return []
    case 'generate':
      return ['create']
    // An apply that makes an object asks the server for both.
    case 'create':
      return ['create', 'patch']
    case 'recreate':
      return ['create', 'get', 'patch']
    case 'configure':
      return replace ? ['create', 'delete', 'get', 'patch'] : ['patch']
  }
}

/** What a wait looks at to say why pods fail. */
function evidence(placed: readonly Placed[], { wait }: RightsQuestion): readonly Right[] {
  const namespaces = new Set(
    placed
      .filter(
        ({ planned: { placed } }) =>
          ['apps', 'batch'].includes(placed.id.group) || placed.id.kind === 'Pod',
      )
      .map(({ planned: { placed } }) => placed.id.namespace),
  )
  if (!wait) return []
  return [...namespaces].flatMap((namespace) => [
    { verb: 'list', group: '', resource: 'pods', namespace },
    { verb: 'watch', group: '', resource: 'pods', namespace },
    { verb: 'get', group: '', resource: 'pods/log', namespace },
    { verb: 'list', group: '', resource: 'events', namespace },
    { verb: 'list', group: 'apps', resource: 'replicasets', namespace },
  ])
}

/** Each once, with the names of all its objects. */
function distinct(rights: readonly Right[]): readonly Right[] {
  const alike = Map.groupBy(
    rights,
    ({ verb, group, resource, namespace }) => `${verb} ${group}/${resource} ${namespace ?? ''}`,
  )
  return [...alike.values()].flatMap((members) => {
    const [first] = members
    if (first === undefined) return []
    const { names, ...whole } = first
    const isNamed = names !== undefined && members.every((one) => one.names !== undefined)
    return [isNamed ? { ...whole, names: members.flatMap((one) => one.names ?? []) } : whole]
  })
}
