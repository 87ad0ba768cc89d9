// The address that users ask: a small proxy that sends each request to a ready pod behind the
// endpoint's Service, or to the Services of its route by their weights. It reads the cluster anew for
// every request, so what it answers is what stands there now.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { KubeObject } from '../cluster/kube-object.ts'
import type { AnswerOf, VersionAnswer } from './answers.ts'
import {
  observeBackends,
  observePods,
  type Backend,
  type ClusterReader,
  type RoutedEndpoint,
} from './routing.ts'

export interface PublicAddressOptions {
  readonly administrator: ClusterReader
  readonly endpoint: RoutedEndpoint
  /** What users see of a version. */
  readonly answer: AnswerOf
}

export class PublicAddress {
  readonly #options: PublicAddressOptions
  readonly #server: Server
  /** Smooth weighted turns: what each Service is owed. */
  readonly #owed = new Map<string, number>()
  #turn = 0
  /** Statuses of all answers, in order. */
  readonly statuses: number[] = []

  private constructor(options: PublicAddressOptions) {
    this.#options = options
    this.#server = createServer((incoming, response) => void this.#serve(incoming, response))
  }

  /** Listens on loopback. `close` must be called in every case. */
  static async open(options: PublicAddressOptions): Promise<PublicAddress> {
    const address = new PublicAddress(options)
    await new Promise<void>((resolve) => address.#server.listen(0, '127.0.0.1', resolve))
    return address
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = ''
    for await (const chunk of incoming.setEncoding('utf8')) body += String(chunk)
    const answer = await this.#answer(body).catch((error: unknown) => ({
      status: 502,
      body: String(error),
    }))
    this.statuses.push(answer.status)
    response.writeHead(answer.status, { 'content-type': 'application/json' })
    response.end(answer.body)
  }

  async #answer(body: string): Promise<VersionAnswer> {
    const { administrator, endpoint, answer } = this.#options
    const { namespace } = endpoint
    const backend = this.#next(await observeBackends(administrator, endpoint))
    if (backend === null) return { status: 500, body: 'no backend has a weight' }
    const pods = await observePods(administrator, { namespace, service: backend.service })
    if (pods.length === 0) return { status: 503, body: `${backend.service} has no ready pod` }
    this.#turn += 1
    const name = pods[this.#turn % pods.length] ?? ''
    const pod = await administrator.read<Pod>(`/api/v1/namespaces/${namespace}/pods/${name}`)
    if (pod === null) return { status: 502, body: `pod ${name} is gone` }
    return answer(pod.spec.containers[0]?.image ?? '', body)
  }

  /** The one that is owed most after everybody got a weight's worth; null when all are 0. */
  #next(backends: readonly Backend[]): Backend | null {
    const weighted = backends.filter(({ weight }) => weight > 0)
    const total = weighted.reduce((sum, { weight }) => sum + weight, 0)
    for (const { service, weight } of weighted) {
      this.#owed.set(service, (this.#owed.get(service) ?? 0) + weight)
    }
    const owed = ({ service }: Backend): number => this.#owed.get(service) ?? 0
    const [first] = weighted.toSorted((a, b) => owed(b) - owed(a))
    if (first === undefined) return null
    this.#owed.set(first.service, owed(first) - total)
    return first
  }
}

interface Pod extends Omit<KubeObject, 'spec'> {
  readonly spec: { readonly containers: readonly { readonly image: string }[] }
}
