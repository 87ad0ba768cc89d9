// Where an endpoint is on Kubernetes, and what moves its traffic. The `place` of a Kubernetes target.
import { bad, good, type Problem, type Result, type SlotPair } from '@sluice/rollout'

/** Closed set of the input `back-end`. */
export const BACK_ENDS = [
  'service',
  'replicas',
  'http-route',
  'ingress',
  'ingress-nginx',
  'virtual-service',
  'openshift-route',
] as const
export type BackEndKind = (typeof BACK_ENDS)[number]

/** The inputs that `readKubernetesPlace` reads. */
export const KUBERNETES_PLACE_INPUTS = ['namespace', 'back-end', 'traffic-object'] as const

/** Also a `Target['place']`: plain texts, no secrets. */
export type KubernetesPlace = {
  /** Address of the API server: a target is refused on another one. */
  readonly server: string
  readonly namespace: string
  readonly backEnd: BackEndKind
  /** Name of the object that holds the weights and our marks. */
  readonly trafficObject: string
  /** The two slot names, `blue,green`. */
  readonly slots: string
}

/** What inputs say of a place; the server comes from the kubeconfig. */
export interface PlaceWanted {
  /** null: the context's namespace. */
  readonly namespace: string | null
  readonly backEnd: BackEndKind
  /** null: the endpoint's name. */
  readonly trafficObject: string | null
}

type Raw = Readonly<Record<string, string | undefined>>

const LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/
const LABEL_WANTED = 'a DNS label: at most 63 lower-case letters, digits and -'
const NAME_WANTED = 'a name: at most 253 lower-case letters, digits, - and .'

/** Names of namespaces and Services, and slots: they become parts of names. */
export const isDnsLabel = (text: string): boolean => LABEL.test(text)

/** Names of most other objects. */
export const isDnsName = (text: string): boolean =>
  text.length <= 253 && text.split('.').every((part) => LABEL.test(part))

/** Inputs `namespace`, `back-end` (`service` unless told) and `traffic-object`; all problems at once. */
export function readKubernetesPlace(inputs: Raw): Result<PlaceWanted> {
  const value = (name: string): string | null => (inputs[name] ?? '').trim() || null
  const wanted = {
    namespace: value('namespace'),
    backEnd: value('back-end') ?? 'service',
    trafficObject: value('traffic-object'),
  }
  const problems = problemsOf([
    ['namespace', wanted.namespace ?? 'default', isDnsLabel, LABEL_WANTED],
    ['back-end', wanted.backEnd, isBackEnd, BACK_ENDS_WANTED],
    ['traffic-object', wanted.trafficObject ?? 'unnamed', isDnsName, NAME_WANTED],
  ])
  const { backEnd } = wanted
  return isBackEnd(backEnd) ? settled({ ...wanted, backEnd }, problems) : bad(...problems)
}

/** The place of a target document, checked again: it came from outside. */
export function parsePlace(place: Raw): Result<KubernetesPlace> {
  const text = (key: keyof KubernetesPlace): string => place[key] ?? ''
  const backEnd = text('backEnd')
  const problems = problemsOf([
    ['target.place.server', text('server'), isServer, 'the https address of an API server'],
    ['target.place.namespace', text('namespace'), isDnsLabel, LABEL_WANTED],
    ['target.place.backEnd', backEnd, isBackEnd, BACK_ENDS_WANTED],
    ['target.place.trafficObject', text('trafficObject'), isDnsName, NAME_WANTED],
    ['target.place.slots', text('slots'), isPair, 'two different slots, such as blue,green'],
  ])
  if (!isBackEnd(backEnd)) return bad(...problems)
  const { server, namespace, trafficObject, slots } = {
    server: text('server'),
    namespace: text('namespace'),
    trafficObject: text('trafficObject'),
    slots: text('slots'),
  }
  return settled({ server, namespace, backEnd, trafficObject, slots }, problems)
}

/** The pair that `place.slots` holds. */
export function slotsOf({ slots }: Pick<KubernetesPlace, 'slots'>): SlotPair {
  const [first = '', second = ''] = slots.split(',')
  return [first, second]
}

type Check = readonly [
  where: string,
  found: string,
  fits: (text: string) => boolean,
  wanted: string,
]

const problemsOf = (checks: readonly Check[]): readonly Problem[] =>
  checks
    .filter(([, found, fits]) => !fits(found))
    .map(([where, found, , wanted]) => ({
      where,
      message:
        found === '' ? `is empty; wanted ${wanted}` : `found ${quoted(found)}; wanted ${wanted}`,
    }))

/** Texts of others, on one line and short. */
const quoted = (text: string): string =>
  JSON.stringify(text.length <= 100 ? text : `${text.slice(0, 100).toWellFormed()}...`)

const settled = <Value>(value: Value, problems: readonly Problem[]): Result<Value> =>
  problems.length > 0 ? bad(...problems) : good(value)

const BACK_ENDS_WANTED = `one of ${BACK_ENDS.join(', ')}`
const isBackEnd = (text: string): text is BackEndKind =>
  (BACK_ENDS as readonly string[]).includes(text)

const isServer = (text: string): boolean =>
  URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).origin === text

function isPair(text: string): boolean {
  const names = text.split(',')
  return names.length === 2 && names[0] !== names[1] && names.every(isDnsLabel)
}
