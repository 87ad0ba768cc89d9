// One life of a set by us and by kubectl, each in its own namespace, with the server's state after each step.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PlacedManifest } from '@sluice/kubernetes'
import type { Texts } from '../../scenario/rig/step.ts'
import { runApply } from '../action-bench.ts'
import type { ApplyRig } from '../apply-rig.ts'
import { essence, ownedBy, withoutLabel } from '../essence.ts'
import type { ClusterInUse } from '../harness.ts'
import type { K8sEnd } from '../step/k8s-step.ts'
import type { Life } from './lives.ts'

/** `Kind name` to what is live of it; null: nothing. */
export type State = Readonly<Record<string, unknown>>

export interface Course {
  readonly applied: State
  /** Once more, with nothing to do; of us alone. */
  readonly again: State
  readonly drifted: State
  readonly back: State
  readonly pruned: State
  readonly deleted: State
}

export interface OurCourse extends Course {
  readonly ends: Readonly<Record<'applied' | 'again' | 'back' | 'pruned' | 'deleted', K8sEnd>>
  /** `METHOD path` of the run with nothing to do. */
  readonly writesAgain: readonly string[]
}

export interface Bench {
  readonly cluster: ClusterInUse
  readonly rig: ApplyRig
  readonly corpus: string
}

/** The label that an application puts on its members, and kubectl does not. */
const MARK = 'applyset.kubernetes.io/part-of'
export const FOREIGN = 'somebody'

export async function ourLife(bench: Bench, life: Life): Promise<OurCourse> {
  const { cluster } = bench
  const [namespace, proxy] = await Promise.all([cluster.namespace(), cluster.faultProxy()])
  const see = await observer(bench, life, { namespace, manager: 'sluice' })
  const run = (files: readonly string[], inputs: Texts = {}): Promise<K8sEnd> =>
    runApply(cluster, {
      namespace,
      to: proxy,
      files: textsOf(bench, life, files),
      inputs: {
        application: 'life',
        'delete-data': 'true',
        ...(life.notAwaited !== undefined && { wait: 'false' }),
        ...(inputs['mode'] === 'delete' && { manifests: '' }),
        ...inputs,
      },
    })
  const first = await run(life.files)
  const applied = await see()
  const seen = proxy.requests.length
  const second = await run(life.files)
  const writesAgain = proxy.requests
    .slice(seen)
    .filter(({ method, path }) => method !== 'GET' && !path.includes('/selfsubject'))
    .map(({ method, path }) => `${method} ${path}`)
  const again = await see()
  await drift(life, sayer(cluster, namespace))
  const drifted = await see()
  const third = await run(life.files, { 'force-conflicts': 'true' })
  const back = await see()
  const fourth = await run(life.later)
  const pruned = await see()
  const last = await run([], { mode: 'delete' })
  const ends = { applied: first, again: second, back: third, pruned: fourth, deleted: last }
  return { ends, writesAgain, applied, again, drifted, back, pruned, deleted: await see() }
}

export async function kubectlLife(bench: Bench, life: Life): Promise<Course> {
  const { cluster, corpus } = bench
  const namespace = await cluster.namespace()
  const see = await observer(bench, life, { namespace, manager: 'kubectl' })
  const say = sayer(cluster, namespace)
  const named = (files: readonly string[]) =>
    files.flatMap((file) => ['-f', join(corpus, life.folder, file)])
  const apply = async (files: readonly string[]): Promise<State> => {
    await say('apply', '--server-side', '--force-conflicts', ...named(files))
    if (life.settled !== undefined) await say(...life.settled, '--timeout=20s')
    return see()
  }
  const applied = await apply(life.files)
  await drift(life, say)
  const drifted = await see()
  const back = await apply(life.files)
  await apply(life.later)
  await say('delete', ...life.leaves)
  const pruned = await see()
  await say('delete', ...named(life.later))
  return { applied, again: applied, drifted, back, pruned, deleted: await see() }
}

