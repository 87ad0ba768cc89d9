// The HTTPRoute of an endpoint that has none yet, from the one in the manifests.
import { bad, good, type Problem, type Result } from '@sluice/rollout'
import type { KubeObject } from '../../object.ts'
import { isRecord, textOf } from '../../record.ts'
import type { CreateOrder } from './back-end.ts'
import { refsOf, type Fields } from './http-route-rules.ts'
import { offersPort, portsText } from './slot-ports.ts'
import { defaultService } from './slot-services.ts'

/** References to the endpoint's Service become two to the slots' Services, both at weight 0. */
export function createHttpRoute(order: CreateOrder): Result<KubeObject> {
  const { given, name, namespace } = order
  const where = `HTTPRoute ${name}`
  if (given === null) {
    const message = `there is no HTTPRoute ${name}, and the manifests hold none; write one with its parentRefs and a backendRef to ${serviceName(order)}`
    return bad({ where, message })
  }
  const spec = isRecord(given['spec']) ? given['spec'] : {}
  const rules: readonly unknown[] = Array.isArray(spec['rules']) ? spec['rules'] : []
  const problems = rules.flatMap((rule, index) =>
    ruleProblems(order, rule, `${where} spec.rules[${index}]`),
  )
  if (!rules.some((rule) => leadsHere(order, rule))) {
    const message = `leads nowhere near this endpoint; wanted a backendRef to ${serviceName(order)}`
    problems.push({ where: `${where} spec.rules`, message })
  }
  if (problems.length > 0) return bad(...problems)
  return good({
    ...given,
    metadata: { ...given.metadata, name, namespace },
    spec: { ...spec, rules: rules.map((rule) => withSlots(order, rule)) },
  })
}

const serviceName = ({ service, endpoint }: CreateOrder): string =>
  service.metadata.name ?? endpoint

/** Of the endpoint itself, or of one of its slots. */
const isHere = (order: CreateOrder, ref: Fields): boolean =>
  (ref['group'] ?? '') === '' &&
  (ref['kind'] ?? 'Service') === 'Service' &&
  (ref['namespace'] === undefined || ref['namespace'] === order.namespace) &&
  [
    order.endpoint,
    serviceName(order),
    ...order.slots.map((slot) => defaultService(order.endpoint, slot)),
  ].includes(textOf(ref['name']))

const leadsHere = (order: CreateOrder, rule: unknown): boolean =>
  isRecord(rule) && refsOf(rule).some((ref) => isHere(order, ref))

function withSlots(order: CreateOrder, rule: unknown): unknown {
  if (!isRecord(rule)) return rule
  const model = refsOf(rule).find((ref) => isHere(order, ref))
  if (model === undefined) return rule
  const refs = order.slots.map((slot) => ({
    ...model,
    name: defaultService(order.endpoint, slot),
    weight: 0,
  }))
  return { ...rule, backendRefs: [...refs, ...refsOf(rule).filter((ref) => !isHere(order, ref))] }
}

function ruleProblems(order: CreateOrder, rule: unknown, where: string): Problem[] {
  if (!isRecord(rule) || !leadsHere(order, rule)) return []
  return refsOf(rule).flatMap((ref, index) => {
    const at = `${where}.backendRefs[${index}]`
    const name = textOf(ref['name'])
    if (!isHere(order, ref)) {
      if (ref['weight'] === 0) return []
      const message = `${name} gets requests beside this endpoint; wanted it in a rule of its own`
      return [{ where: at, message }]
    }
    const { port } = ref
    const offered =
      (typeof port === 'number' || typeof port === 'string') && offersPort(order.service, port)
    if (offered) return []
    const message = `found port ${JSON.stringify(port ?? null)}; Service ${serviceName(order)} offers ${portsText(order.service)}`
    return [{ where: at, message }]
  })
}
