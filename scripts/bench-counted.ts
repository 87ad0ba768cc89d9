// One run of our bundle through a proxy that counts: requests, writes, and peak memory. Apart from
// the timed runs, which nothing stands between.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ADMIN, renderKubeconfig } from '@sluice/twin'
import type { Exchange } from '../test/cluster/proxy/fault.ts'
import { FaultProxy } from '../test/cluster/proxy/fault-proxy.ts'
import { sluiceCommand, type Task } from './bench-contenders.ts'
import type { Bed } from './bench-bed.ts'
import { runTimed } from './bench-timed.ts'
import { root } from './repository.ts'

export interface Count {
  readonly requests: number
  /** Requests that can change an object. */
  readonly writes: number
  readonly megabytes: number
  /** `GET configmaps`, and how often; for people who look for the one too many. */
  readonly byVerb: ReadonlyMap<string, number>
  /** null: it ended well. */
  readonly wrong: string | null
}

const preload = join(root, 'scripts/bench-preload.mjs')

/** Counts first and again, in one new namespace, with the inputs that everybody has by default. */
export async function countRequests(
  bed: Bed,
  parts: { readonly folder: string; readonly manifests: string },
): Promise<{ readonly first: Count; readonly again: Count }> {
  const proxy = await FaultProxy.listen(bed.facts, [])
  const kubeconfig = join(parts.folder, 'counted.kubeconfig')
  const { server, ca } = proxy
  writeFileSync(kubeconfig, renderKubeconfig({ server, ca, user: ADMIN, token: bed.facts.token }), {
    mode: 0o600,
  })
  const namespace = await bed.namespace()
  const task = { ...parts, facts: bed.facts, namespace, kubeconfig }
  try {
    return { first: await countOne(task, proxy), again: await countOne(task, proxy) }
  } finally {
    await proxy.close()
  }
}

async function countOne(task: Task, proxy: FaultProxy): Promise<Count> {
  const peak = join(task.folder, 'peak')
  const { file, args, cwd, env } = sluiceCommand(task, {})
  proxy.reset()
  const ended = await runTimed(
    {
      file,
      args: ['--import', preload, ...args],
      cwd,
      env: { ...env, BENCH_REPORT: peak, BENCH_CONNECT: 'true' },
    },
    task.folder,
  )
  const names = proxy.requests.map(({ method, path }) => `${method} ${kindIn(path)}`)
  return {
    requests: proxy.requests.length,
    writes: proxy.requests.filter(isWrite).length,
    megabytes: ended.code === 0 ? Number(readFileSync(peak, 'utf8')) / 1000 : NaN,
    byVerb: new Map(
      [...Map.groupBy(names, (name) => name)].map(([name, same]) => [name, same.length]),
    ),
    wrong: ended.code === 0 ? null : `ended with ${ended.code}:\n${ended.output.slice(-1500)}`,
  }
}

/** Questions about rights are sent with POST, and a dry run with the verb of the real thing. */
const isWrite = ({ method, path, query }: Exchange): boolean =>
  !['GET', 'HEAD'].includes(method) &&
  !path.startsWith('/apis/authorization.k8s.io/') &&
  query.get('dryRun') === null

/** `configmaps` of /api/v1/namespaces/shop/configmaps/settings */
const kindIn = (path: string): string =>
  /^\/(?:api|apis\/[^/]+)\/[^/]+\/(?:namespaces\/[^/]+\/)?([a-z]+)/.exec(path)?.[1] ?? path
