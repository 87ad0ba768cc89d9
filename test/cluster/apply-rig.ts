// Applies sets of manifests as k8s-apply does, and counts what is sent.
import {
  applyPlan,
  connect,
  defaultEarlyOptions,
  defaultStatusOptions,
  observeLive,
  placeManifests,
  planApply,
  readManifests,
  waitForReady,
  type ApiServer,
  type ApplyOutcome,
  type ApplyPlan,
  type ApplyRules,
  type LiveState,
  type Manifest,
  type PlacedManifest,
  type RunParts,
} from '@sluice/kubernetes'
import { kubernetesPorts, type RecordedPorts } from '../doubles/kubernetes-ports.ts'

export interface Applying {
  readonly live: LiveState
  readonly plan: ApplyPlan
  readonly outcome: ApplyOutcome
  /** `kind name: action` of all reports, in order, with the reason where there is one. */
  readonly told: readonly string[]
  readonly writes: number
  readonly requests: number
}

export interface ApplyRig {
  readonly api: ApiServer
  readonly ports: RecordedPorts
  readonly runParts: RunParts
  /** Files, folders or globs. */
  readonly read: (namespace: string, ...paths: string[]) => Promise<readonly PlacedManifest[]>
  readonly place: (namespace: string, ...objects: object[]) => Promise<readonly PlacedManifest[]>
  readonly plan: (
    placed: readonly PlacedManifest[],
    rules?: Partial<ApplyRules>,
  ) => Promise<{ readonly live: LiveState; readonly plan: ApplyPlan }>
  readonly apply: (
    placed: readonly PlacedManifest[],
    rules?: Partial<ApplyRules>,
  ) => Promise<Applying>
}

const plain: ApplyRules = { force: false, replace: false, takeOver: [] }
const writing = new Set(['apply', 'create', 'patch', 'delete'])
const asking = new Set(['get', 'list', 'rediscover', ...writing])

interface Counted {
  readonly api: ApiServer
  readonly counts: { writes: number; requests: number }
}

function counted(api: ApiServer): Counted {
  const counts = { writes: 0, requests: 0 }
  const count =
    (name: string, verb: (...given: never[]) => unknown) =>
    (...given: never[]): unknown => {
      counts.writes += writing.has(name) ? 1 : 0
      counts.requests += asking.has(name) ? 1 : 0
      return verb(...given)
    }
  const wrapped = Object.fromEntries(
    Object.entries(api).map(([name, verb]) => [
      name,
      typeof verb === 'function' ? count(name, verb) : verb,
    ]),
  )
  return { api: wrapped as unknown as ApiServer, counts }
}

export async function createApplyRig(kubeconfig: string): Promise<ApplyRig> {
  const ports = kubernetesPorts({ env: { KUBECONFIG: kubeconfig } })
  const { api, counts } = counted(await connect({ context: null }, ports))
  const runParts: RunParts = {
    api,
    clock: ports.clock,
    log: ports.log,
    signal: ports.signal,
    deadline: Date.now() + 60_000,
    waitForStage: (awaited) =>
      waitForReady(awaited, {
        api,
        ports,
        options: {
          started: Date.now(),
          timeoutSeconds: 20,
          early: defaultEarlyOptions,
          status: defaultStatusOptions,
          steadySeconds: 0,
          stopAtFirstFailure: true,
        },
      }),
  }
  const place = async (namespace: string, manifests: readonly Manifest[]) => {
    const resources = await api.resources()
    const placed = placeManifests(manifests, {
      resources,
      namespace: null,
      contextNamespace: namespace,
    })
    if (placed.ok) return placed.value
    throw new Error(placed.problems.map(({ message }) => message).join('; '))
  }
  const plan: ApplyRig['plan'] = async (placed, rules = {}) => {
    const live = await observeLive(placed, { api, resources: await api.resources() })
    return { live, plan: planApply(placed, live, { ...plain, ...rules }) }
  }
  return {
    api,
    ports,
    runParts,
    place: (namespace, ...objects) =>
      place(
        namespace,
        objects.map((object) => ({
          object: object as Manifest['object'],
          source: { file: 'kubernetes/all.yml', lineOf: () => 1 },
        })),
      ),
    read: async (namespace, ...manifests) => {
      const read = await readManifests(
        { manifests, render: 'none', valuesFiles: [], releaseName: null, namespace },
        ports,
      )
      if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join('; '))
      return place(namespace, read.value)
    },
    plan,
    apply: async (placed, rules) => {
      const before = { ...counts }
      const planned = await plan(placed, rules)
      const outcome = await applyPlan(planned.plan, runParts)
      return {
        ...planned,
        outcome,
        told: outcome.reports.map(
          ({ id, action, reason }) =>
            `${id.kind} ${id.name}: ${action}${reason === '' ? '' : ` (${reason})`}`,
        ),
        writes: counts.writes - before.writes,
        requests: counts.requests - before.requests,
      }
    },
  }
}

/** `Kind name: field` of everything that is not unchanged. */
export const differing = ({ stages }: ApplyPlan): readonly string[] =>
  stages
    .flatMap(({ objects }) => objects)
    .filter(({ intent }) => intent !== 'unchanged')
    .map(({ placed: { id }, difference }) => `${id.kind} ${id.name}: ${difference}`)
