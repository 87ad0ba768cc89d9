// A cluster with a real data plane for a suite, in one line.
//
//   import { useDataPlane } from './rig.ts'
//   const plane = useDataPlane()
//
// Then, inside tests and hooks:
//   plane.cluster                 the harness of ../harness.ts: kubectl, api, namespace, faultProxy, ...
//   plane.address                 http://127.0.0.1:PORT of the gateway: ask it with the Host of a route
//   plane.names                   {namespace, name, gatewayClass, ingressClass} of the Gateway
//   await plane.namespace()       a fresh namespace
//   await plane.deployModel({namespace, slot: 'blue', version: '1', ...})   see model.ts; ready when it resolves
//   await plane.apply(object, ...)             kubectl apply
//   await plane.answered({host, ...}, answer => ...)   asks until an answer is as wanted
//   await plane.requests(namespace)            what reached which pod, a mirror's requests too
//   await plane.ask({host, path?, headers?})   one request through the gateway
//
// Load: startLoad, runLoad, countBySlot, failuresOf of load.ts. Shares: binomialInterval of binomial.ts.
//
// Run: npm run test:cluster -- traffic. SLUICE_GATEWAY_BIN=<file> names a traefik.
import { get } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { GatewayNames, PodRequestRecord } from '@sluice/twin'
import type { GatewayFacts } from '../facts.ts'
import { useCluster, type ClusterInUse } from '../harness.ts'
import { renderModel, type Model } from './model.ts'

export interface GatewayQuestion {
  readonly host: string
  /** Default: / */
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface GatewayAnswer {
  /** 0: no answer; `body.text` says why. */
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

export interface DataPlane {
  readonly cluster: ClusterInUse
  /** http://127.0.0.1:PORT */
  readonly address: string
  readonly names: GatewayNames
  namespace(): Promise<string>
  /** Resolves when all its pods are ready. */
  deployModel(model: Model): Promise<void>
  /** With kubectl; a refusal is an error. */
  apply(...objects: readonly object[]): Promise<void>
  ask(question: GatewayQuestion): Promise<GatewayAnswer>
  /** The first answer that is as wanted; an error with the last one after 20 s. */
  answered(
    question: GatewayQuestion,
    isWanted: (answer: GatewayAnswer) => boolean,
  ): Promise<GatewayAnswer>
  /** Requests that reached pods of this namespace, oldest first. */
  requests(namespace: string): Promise<readonly PodRequestRecord[]>
}

const PATIENCE_MS = 20_000

export function useDataPlane(): DataPlane {
  const cluster = useCluster()
  const facts = (): GatewayFacts => {
    const { gateway } = cluster.facts
    if (gateway !== undefined) return gateway
    throw new Error('this cluster has no gateway: run through `npm run test:cluster -- traffic`')
  }
  const ask = (question: GatewayQuestion) => askGateway(facts().address, question)
  return {
    cluster,
    get address() {
      return facts().address
    },
    get names() {
      return facts().names
    },
    namespace: () => cluster.namespace(),
    deployModel: (model) => deployModel(cluster, model),
    apply: (...objects) => apply(cluster, objects),
    ask,
    answered: async (question, isWanted) => {
      const limit = performance.now() + PATIENCE_MS
      for (;;) {
        const answer = await ask(question)
        if (isWanted(answer)) return answer
        if (performance.now() > limit)
          throw new Error(`${question.host} still answers ${JSON.stringify(answer)}`)
        await sleep(20)
      }
    },
    requests: (namespace) => cluster.podRequests(namespace),
  }
}

async function apply(cluster: ClusterInUse, objects: readonly object[]): Promise<void> {
  const stdin = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects })
  const { code, stderr } = await cluster.kubectl('apply', '-f', '-', { stdin })
  if (code !== 0) throw new Error(stderr)
}

async function deployModel(cluster: ClusterInUse, model: Model): Promise<void> {
  await apply(cluster, [renderModel(model)])
  const name = `deploy/${model.name ?? 'model'}-${model.slot}`
  const args = ['rollout', 'status', name, '-n', model.namespace, '--timeout=20s']
  const { code, stderr } = await cluster.kubectl(...args)
  if (code !== 0) throw new Error(stderr)
}

/** A connection of its own each time: nothing of an earlier answer hangs on. */
function askGateway(address: string, question: GatewayQuestion): Promise<GatewayAnswer> {
  const { host, path = '/', headers } = question
  return new Promise((resolve) => {
    const fail = (error: Error): void => resolve({ status: 0, body: { text: error.message } })
    get(`${address}${path}`, { agent: false, headers: { ...headers, host } }, (incoming) => {
      let text = ''
      incoming.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      incoming.on('error', fail)
      incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, body: readJson(text) }))
    }).on('error', fail)
  })
}

function readJson(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return { text }
  }
}
