// A door before the real API server that writes down what goes through it: who asked for what, and
// how it was answered. No body and no credential is kept.
import { createServer, Agent, request as httpsRequest, type Server } from 'node:https'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Certificate } from '../../kernel/certificate.ts'

export interface ApiCall {
  readonly method: string
  readonly path: string
  readonly query: string
  /** 0: the connection ended before an answer. */
  readonly status: number
}

export interface Upstream {
  /** https://127.0.0.1:PORT */
  readonly server: string
  /** PEM */
  readonly ca: string
}

export class ApiRecorder {
  /** In the order of their answers; a watch counts when it begins. */
  readonly calls: ApiCall[] = []
  readonly #upstream: Upstream
  readonly #agent: Agent
  readonly #server: Server

  private constructor(upstream: Upstream, certificate: Certificate) {
    this.#upstream = upstream
    this.#agent = new Agent({ ca: upstream.ca, keepAlive: true })
    this.#server = createServer(
      { key: certificate.key, cert: certificate.cert },
      (incoming, response) => this.#pass(incoming, response),
    )
  }

  /** Listens on loopback under the certificate. `close` must be called in every case. */
  static async open(upstream: Upstream, certificate: Certificate): Promise<ApiRecorder> {
    const recorder = new ApiRecorder(upstream, certificate)
    await new Promise<void>((resolve) => recorder.#server.listen(0, '127.0.0.1', resolve))
    return recorder
  }

  get server(): string {
    return `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
    this.#agent.destroy()
  }

  #pass(incoming: IncomingMessage, response: ServerResponse): void {
    const { host: _, ...headers } = incoming.headers
    const outgoing = httpsRequest(
      `${this.#upstream.server}${incoming.url ?? '/'}`,
      { agent: this.#agent, method: incoming.method, headers },
      (answer) => {
        this.#keep(incoming, answer.statusCode ?? 0)
        response.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
        answer.on('error', () => response.destroy())
        answer.pipe(response)
      },
    )
    outgoing.on('error', () => {
      if (!response.headersSent) this.#keep(incoming, 0)
      response.destroy()
    })
    // A client that gives up a watch ends it at the real server too.
    response.on('close', () => outgoing.destroy())
    incoming.pipe(outgoing)
  }

  #keep(incoming: IncomingMessage, status: number): void {
    const [path = '/', query = ''] = (incoming.url ?? '/').split('?')
    this.calls.push({ method: incoming.method ?? 'GET', path, query, status })
  }
}

/** Whether a call changes what the cluster holds: no dry run, no question about rights. */
export const isWrite = ({ method, path, query }: ApiCall): boolean =>
  method !== 'GET' &&
  method !== 'HEAD' &&
  !path.startsWith('/apis/authorization.k8s.io/') &&
  !path.startsWith('/apis/authentication.k8s.io/') &&
  !new URLSearchParams(query).getAll('dryRun').includes('All')
