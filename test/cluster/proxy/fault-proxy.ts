// An HTTPS proxy before the real API server that fails as told and remembers every request.
import { Agent as HttpsAgent, createServer, request as httpsRequest, type Server } from 'node:https'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { makeCertificate } from '@sluice/twin'
import {
  FaultPlan,
  isStream,
  renderStatus,
  type Exchange,
  type Fault,
  type FaultRule,
  type ProxiedRequest,
} from './fault.ts'
import { passStream, writePieces } from './stream.ts'

/** 'drop' cuts the client's connection instead of going on. */
export type RequestHook = (request: ProxiedRequest) => 'go-on' | 'drop' | Promise<'go-on' | 'drop'>

/** Asked at every request, twice: by what it is, where its number is not known. */
export type Witness = (
  moment: 'before' | 'after',
  request: ProxiedRequest,
) => 'go-on' | 'drop' | Promise<'go-on' | 'drop'>

interface Hook {
  readonly number: number
  readonly when: 'before' | 'after'
  readonly call: RequestHook
}

export interface ProxyTarget {
  readonly server: string
  /** PEM of the real server's authority. */
  readonly ca: string
}

export class FaultProxy {
  /** In the order in which they were read. */
  readonly requests: Exchange[] = []
  /** TCP connections that clients have opened. */
  connections = 0
  readonly server: string
  /** PEM of the proxy's own certificate. */
  readonly ca: string
  readonly #target: ProxyTarget
  readonly #listener: Server
  readonly #agent: HttpsAgent
  readonly #sockets = new Set<Socket>()
  #plan: FaultPlan
  #hooks: Hook[] = []
  #witness: Witness | null = null

