// The HTTP server in every pod: one for all of them, which knows the pod by the address that was asked.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Kubelet, PodRecord } from './kubelet.ts'
import { planAnswer, type PodAnswer, type PodRequest } from './pod-answer.ts'
import type { Pod } from './pod.ts'
import { RequestLog } from './request-log.ts'

/** The program in the pods, instead of what annotations say; `body`: of the request. */
export type PodProgram = (pod: Pod, request: PodRequest, body: string) => PodAnswer

/** Where a pod answers that declares no port. */
const DEFAULT_PORT = 8080

export class PodHttp {
  readonly requests = new RequestLog()
  readonly #kubelet: Kubelet
  readonly #program: PodProgram | null
  readonly #server: Server
  /** The pod's address of a connection that came through the API server. */
  readonly #addresses = new WeakMap<object, string>()

  constructor(kubelet: Kubelet, program: PodProgram | null = null) {
    this.#kubelet = kubelet
    this.#program = program
    this.#server = createServer((incoming, response) => {
      this.#answer(incoming, response).catch(() => incoming.socket.destroy())
    })
    // A gateway keeps its connections; the side that closes one first must not be the pod.
    this.#server.keepAliveTimeout = 120_000
  }

  isServing({ ip, port }: { readonly ip: string; readonly port: number }): boolean {
    const record = this.#kubelet.findServing(ip)
    return record !== null && portsOf(record.pod).includes(port)
  }

  /** An open connection to the pod of this address. */
  take(socket: Duplex, ip: string): void {
    this.#addresses.set(socket, ip)
    this.#server.emit('connection', socket)
  }

  /**
   * Also serves on this port of every address of the machine. Only inside a network namespace that
   * routes 10.66.0.0/16 to itself: elsewhere no pod address is the machine's own.
   */
  async listen(port: number): Promise<void> {
    this.#server.on('connection', (socket) => {
      const ip = this.#addresses.get(socket) ?? socket.localAddress ?? ''
      // To a pod that is not there a connection is refused, not answered.
      if (this.#kubelet.findServing(ip) === null) socket.resetAndDestroy()
    })
    await new Promise<void>((resolve, reject) => {
      this.#server.on('error', reject)
      this.#server.listen(port, '0.0.0.0', resolve)
    })
  }

  close(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }

  async #answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const ip = this.#addresses.get(incoming.socket) ?? incoming.socket.localAddress ?? ''
    const record = this.#kubelet.findServing(ip)
    if (record === null) return void incoming.socket.destroy()
    const { request, body } = await this.#note(incoming, record)
    const answer = this.#program?.(record.pod, request, body) ?? planAnswer(record.pod, ip, request)
    if (answer.delayMs > 0) await sleep(answer.delayMs)
    // A program that was killed answers nothing any more, not even what it had begun.
    if (this.#kubelet.findServing(ip) === null) return void incoming.socket.destroy()
    response.writeHead(answer.status, {
      ...answer.headers,
      // A pod that ends lets its clients go.
      ...(record.isDying && { connection: 'close' }),
    })
    response.end(answer.body)
  }

  async #note(incoming: IncomingMessage, { pod }: PodRecord) {
    const { name, namespace, uid, labels = {} } = pod.metadata
    const number = this.requests.count(uid)
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    const { method = 'GET', url: path = '/', headers } = incoming
    const asked = { method, path, host: headers.host ?? '' }
    const id = String(headers['x-request-id'] ?? '')
    this.requests.add({ namespace, pod: name, labels, ...asked, id, bytes: body.length })
    return { request: { ...asked, number }, body: body.toString('utf8') }
  }
}

function portsOf({ spec }: Pod): readonly number[] {
  const declared = spec.containers.flatMap(({ ports = [] }) =>
    ports.map((one) => one.containerPort),
  )
  return declared.length > 0 ? declared : [DEFAULT_PORT]
}
