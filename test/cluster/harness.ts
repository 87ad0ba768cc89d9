// A real control plane for a suite, in one line.
//
//   import { useCluster } from './harness.ts'
//   const cluster = useCluster()              // the cluster that all suites of this run share
//   const cluster = useCluster({ own: true }) // one of its own (3 s): for suites that disturb the server
//
// Then, inside tests and hooks:
//   cluster.kubeconfig                  path of an administrator's kubeconfig file
//   cluster.server                      https://127.0.0.1:PORT
//   await cluster.namespace()           a fresh namespace with its ServiceAccount; never delete one (slow)
//   await cluster.kubectl('get', 'pods', '-n', ns)            {code, stdout, stderr}
//   await cluster.kubectl('apply', '-f', '-', {stdin: yaml})  options come last
//   await cluster.helm('template', ...)
//   cluster.userKubeconfig('restricted-1')   a user without any right, restricted-1 to -24
//   await cluster.api('POST', '/api/v1/...', {body?, type?})   {status, body}, as administrator
//   const proxy = await cluster.faultProxy([rules])   see proxy/fault.ts; closed when the suite ends
//     proxy.kubeconfig, proxy.userKubeconfig('restricted-1'), proxy.requests, proxy.script([rules]),
//     proxy.onRequest(n, 'before' | 'after', () => 'go-on' | 'drop'), proxy.reset()
//   await cluster.setFate({namespace: ns, labels: {app: 'web'}, fate: 'crash', log: 'text'})
//                                       for pods that live and pods to come; the newest rule wins
//
// Pods are fake, everything else is real. The annotation test/fate of a pod template says what becomes
// of its pods: ok (default; a Job's pod completes), late:MS, pull-late:MS, crash, flap (ready, crashes, again),
// oom, init-crash, imagepull, invalid-image, config-error, never, creating, unschedulable, exit:CODE,
// complete, fail. test/grace: MS from delete to gone (default 500). test/log: text of `kubectl logs`.
// Pods answer HTTP through the API server (.../pods/NAME:8080/proxy/, .../services/NAME:PORT/proxy/): JSON with
// pod, path, image, version. Annotations change that: test/http-status, test/http-delay (ms), test/answer (JSON:
// fields to add), test/http-headers (JSON), test/http-body (the whole body), test/fail (a status for all answers, or
// for those after test/fail-after requests of the pod, or with the Host test/fail-host). A request with ?work=MS takes
// so long. `kubectl annotate pods` changes pods that live. They have no other network, but in the suites of ./traffic.
//   await cluster.podRequests(ns)       what reached which pod: {pod, labels, method, path, host, id, bytes}
// A crash loop, its back-offs and pulls run about a hundred times faster than a kubelet's.
//
// Run: npm run test:cluster [-- <jest arguments>], for example `npm run test:cluster -- apply`.
// SLUICE_CLUSTER_BIN=<folder> names etcd, kube-apiserver, kube-controller-manager, kubectl and helm.
import { afterAll, beforeAll } from '@jest/globals'
import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ADMIN, renderKubeconfig, type FateRule, type PodRequestRecord } from '@sluice/twin'
import { ABSENT_VARIABLE, FACTS_VARIABLE, type ClusterFacts } from './facts.ts'
import { startHost, type Host } from './host-process.ts'
import {
  askJson,
  closeConnections,
  runOracle,
  type Answer,
  type Arguments,
  type Question,
  type Ran,
} from './oracle.ts'

import type { FaultRule } from './proxy/fault.ts'
import { FaultProxy } from './proxy/fault-proxy.ts'

export type { Answer, Ran, RunOptions } from './oracle.ts'
export type { Exchange, Fault, FaultRule, ProxiedRequest } from './proxy/fault.ts'

/** A fault proxy with files that lead to it. */
export type ProxyInUse = FaultProxy & {
  /** The administrator's. */
  readonly kubeconfig: string
  userKubeconfig(name: string): string
}

export interface ClusterInUse {
  readonly facts: ClusterFacts
  readonly kubeconfig: string
  readonly server: string
  kubectl(...args: Arguments): Promise<Ran>
  helm(...args: Arguments): Promise<Ran>
  /** A new namespace's name; its ServiceAccount `default` is there. */
  namespace(): Promise<string>
  /** Path of the kubeconfig file of a user without a group. */
  userKubeconfig(name: string): string
  /** As administrator. */
  api(method: string, path: string, question?: Omit<Question, 'ca' | 'headers'>): Promise<Answer>
  /** Closed when the suite ends. */
  faultProxy(plan?: readonly FaultRule[]): Promise<ProxyInUse>
  setFate(rule: FateRule): Promise<void>
  /** Ends the fake kubelet's own watch, once. */
  cutKubeletWatch(): Promise<void>
  /** Requests that reached pods of this namespace, oldest first. */
  podRequests(namespace: string): Promise<readonly PodRequestRecord[]>
}

/** Above the cluster's own limit, whose message says more. */
const START_LIMIT_MS = 120_000

