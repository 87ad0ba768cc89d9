// An endpoint with version 1 in blue, where all requests go, and version 2 in green, deployed and tested
// by the actions. It is put back to that moment before each case.
import { pathToFileURL } from 'node:url'
import { setTimeout as wait } from 'node:timers/promises'
import { preloadPath } from '@sluice/twin'
import type { KubeObject } from '@sluice/kubernetes'
import { parseWeights } from '@sluice/rollout'
import { failureOf, type StepEnd, type Texts } from '../../scenario/rig/step.ts'
import { service, web } from '../action-bench.ts'
import { openEndpoint } from '../endpoint-rig.ts'
import type { ClusterInUse, ProxyInUse } from '../harness.ts'
import { openJob, type Job, type JobStep } from '../step/job.ts'
import { acceptAlways } from '../traffic-objects.ts'
import { NAME, type Course } from './course.ts'
import { deploymentPath, pathOf, read, show, type Shown } from './truth.ts'

type Json = Readonly<Record<string, unknown>>

const MARK = '1111111111111111.aaaaaaaaaaaaaaaa'
const signal = new AbortController().signal

export interface World {
  readonly course: Course
  readonly namespace: string
  readonly proxy: ProxyInUse
  /** traffic-swap of attempt 1, or of another one; waits pass at once where nothing answers. */
  readonly swap: (attempt: 1 | 2, more?: Omit<JobStep, 'inputs'>) => Promise<StepEnd>
  readonly show: () => Promise<Shown>
  /** As before the first traffic-swap. */
  readonly reset: () => Promise<void>
  readonly close: () => Promise<void>
}

export interface Account {
  readonly token: string
  /** Before it asks for anything. */
  readonly grant: (namespace: string) => Promise<void>
}

/** By default the account of the administrator. */
export async function openWorld(
  cluster: ClusterInUse,
  course: Course,
  account?: Account,
): Promise<World> {
  const namespace = await cluster.namespace()
  await account?.grant(namespace)
  const proxy = await cluster.faultProxy()
  const path = pathOf(course, namespace)
  const gateway = acceptAlways(cluster, path, course.kind)
  const token = account?.token ?? cluster.facts.token
  const at = { course, namespace, proxy, token }
  // Deploy and test wait for what really happens.
  const prepared = openAttempt({ ...at, attempt: 1, isHasty: false })
  const [first, second] = [1, 2].map((attempt) =>
    openAttempt({ ...at, attempt, isHasty: course.isTimed }),
  ) as [Job, Job]
  const close = async (): Promise<void> => {
    for (const job of [prepared, first, second]) job.close()
    await gateway.stop()
  }
  const begin = async (): Promise<Texts> => {
    await deployBlue(cluster, course, namespace)
    return testGreen(prepared, course)
  }
  const inputs = await begin().catch(async (error: unknown) => {
    await close()
    throw error
  })
  const saved = await read(cluster, path)
  return {
    course,
    namespace,
    proxy,
    swap: (attempt, more = {}) =>
      (attempt === 1 ? first : second).run('traffic-swap', { inputs, ...more }),
    show: () => show(cluster, course, namespace),
    reset: async () => {
      proxy.reset()
      proxy.script([])
      await putBack(cluster, path, saved)
      if (course.backEnd === 'replicas') await scaleGreen(cluster, course, namespace)
    },
    close,
  }
}

const deployment = ({ replicas }: Course, version: number): KubeObject =>
  web({ name: NAME, image: `example/${NAME}:${version}.0.0`, replicas }) as KubeObject

/** By the platform itself, in this process: the actions do it a second later all the same. */
async function deployBlue(cluster: ClusterInUse, course: Course, namespace: string): Promise<void> {
  const { backEnd, object } = course.first
  const { kubeconfig } = cluster
  const ask = { namespace, backEnd, kubeconfig, hasty: course.isTimed }
  const { platform, close } = await openEndpoint(ask)
  const placed = ({ metadata, ...rest }: KubeObject): KubeObject => ({
    ...rest,
    metadata: { ...metadata, namespace },
  })
  const workload = {
    deployment: placed(deployment(course, 1)),
    service: placed(service(NAME)),
    trafficObject: object === null ? null : placed(object),
    createEndpoint: true,
  }
  const seen = await platform.observe(signal)
  await platform.deploy({ slot: 'blue', mark: MARK, workload, seen }, signal)
  const weights = parseWeights({ blue: 100 })
  if (!weights.ok) throw new Error('bad weights')
  const change = { weights: weights.value, marks: {}, seen: await platform.observe(signal) }
  await platform.setWeights(change, signal)
  await close()
}

interface Attempt {
  readonly course: Course
  readonly namespace: string
  readonly proxy: ProxyInUse
  readonly token: string
  readonly attempt: number
  /** Waits pass at once. */
  readonly isHasty: boolean
}

function openAttempt({ course, namespace, proxy, token, attempt, isHasty }: Attempt): Job {
  const preload: Texts = { NODE_OPTIONS: `--import=${pathToFileURL(preloadPath).href}` }
  return openJob({
    to: proxy,
    token,
    namespace,
    files: {
      'requests/one.json': '{}',
      'model.yml': [deployment(course, 2), service(NAME), course.kind.object]
        .flatMap((one) => (one === null ? [] : [JSON.stringify(one)]))
        .join('\n---\n'),
    },
    env: { GITHUB_RUN_ATTEMPT: String(attempt), ...(isHasty && preload) },
  })
}

/** Inputs for traffic-swap. */
async function testGreen(job: Job, { backEnd, trafficObject, steps }: Course): Promise<Texts> {
  const platform = 'kubernetes'
  const place = { 'back-end': backEnd, 'traffic-object': trafficObject }
  const deployed = await succeed(
    job.run('endpoint-deploy', {
      inputs: { platform, manifests: 'model.yml', slot: 'green', ...place },
    }),
  )
  const target = deployed.outputs['target'] ?? ''
  const tested = await succeed(
    job.run('endpoint-test', { inputs: { platform, target, requests: 'requests' } }),
  )
  return {
    platform,
    target,
    'evidence-file': tested.outputs['evidence-file'] ?? '',
    'evidence-digest': tested.outputs['evidence-digest'] ?? '',
    steps: steps.join(','),
  }
}

async function succeed(step: Promise<StepEnd>): Promise<StepEnd> {
  const end = await step
  if (end.exitCode === 0) return end
  throw new Error(`${end.action}: ${failureOf(end)}\n${end.lines.join('\n')}`)
}

async function putBack(cluster: ClusterInUse, path: string, saved: Json): Promise<void> {
  const now = (await read(cluster, path))['metadata'] as Json
  const { managedFields: _fields, ...metadata } = saved['metadata'] as Json
  const body = { ...saved, metadata: { ...metadata, resourceVersion: now['resourceVersion'] } }
  const { status, body: said } = await cluster.api('PUT', path, { body })
  // A status that came between.
  if (status === 409) return putBack(cluster, path, saved)
  if (status !== 200) throw new Error(`${path}: ${status} ${String(said['message'])}`)
}

async function scaleGreen(
  cluster: ClusterInUse,
  { replicas }: Course,
  namespace: string,
): Promise<void> {
  const path = deploymentPath(namespace, 'green')
  const type = 'application/merge-patch+json'
  await cluster.api('PATCH', path, { body: { spec: { replicas } }, type })
  const ready = async (): Promise<boolean> => {
    const status = (await read(cluster, path))['status'] as Json
    return status['readyReplicas'] === replicas && status['replicas'] === replicas
  }
  while (!(await ready())) await wait(50)
}
