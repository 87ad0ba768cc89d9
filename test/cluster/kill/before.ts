// The world before: made once by kubectl and k8s-apply themselves, then sent again into other
// namespaces, request by request, which costs a tenth.
import { setTimeout as wait } from 'node:timers/promises'
import { applicationSetOf } from '@sluice/kubernetes'
import type { ClusterInUse, Exchange, ProxyInUse } from '../harness.ts'
import { sha256 } from '../mode-bench.ts'
import { runK8sApply } from '../step/k8s-step.ts'
import type { Story } from './lane.ts'
import { isWrite } from './points.ts'
import { APPLICATION, filesAfter, filesBefore, INPUTS, legacy } from './story.ts'

export interface World {
  readonly namespace: string
  /** What the label of the set's members says here. */
  readonly setId: string
}

export interface Before {
  readonly world: World
  readonly requests: readonly Exchange[]
}

export function worldIn(namespace: string): World {
  const set = applicationSetOf({ application: APPLICATION, namespace, sha256 })
  if (!set.ok) throw new Error('a good name')
  return { namespace, setId: set.value.id }
}

export async function recordBefore(cluster: ClusterInUse, proxy: ProxyInUse): Promise<Before> {
  const world = worldIn(await cluster.namespace())
  const { namespace } = world
  proxy.reset()
  const args = ['--kubeconfig', proxy.kubeconfig, 'apply', '-n', namespace, '-f', '-']
  const applied = await cluster.kubectl(...args, { stdin: JSON.stringify(legacy) })
  if (applied.code !== 0) throw new Error(applied.stderr)
  const { token } = cluster.facts
  const files = filesBefore()
  const step = await runK8sApply({ to: proxy, token, namespace, files, inputs: INPUTS })
  if (step.exitCode !== 0) throw new Error(step.lines.join('\n'))
  return { world, requests: proxy.requests.filter(isWrite) }
}

/** Another world with the same in it, its Deployment ready. */
async function repeatBefore(cluster: ClusterInUse, before: Before): Promise<World> {
  const world = worldIn(await cluster.namespace())
  const { namespace, setId } = world
  const moved = (text: string): string =>
    text.replaceAll(before.world.namespace, namespace).replaceAll(before.world.setId, setId)
  for (const { method, path, query, body, headers } of before.requests) {
    const answer = await cluster.api(method, moved(`${path}?${query.toString()}`), {
      body: moved(body),
      type: headers['content-type'] ?? 'application/json',
    })
    if (answer.status >= 300) throw new Error(`${path}: ${answer.status}`)
  }
  const web = `/apis/apps/v1/namespaces/${namespace}/deployments/web`
  while (!isReady((await cluster.api('GET', web)).body)) await wait(50)
  return world
}

/** The folder that comes after, over the world before. */
export const overBefore = (cluster: ClusterInUse, before: Before): Story => ({
  begin: () => repeatBefore(cluster, before),
  files: filesAfter,
  inputs: INPUTS,
})

const isReady = ({ status }: Readonly<Record<string, unknown>>): boolean =>
  (status as { readonly readyReplicas?: number } | undefined)?.readyReplicas === 1
