// What the objects themselves say of an endpoint, read without any code of ours (S1, S4, S5).
import type { ClusterInUse } from '../harness.ts'
import { NAME, type Course } from './course.ts'

type Json = Readonly<Record<string, unknown>>

export interface Shown {
  /** Percent of green; NaN where the object says nothing that can be read. */
  readonly green: number
  /** Of both slots. */
  readonly sum: number
  /** Without the prefix. */
  readonly marks: Readonly<Record<string, string>>
  /** Wanted replicas of blue and green. */
  readonly replicas: readonly [number, number]
  /** Ready ones of blue: the way back. */
  readonly ready: number
  /** Of the object that holds the weights. */
  readonly spec: string
  /** All that a run leaves, without owners, times and versions. */
  readonly essence: string
}

const PREFIX = 'sluice.dev/'
const MARKS = ['rollout', 'plan', 'step', 'previous', 'owner', 'expires', 'rejected']

const at = (value: unknown, ...path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>((now, key) => (now as Json | undefined)?.[key], value)

const entries = (value: unknown): readonly Json[] => (value ?? []) as readonly Json[]

export const pathOf = ({ kind, trafficObject }: Course, namespace: string): string =>
  `${kind.collection.replace('{namespace}', namespace)}/${trafficObject}`

export async function read(cluster: ClusterInUse, path: string): Promise<Json> {
  const { status, body } = await cluster.api('GET', path)
  if (status === 200) return body
  throw new Error(`${path}: ${status} ${String(body['message'])}`)
}

export const deploymentPath = (namespace: string, slot: string): string =>
  `/apis/apps/v1/namespaces/${namespace}/deployments/${NAME}-${slot}`

export async function show(
  cluster: ClusterInUse,
  course: Course,
  namespace: string,
): Promise<Shown> {
  const [object, blue, green] = await Promise.all([
    read(cluster, pathOf(course, namespace)),
    read(cluster, deploymentPath(namespace, 'blue')),
    read(cluster, deploymentPath(namespace, 'green')),
  ])
  const replicas = [blue, green].map((one) => Number(at(one, 'spec', 'replicas'))) as [
    number,
    number,
  ]
  const annotations = (at(object, 'metadata', 'annotations') ?? {}) as Readonly<
    Record<string, string>
  >
  const marks = Object.fromEntries(
    MARKS.flatMap((name) => {
      const value = annotations[`${PREFIX}${name}`]
      return value === undefined ? [] : [[name, value]]
    }),
  )
  const weights = weightsIn(course, { object, replicas })
  const { owner: _owner, expires: _expires, step, ...kept } = marks
  const others = Object.entries(annotations).filter(
    ([name]) => !MARKS.some((mark) => name === `${PREFIX}${mark}`),
  )
  return {
    ...weights,
    marks,
    replicas,
    ready: Number(at(blue, 'status', 'readyReplicas') ?? 0),
    spec: JSON.stringify(at(object, 'spec')),
    essence: JSON.stringify(
      {
        spec: at(object, 'spec'),
        marks: { ...kept, step: step?.split('@')[0] },
        others: others.map(([name, value]) => `${name}=${value}`).toSorted(),
        replicas,
        revisions: [blue, green].map((one) =>
          at(one, 'metadata', 'annotations', `${PREFIX}revision`),
        ),
      },
      null,
      1,
    ),
  }
}

interface Found {
  readonly object: Json
  readonly replicas: readonly [number, number]
}

type Weights = Pick<Shown, 'green' | 'sum'>

const between = (blue: unknown, green: unknown): Weights => ({
  green: Number(green),
  sum: Number(blue) + Number(green),
})
const whole = (name: unknown): Weights =>
  between(Number(name === `${NAME}-blue`) * 100, Number(name === `${NAME}-green`) * 100)

/** Entries that name the Service of a slot. */
const weightsOf = (refs: readonly Json[], nameIn: (ref: Json) => unknown): Weights => {
  const of = (slot: string): unknown =>
    refs.find((ref) => nameIn(ref) === `${NAME}-${slot}`)?.['weight'] ?? 0
  return between(of('blue'), of('green'))
}

function weightsIn({ backEnd }: Course, { object, replicas }: Found): Weights {
  const spec = object['spec']
  switch (backEnd) {
    case 'service':
    case 'replicas': {
      const slot = at(spec, 'selector', `${PREFIX}slot`)
      if (slot !== undefined) return whole(`${NAME}-${String(slot)}`)
      const [blue, green] = replicas
      const share = Math.round((100 * green) / (blue + green))
      return between(100 - share, share)
    }
    case 'http-route':
      return weightsOf(entries(at(spec, 'rules', 0, 'backendRefs')), ({ name }) => name)
    case 'virtual-service':
      return weightsOf(entries(at(spec, 'http', 0, 'route')), (ref) =>
        String(at(ref, 'destination', 'host'))
          .split('.')
          .at(0),
      )
    case 'openshift-route': {
      const refs = [at(spec, 'to') as Json, ...entries(at(spec, 'alternateBackends'))]
      return weightsOf(refs, ({ name }) => name)
    }
    case 'ingress':
      return whole(at(spec, 'defaultBackend', 'service', 'name'))
    case 'ingress-nginx': {
      const weight = Number(
        at(object, 'metadata', 'annotations', 'nginx.ingress.kubernetes.io/canary-weight') ?? 0,
      )
      return between(100 - weight, weight)
    }
    default:
      return backEnd satisfies never
  }
}

/** Steps written, as the mark says; 0: none. */
export const stepOf = ({ marks }: Shown): number => Number(marks['step']?.split('/')[0] ?? 0)

/** What must hold at every moment. Each breach is a line that begins with its letter. */
export function findBreaches(course: Course, shown: Shown): readonly string[] {
  const { green, sum, marks, ready } = shown
  const step = stepOf(shown)
  const most = step === 0 ? 0 : (course.steps[step - 1] ?? Number.NaN)
  // Replicas follow the marks one pod after the other; weights are the same write as the marks.
  const isRight = course.backEnd === 'replicas' ? green <= most : green === most
  const wayBack = /^blue=100@[0-9a-f.]+\*\d+$/.test(marks['previous'] ?? '')
  const isClaimed = 'owner' in marks === 'expires' in marks
  return [
    ...(sum === 100 && Number.isInteger(green) ? [] : [`S1: ${green} of ${sum}`]),
    ...(isRight ? [] : [`S6: green has ${green}, step ${step} allows ${most}`]),
    ...(ready === course.replicas ? [] : [`S4: ${ready} of ${course.replicas} pods of blue`]),
    ...(step === 0 || wayBack ? [] : [`S5: no way back in ${JSON.stringify(marks)}`]),
    ...(step === 0 || ('rollout' in marks && 'plan' in marks && isClaimed)
      ? []
      : [`S3: marks ${JSON.stringify(marks)}`]),
  ]
}