/** What people do by hand: a field of ours, and one of their own. */
async function drift({ change, labelled }: Life, say: Say): Promise<void> {
  await say(...change)
  await say('label', labelled, `${FOREIGN}=was-here`)
}

type Say = (...args: readonly string[]) => Promise<void>

/** kubectl with the namespace in its file: as a flag it would refuse objects of other namespaces. */
function sayer(cluster: ClusterInUse, namespace: string): Say {
  const file = join(cluster.facts.folder, `${namespace}.kubeconfig`)
  const config = JSON.parse(readFileSync(cluster.kubeconfig, 'utf8')) as {
    readonly contexts: readonly { readonly context: object }[]
  }
  const contexts = config.contexts.map((one) => ({
    ...one,
    context: { ...one.context, namespace },
  }))
  writeFileSync(file, JSON.stringify({ ...config, contexts }), { mode: 0o600 })
  return async (...args) => {
    const { code, stderr } = await cluster.kubectl('--kubeconfig', file, ...args)
    if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`)
  }
}

const textsOf = ({ corpus }: Bench, { folder }: Life, files: readonly string[]): Texts =>
  Object.fromEntries(
    files.map((file) => [`kubernetes/${file}`, readFileSync(join(corpus, folder, file), 'utf8')]),
  )

interface Lane {
  readonly namespace: string
  /** Whose fields are compared. */
  readonly manager: string
}

/** Reads every object of the life, and the names of all that is beside them in the namespace. */
async function observer(
  { rig, corpus }: Bench,
  { folder, files, labelledByServer }: Life,
  lane: Lane,
): Promise<() => Promise<State>> {
  const paths = files.map((file) => join(corpus, folder, file))
  const placed = await rig.read(lane.namespace, ...paths)
  return async () => {
    const objects = await Promise.all(placed.map((one) => readOne(rig, one, lane.manager)))
    const state = Object.fromEntries(
      objects.map(([name, one]) => [name, name === labelledByServer ? withoutLabels(one) : one]),
    )
    return { ...state, beside: await namesIn(rig, placed, lane.namespace) }
  }
}

interface Live {
  readonly object: unknown
  readonly owned: unknown
}

async function readOne(
  rig: ApplyRig,
  { id }: PlacedManifest,
  manager: string,
): Promise<readonly [name: string, live: Live | null]> {
  const answer = await rig.api.get(id)
  const object = answer.ok ? answer.value : answer.refusal
  const state =
    object === null
      ? null
      : { object: essence(object, MARK), owned: withoutLabel(ownedBy(manager, object), MARK) }
  return [`${id.kind} ${id.name}`, state]
}

function withoutLabels(one: Live | null): Live | null {
  if (one === null) return null
  const { metadata, ...rest } = one.object as { readonly metadata: { readonly labels?: unknown } }
  const { labels: _, ...more } = metadata
  return { ...one, object: { ...rest, metadata: more } }
}

/** Without the record of the application, which kubectl does not write, and the cluster's own. */
const notOfTheSet = /^ConfigMap (life|kube-root-ca\.crt)$/

async function namesIn(
  rig: ApplyRig,
  placed: readonly PlacedManifest[],
  namespace: string,
): Promise<readonly string[]> {
  const resources = await rig.api.resources()
  const inside = placed.filter(({ id }) => id.namespace === namespace)
  const kinds = new Set(inside.map(({ id }) => `${id.group}/${id.kind}`))
  const listed = [...kinds, '/PersistentVolumeClaim', '/ConfigMap', '/Secret'].map(async (one) => {
    const [group = '', kind = ''] = one.split('/')
    const resource = resources.preferred(group, kind)
    if (resource === null) throw new Error(`no kind ${one}`)
    const answer = await rig.api.list(resource, { namespace })
    if (!answer.ok) throw new Error(answer.refusal.message)
    return answer.value.items.map(({ metadata }) => `${kind} ${metadata.name}`)
  })
  const names = (await Promise.all(listed)).flat()
  return [...new Set(names)].filter((name) => !notOfTheSet.test(name)).sort()
}
