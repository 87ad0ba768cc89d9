// What the Gateways of an HTTPRoute say of it: `status.parents`, one entry for each.
import { conditionsAt, listAt, textAt, type Condition, type Fields } from '../../health/fields.ts'
import type { TrafficScene } from './back-end.ts'
import { refsOf } from './http-route-rules.ts'
import { nameOf } from './selector.ts'

const WANTED = ['Accepted', 'ResolvedRefs'] as const

/** null: every Gateway has taken the present generation. */
export function awaitedParents({ object }: TrafficScene): string | null {
  const parents = listAt(object, 'status.parents')
  if (parents.length === 0) {
    return `${nameOf(object)}: no Gateway has taken it up; its spec.parentRefs name ${parentRefs(object)}`
  }
  const generation = object.metadata.generation ?? 0
  const awaited = parents.flatMap((parent) =>
    WANTED.flatMap((type) => {
      const condition = conditionOf(parent, type)
      const where = `${gatewayOf(parent)}: ${type}`
      if (condition === null || isOld(condition, generation)) {
        return [`${where} is not told yet for generation ${generation}`]
      }
      return condition.status === 'True' ? [] : [`${where} is ${condition.status}${why(condition)}`]
    }),
  )
  return awaited.length === 0 ? null : `${nameOf(object)}: ${awaited.join('; ')}`
}

/** What a Gateway says no to for good; null: nothing. */
export function refusedByParents(scene: TrafficScene): string | null {
  const { object } = scene
  const generation = object.metadata.generation ?? 0
  const refusals = listAt(object, 'status.parents').flatMap((parent) =>
    WANTED.flatMap((type) => {
      const condition = conditionOf(parent, type)
      if (condition?.status !== 'False' || isOld(condition, generation)) return []
      if (passes(scene, condition)) return []
      return [`${gatewayOf(parent)}: ${type} is False${why(condition)}`]
    }),
  )
  return refusals.length === 0 ? null : `${nameOf(object)}: ${refusals.join('; ')}`
}

/**
 * Ends by itself: endpoints that come, a Gateway that is being set up, a Service that is there and
 * that the Gateway has not seen yet.
 */
function passes(scene: TrafficScene, { reason }: Condition): boolean {
  if (/endpoint/i.test(reason) || reason === 'Pending') return true
  return reason === 'BackendNotFound' && allServicesThere(scene)
}

/** Services of other namespaces are not known here. */
function allServicesThere({ object, services }: TrafficScene): boolean {
  const own = object.metadata.namespace
  return listAt(object, 'spec.rules')
    .flatMap(refsOf)
    .filter((ref) => (ref['kind'] ?? 'Service') === 'Service')
    .filter((ref) => (ref['namespace'] ?? own) === own)
    .every((ref) => services.has(textAt(ref, 'name')))
}

const conditionOf = (parent: Fields, type: string): Condition | null =>
  conditionsAt(parent, 'conditions').find((condition) => condition.type === type) ?? null

const isOld = ({ observedGeneration }: Condition, generation: number): boolean =>
  (observedGeneration ?? 0) < generation

const why = ({ reason, message }: Condition): string =>
  [reason, message]
    .filter((text) => text !== '')
    .map((text) => `: ${text}`)
    .join('')

/** `Gateway infra/web` */
function gatewayOf(parent: Fields): string {
  const { kind, name, namespace } = partsOf(parent['parentRef'])
  return `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`
}

const partsOf = (ref: unknown) => ({
  kind: textAt(ref, 'kind') || 'Gateway',
  name: textAt(ref, 'name'),
  namespace: textAt(ref, 'namespace'),
})

function parentRefs(object: TrafficScene['object']): string {
  const refs = listAt(object, 'spec.parentRefs')
  if (refs.length === 0) return 'none: write the Gateway there'
  return refs.map((parentRef) => gatewayOf({ parentRef })).join(', ')
}
