// The VirtualService of an endpoint that has none yet: both slots in it, and no request for either.
import { bad, good, type Result } from '@sluice/rollout'
import type { KubeObject } from '../../object.ts'
import { fieldAt, isRecord, recordsIn, textOf } from '../../record.ts'
import type { CreateOrder } from './back-end.ts'
import { defaultService } from './slot-services.ts'
import { parkedRule } from './virtual-service-own.ts'
import { PARKED_RULE, type Json } from './virtual-service-rules.ts'

/** Without one in the manifests: a rule of the mesh for the endpoint's own host. */
export function createVirtualService(order: CreateOrder): Result<KubeObject> {
  const { given, name, namespace, endpoint } = order
  if (given === null) {
    return good({
      apiVersion: 'networking.istio.io/v1',
      kind: 'VirtualService',
      metadata: { name, namespace },
      spec: { hosts: [endpoint], http: withParked([{ route: routeOf(order, {}) }]) },
    })
  }
  const http = recordsIn(fieldAt(given, ['spec', 'http']))
  const led = http.filter((rule) => leadsHere(order, rule))
  if (led.length === 0) {
    const message = `no rule of spec.http leads to the Service ${endpoint}, its slots' Services or its subsets ${order.slots.join(', ')}; wanted one`
    return bad({ where: `VirtualService ${name}`, message })
  }
  const rules = http.flatMap((rule) =>
    led.includes(rule) ? withParked([withSlots(order, rule)], led.indexOf(rule)) : [rule],
  )
  const spec = isRecord(given['spec']) ? given['spec'] : {}
  return good({
    ...given,
    metadata: { ...given.metadata, name, namespace },
    spec: { ...spec, http: rules },
  })
}

const withParked = (rules: readonly Json[], before = 0): readonly Json[] =>
  rules.flatMap((rule) => [
    parkedRule(rule, before === 0 ? PARKED_RULE : `${PARKED_RULE}-${before + 1}`),
    rule,
  ])

const destinationsOf = (rule: Json): readonly Json[] =>
  recordsIn(rule['route'])
    .map(({ destination }) => destination)
    .filter(isRecord)

function leadsHere({ endpoint, slots }: CreateOrder, rule: Json): boolean {
  const own = [endpoint, ...slots.map((slot) => defaultService(endpoint, slot))]
  return destinationsOf(rule).some(({ host }) => own.includes(textOf(host).split('.')[0] ?? ''))
}

/** Subsets are the writer's own slots; a Service makes room for those of the slots. */
function withSlots(order: CreateOrder, rule: Json): Json {
  const [first] = destinationsOf(rule)
  const hasSubsets = destinationsOf(rule).every(({ subset }) => textOf(subset) !== '')
  return hasSubsets || first === undefined ? rule : { ...rule, route: routeOf(order, first) }
}

const routeOf = ({ endpoint, slots }: CreateOrder, like: Json): readonly Json[] =>
  slots.map((slot, index) => {
    const [, ...suffix] = textOf(like['host']).split('.')
    const host = [defaultService(endpoint, slot), ...suffix].join('.')
    return { destination: { ...like, host }, weight: index === 0 ? 100 : 0 }
  })