export function useCluster(options: { readonly own?: boolean } = {}): ClusterInUse {
  let host: Host | null = null
  if (options.own === true) {
    beforeAll(async () => {
      const started = await startHost()
      if ('missing' in started) throw new Error(started.missing)
      host = started
    }, START_LIMIT_MS)
    afterAll(() => host?.stop())
  }
  const proxies: FaultProxy[] = []
  afterAll(async () => {
    closeConnections()
    await Promise.all(proxies.map((proxy) => proxy.close()))
  })
  const facts = (): ClusterFacts => {
    const facts = options.own === true ? host?.facts : readSharedFacts()
    if (facts !== undefined) return facts
    throw new Error(
      options.own === true
        ? 'the cluster is used before the suite has started: use it in tests and hooks'
        : (process.env[ABSENT_VARIABLE] ??
            `no shared cluster (${FACTS_VARIABLE} is not set): run through \`npm run test:cluster\``),
    )
  }
  return new HarnessedCluster(facts, proxies)
}

function readSharedFacts(): ClusterFacts | undefined {
  const text = process.env[FACTS_VARIABLE]
  return text === undefined ? undefined : (JSON.parse(text) as ClusterFacts)
}

function findUser({ restricted }: ClusterFacts, name: string): ClusterFacts['restricted'][number] {
  const known = restricted.find((user) => user.name === name)
  if (known !== undefined) return known
  throw new Error(`no user "${name}"; there are ${restricted.map((user) => user.name).join(', ')}`)
}

/** Different in each worker process, and in each suite of one. */
let namespaces = 0
const nextNamespace = (): string => {
  namespaces += 1
  return `t-${process.pid}-${Date.now().toString(36)}-${namespaces}`
}

class HarnessedCluster implements ClusterInUse {
  readonly #facts: () => ClusterFacts

  readonly #proxies: FaultProxy[]

  constructor(facts: () => ClusterFacts, proxies: FaultProxy[]) {
    this.#facts = facts
    this.#proxies = proxies
  }

  get facts(): ClusterFacts {
    return this.#facts()
  }

  get kubeconfig(): string {
    return this.facts.kubeconfig
  }

  get server(): string {
    return this.facts.server
  }

  kubectl(...args: Arguments): Promise<Ran> {
    const { kubectl, kubeconfig, folder } = this.facts
    return runOracle(kubectl, ['--kubeconfig', kubeconfig, ...args], folder)
  }

  helm(...args: Arguments): Promise<Ran> {
    const { helm, kubeconfig, folder } = this.facts
    return runOracle(helm, ['--kubeconfig', kubeconfig, ...args], folder)
  }

  async namespace(): Promise<string> {
    const name = nextNamespace()
    const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }
    const made = await this.api('POST', '/api/v1/namespaces', { body })
    if (made.status !== 201)
      throw new Error(`namespace ${name}: ${made.status} ${String(made.body['message'])}`)
    const account = `/api/v1/namespaces/${name}/serviceaccounts/default`
    // Without it the API server refuses every pod.
    while ((await this.api('GET', account)).status !== 200) await pause(20)
    return name
  }

  userKubeconfig(name: string): string {
    return findUser(this.facts, name).file
  }

  async faultProxy(plan: readonly FaultRule[] = []): Promise<ProxyInUse> {
    const { facts } = this
    const proxy = await FaultProxy.listen(facts, plan)
    this.#proxies.push(proxy)
    const { server, ca } = proxy
    const write = (user: string, token: string): string => {
      const path = join(facts.folder, `proxied-${randomBytes(6).toString('hex')}.kubeconfig`)
      writeFileSync(path, renderKubeconfig({ server, ca, user, token }), { mode: 0o600 })
      return path
    }
    return Object.assign(proxy, {
      kubeconfig: write(ADMIN, facts.token),
      userKubeconfig: (name: string) => write(name, findUser(facts, name).token),
    })
  }

  api(
    method: string,
    path: string,
    question: Omit<Question, 'ca' | 'headers'> = {},
  ): Promise<Answer> {
    const { server, ca, token } = this.facts
    const headers = { authorization: `Bearer ${token}` }
    return askJson(method, `${server}${path}`, { ...question, ca, headers })
  }

  async setFate(rule: FateRule): Promise<void> {
    await this.#control('fates', rule)
  }

  async cutKubeletWatch(): Promise<void> {
    await this.#control('cut-watch', {})
  }

  async podRequests(namespace: string): Promise<readonly PodRequestRecord[]> {
    const { requests } = await this.#control('requests', { namespace })
    return requests as readonly PodRequestRecord[]
  }

  async #control(what: string, body: object): Promise<Answer['body']> {
    const { url, token, ca } = this.facts.control
    const headers = { 'x-control-token': token }
    const { status, body: said } = await askJson('POST', `${url}/${what}`, { body, ca, headers })
    if (status !== 200) throw new Error(`${what}: ${status} ${JSON.stringify(said)}`)
    return said
  }
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds))