  private constructor(parts: {
    readonly target: ProxyTarget
    readonly listener: Server
    readonly ca: string
    readonly plan: readonly FaultRule[]
  }) {
    this.#target = parts.target
    this.#listener = parts.listener
    this.ca = parts.ca
    this.server = `https://127.0.0.1:${(parts.listener.address() as AddressInfo).port}`
    this.#plan = new FaultPlan(parts.plan)
    this.#agent = new HttpsAgent({ ca: parts.target.ca, keepAlive: true })
    this.#listener.on('connection', (socket: Socket) => {
      this.connections += 1
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
    })
    this.#listener.on('request', (incoming: IncomingMessage, response: ServerResponse) => {
      this.#serve(incoming, response).catch(() => response.destroy())
    })
  }

  static async listen(target: ProxyTarget, plan: readonly FaultRule[]): Promise<FaultProxy> {
    const { key, cert } = await makeCertificate()
    const listener = createServer({ key, cert })
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
    return new FaultProxy({ target, listener, ca: cert, plan })
  }

  /** Another script from here on; its counts begin at nothing. */
  script(plan: readonly FaultRule[]): void {
    this.#plan = new FaultPlan(plan)
  }

  /**
   * Calls once, at the request of this number. `before`: it is read, and the server has not seen
   * it. `after`: the server has answered, and the client has got nothing.
   */
  onRequest(number: number, when: 'before' | 'after', call: RequestHook): void {
    this.#hooks.push({ number, when, call })
  }

  /** Until the next reset; the moments are those of `onRequest`. */
  onEach(witness: Witness): void {
    this.#witness = witness
  }

  /** Forgets requests, hooks and counts; numbers begin at 1 again. */
  reset(): void {
    this.requests.length = 0
    this.connections = 0
    this.#hooks = []
    this.#witness = null
  }

  /** Nobody listens any more, and what was open is cut: connections are refused. */
  async goDown(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#listener.close(() => resolve()))
    // Also those that are still shaking hands, of which the listener knows nothing yet.
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }

  /** Listens again where it did. */
  async comeBack(): Promise<void> {
    const { port } = new URL(this.server)
    await new Promise<void>((resolve) => this.#listener.listen(Number(port), '127.0.0.1', resolve))
  }

  async close(): Promise<void> {
    this.#listener.closeAllConnections()
    this.#agent.destroy()
    await new Promise<void>((resolve) => this.#listener.close(() => resolve()))
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { exchange, body } = await this.#take(incoming)
    if ((await this.#hook(exchange, 'before')) === 'drop') return void response.destroy()
    const fault = this.#plan.strike(exchange)
    exchange.fault = fault?.kind ?? null
    if (fault !== null && !(await goesOn(fault, { exchange, response }))) return
    const answer = await this.#forward(incoming, { exchange, body, response })
    exchange.serverStatus = answer.statusCode ?? 0
    const isCut = fault?.kind === 'reset'
    if (isStream(exchange)) {
      if ((await this.#hook(exchange, 'after')) === 'drop' || isCut) return void response.destroy()
      begin(response, { answer, exchange, length: null })
      return passStream(answer, response, fault)
    }
    const chunks: Buffer[] = []
    for await (const chunk of answer) chunks.push(chunk as Buffer)
    const bytes = Buffer.concat(chunks)
    if ((await this.#hook(exchange, 'after')) === 'drop' || isCut) return void response.destroy()
    begin(response, { answer, exchange, length: exchange.method === 'HEAD' ? null : bytes.length })
    await writePieces(response, bytes, fault?.kind === 'drip' ? fault.bytes : null)
    response.end()
  }

  async #take(incoming: IncomingMessage): Promise<{ exchange: Exchange; body: Buffer }> {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    const url = new URL(incoming.url ?? '/', this.server)
    const headers = Object.entries(incoming.headers)
      .filter(([name]) => name !== 'authorization')
      .map(([name, value]) => [name, [value].flat().join(', ')])
    const exchange: Exchange = {
      number: this.requests.length + 1,
      method: incoming.method ?? 'GET',
      path: url.pathname,
      query: url.searchParams,
      headers: Object.fromEntries(headers) as Record<string, string>,
      body: body.toString('utf8'),
      bytes: body.length,
      status: 0,
      serverStatus: 0,
      fault: null,
    }
    this.requests.push(exchange)
    return { exchange, body }
  }

  async #hook(exchange: Exchange, when: Hook['when']): Promise<'go-on' | 'drop'> {
    const due = this.#hooks.find((hook) => hook.number === exchange.number && hook.when === when)
    if ((await due?.call(exchange)) === 'drop') return 'drop'
    return (await this.#witness?.(when, exchange)) ?? 'go-on'
  }

  #forward(
    incoming: IncomingMessage,
    about: {
      readonly exchange: Exchange
      readonly body: Buffer
      readonly response: ServerResponse
    },
  ): Promise<IncomingMessage> {
    const { exchange, body, response } = about
    const headers = { ...incoming.headers }
    delete headers['transfer-encoding']
    delete headers.connection
    if (exchange.bytes > 0) headers['content-length'] = String(exchange.bytes)
    return new Promise((resolve, reject) => {
      const { method } = exchange
      const url = `${this.#target.server}${incoming.url ?? '/'}`
      const outgoing = httpsRequest(url, { method, agent: this.#agent, headers }, resolve)
      outgoing.on('error', reject)
      // A client that goes away while the server thinks (a watch without events) must not hold it.
      response.on('close', () => {
        if (isStream(exchange)) outgoing.destroy()
      })
      outgoing.end(body.length === 0 ? undefined : body)
    })
  }
}

/** False: the fault has dealt with the request. */
async function goesOn(
  fault: Fault,
  { exchange, response }: { readonly exchange: Exchange; readonly response: ServerResponse },
): Promise<boolean> {
  switch (fault.kind) {
    case 'answer': {
      exchange.status = fault.status
      const body = fault.body ?? renderStatus(fault.status, `the fault proxy says ${fault.status}`)
      response.writeHead(fault.status, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        ...fault.headers,
      })
      response.end(body)
      return false
    }
    case 'reset':
      if (fault.when === 'after') return true
      response.socket?.destroy()
      return false
    case 'hang':
      return false
    case 'delay':
      await new Promise((resolve) => setTimeout(resolve, fault.ms))
      return true
    case 'cut-watch':
    case 'end-watch':
    case 'gone':
    case 'silence':
    case 'drip':
      return true
  }
}

function begin(
  response: ServerResponse,
  about: {
    readonly answer: IncomingMessage
    readonly exchange: Exchange
    /** null: as the server said, or chunk by chunk. */
    readonly length: number | null
  },
): void {
  const { answer, exchange, length } = about
  const headers = { ...answer.headers }
  delete headers['transfer-encoding']
  delete headers.connection
  if (length !== null) headers['content-length'] = String(length)
  exchange.status = answer.statusCode ?? 502
  response.writeHead(exchange.status, headers)
  response.flushHeaders()
}
