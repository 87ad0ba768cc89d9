// The kernel: serves every face of every simulator on loopback, one request at a time, and can
// take the whole world back to an earlier moment.
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Server } from 'node:net'
import { ExchangeLog } from './exchanges.ts'
import type { Certificate } from './certificate.ts'
import type { PlainState, SimAnswer, SimRequest, Simulator, World } from './simulator.ts'
import type { VirtualTime } from './time.ts'

export interface Snapshot {
  readonly states: Readonly<Record<string, unknown>>
  readonly outside: Readonly<Record<string, unknown>>
  readonly now: number
  readonly exchanges: number
}

export class Twin implements World {
  readonly log = new ExchangeLog()
  readonly time: VirtualTime
  readonly #simulators: readonly Simulator[]
  readonly #servers = new Map<string, { readonly server: Server; readonly origin: string }>()
  readonly #certificate: Certificate
  /** Requests wait for each other, so that state changes never interleave. */
  #queue: Promise<unknown> = Promise.resolve()

  constructor(parts: {
    readonly simulators: readonly Simulator[]
    readonly certificate: Certificate
    readonly time: VirtualTime
  }) {
    this.#simulators = parts.simulators
    this.#certificate = parts.certificate
    this.time = parts.time
  }

  now(): number {
    return this.time.now()
  }

  origin(face: string): string {
    const entry = this.#servers.get(face)
    if (entry === undefined)
      throw new Error(`the twin has no face "${face}", or does not listen yet`)
    return entry.origin
  }

  /** Starts one loopback server per face, on free ports. */
  async listen(): Promise<void> {
    for (const simulator of this.#simulators) {
      for (const face of Object.keys(simulator.faces)) {
        await this.#serve(simulator, face, simulator.plainHttp?.includes(face) ?? false)
      }
    }
  }

  async close(): Promise<void> {
    for (const { server } of this.#servers.values()) {
      if ('closeAllConnections' in server)
        (server as { closeAllConnections(): void }).closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    }
    this.#servers.clear()
  }

  async snapshot(): Promise<Snapshot> {
    const outside: Record<string, unknown> = {}
    for (const simulator of this.#simulators) {
      if (simulator.outside) outside[simulator.name] = await simulator.outside.snapshot()
    }
    return {
      states: Object.fromEntries(this.#simulators.map((s) => [s.name, structuredClone(s.state)])),
      outside,
      now: this.time.now(),
      exchanges: this.log.last,
    }
  }

  async restore(snapshot: Snapshot): Promise<void> {
    for (const simulator of this.#simulators) {
      simulator.state = structuredClone(snapshot.states[simulator.name]) as PlainState
      if (simulator.outside) await simulator.outside.restore(snapshot.outside[simulator.name])
    }
    this.time.set(snapshot.now)
    this.log.reset(snapshot.exchanges)
  }

  async #serve(simulator: Simulator, face: string, plain: boolean): Promise<void> {
    if (this.#servers.has(face)) throw new Error(`two simulators have a face "${face}"`)
    const listener = (incoming: IncomingMessage, response: ServerResponse) => {
      void this.#take({ simulator, face }, incoming, response)
    }
    const server = plain
      ? createHttpServer(listener)
      : createHttpsServer({ key: this.#certificate.key, cert: this.#certificate.cert }, listener)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    this.#servers.set(face, { server, origin: `${plain ? 'http' : 'https'}://localhost:${port}` })
  }

  async #take(
    at: { readonly simulator: Simulator; readonly face: string },
    incoming: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { simulator, face } = at
    try {
      const request = await readRequest(incoming, this.origin(face))
      const turn = this.#queue.then(() => this.#answer(simulator, face, request))
      this.#queue = turn.catch(() => undefined)
      const answer = await turn
      if (answer === null) response.destroy()
      else send(response, answer)
    } catch (error) {
      // A simulator that throws is a fault of ours: say so loudly, and never as a platform's answer.
      process.stderr.write(`twin: face ${face} failed: ${String((error as Error).stack)}\n`)
      send(response, { status: 599, body: { twinFault: String(error) } })
    }
  }

  /** null: a hook wants the connection cut. */
  async #answer(
    simulator: Simulator,
    face: string,
    request: SimRequest,
  ): Promise<SimAnswer | null> {
    const number = this.log.next()
    const about = { number, face, request }
    if ((await this.log.hook?.('before', about)) === 'drop') {
      this.log.record(about, null)
      return null
    }
    const handler = simulator.faces[face]
    if (handler === undefined) throw new Error(`simulator ${simulator.name} has no face ${face}`)
    const answer = await handler(request, simulator.state, this)
    this.log.record(about, answer)
    return (await this.log.hook?.('after', about)) === 'drop' ? null : answer
  }
}

async function readRequest(incoming: IncomingMessage, origin: string): Promise<SimRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  const url = new URL(incoming.url ?? '/', origin)
  const headers = Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [name, [value].flat().join(', ')]),
  )
  return {
    method: incoming.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers,
    body: Buffer.concat(chunks),
    origin,
  }
}

function send(response: ServerResponse, answer: SimAnswer): void {
  const { body } = answer
  const isJson = typeof body === 'object' && !(body instanceof Uint8Array)
  response.writeHead(answer.status, {
    ...(isJson && { 'content-type': 'application/json; charset=utf-8' }),
    ...answer.headers,
  })
  response.end(body === undefined ? undefined : isJson ? JSON.stringify(body) : body)
}
