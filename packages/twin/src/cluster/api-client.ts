// The bed's own door to its API server: plain JSON over kept connections, and watches by line.
// It is no product code: a test must not be judged by the client that it tests.
import { Agent, request as httpsRequest } from 'node:https'
import type { IncomingMessage } from 'node:http'

export interface ApiAddress {
  readonly server: string
  /** PEM */
  readonly ca: string
  readonly token: string
}

export interface ApiAnswer {
  /** 0: no answer; `body.message` says why. */
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

export interface Ask {
  readonly method: string
  /** Path and query. */
  readonly path: string
  readonly body?: object
  /** Default: application/json */
  readonly type?: string
}

export interface WatchEvent {
  readonly type: string
  readonly object: Readonly<Record<string, unknown>>
}

export class ApiClient {
  readonly #address: ApiAddress
  readonly #agent: Agent
  /** Watches have an agent of their own, so that none waits for a free connection. */
  readonly #watchAgent: Agent
  readonly #watches = new Set<IncomingMessage>()

  constructor(address: ApiAddress) {
    this.#address = address
    this.#agent = new Agent({ ca: address.ca, keepAlive: true, maxSockets: 8 })
    this.#watchAgent = new Agent({ ca: address.ca, keepAlive: false })
  }

  async ask(ask: Ask): Promise<ApiAnswer> {
    try {
      const incoming = await this.#send(ask, this.#agent)
      let text = ''
      for await (const chunk of incoming.setEncoding('utf8')) text += String(chunk)
      return { status: incoming.statusCode ?? 0, body: readJson(text) }
    } catch (error) {
      return { status: 0, body: { message: String(error) } }
    }
  }

  /** Calls back per event; resolves when the server or `cutWatches` ended the watch. */
  async watch(path: string, take: (event: WatchEvent) => void): Promise<void> {
    let incoming: IncomingMessage
    try {
      incoming = await this.#send({ method: 'GET', path }, this.#watchAgent)
    } catch {
      return
    }
    this.#watches.add(incoming)
    let rest = ''
    try {
      for await (const chunk of incoming.setEncoding('utf8')) {
        const lines = (rest + String(chunk)).split('\n')
        rest = lines.pop() ?? ''
        for (const line of lines) if (line !== '') take(JSON.parse(line) as WatchEvent)
      }
    } catch {
      // A cut watch and an ended one are the same to the caller: it lists again.
    } finally {
      this.#watches.delete(incoming)
    }
  }

  cutWatches(): void {
    for (const watch of this.#watches) watch.destroy()
  }

  close(): void {
    this.cutWatches()
    this.#agent.destroy()
    this.#watchAgent.destroy()
  }

  #send(ask: Ask, agent: Agent): Promise<IncomingMessage> {
    const bytes = ask.body === undefined ? null : Buffer.from(JSON.stringify(ask.body), 'utf8')
    return new Promise((resolve, reject) => {
      const outgoing = httpsRequest(
        `${this.#address.server}${ask.path}`,
        {
          agent,
          method: ask.method,
          headers: {
            authorization: `Bearer ${this.#address.token}`,
            // Said always: Node frames the body of a DELETE only when its length is given.
            ...(bytes && {
              'content-type': ask.type ?? 'application/json',
              'content-length': bytes.length,
            }),
          },
        },
        resolve,
      )
      outgoing.on('error', reject)
      outgoing.end(bytes ?? undefined)
    })
  }
}

function readJson(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return { message: text }
  }
}
