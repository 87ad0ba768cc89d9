// The numbered log of everything that went over the wire, with hooks before and after each exchange.
import type { SimAnswer, SimRequest } from './simulator.ts'

export interface Exchange {
  /** 1, 2, 3, ... over all faces, in the order in which requests were taken up. */
  readonly number: number
  readonly face: string
  readonly method: string
  readonly path: string
  /** Path and query. */
  readonly target: string
  readonly requestHeaders: Readonly<Record<string, string>>
  readonly requestBody: string
  /** 0 until answered, and for ever when a hook dropped the connection. */
  readonly status: number
  readonly responseHeaders: Readonly<Record<string, string>>
  readonly responseBody: string
}

/** A request that was taken up, with its number. */
export interface TakenUp {
  readonly number: number
  readonly face: string
  readonly request: SimRequest
}

/**
 * `before`: the request was read, the state is untouched. `after`: the state has changed, the
 * answer is not sent. Returning 'drop' cuts the connection instead of going on.
 */
export type ExchangeHook = (
  moment: 'before' | 'after',
  exchange: TakenUp,
) => 'go-on' | 'drop' | Promise<'go-on' | 'drop'>

export class ExchangeLog {
  #exchanges: Exchange[] = []
  #number = 0
  hook: ExchangeHook | null = null

  next(): number {
    this.#number += 1
    return this.#number
  }

  record(about: TakenUp, answer: SimAnswer | null): void {
    const { number, face, request } = about
    const query = request.query.toString()
    const answerBody = answer?.body
    this.#exchanges.push({
      number,
      face,
      method: request.method,
      path: request.path,
      target: query === '' ? request.path : `${request.path}?${query}`,
      requestHeaders: request.headers,
      requestBody: request.body.toString('utf8'),
      status: answer?.status ?? 0,
      responseHeaders: answer?.headers ?? {},
      responseBody: answerBody === undefined ? '' : bodyText(answerBody),
    })
  }

  all(): readonly Exchange[] {
    return this.#exchanges
  }

  /** Everything that came after the exchange of this number. */
  since(number: number): readonly Exchange[] {
    return this.#exchanges.filter((exchange) => exchange.number > number)
  }

  get last(): number {
    return this.#number
  }

  reset(number = 0): void {
    this.#exchanges = this.#exchanges.filter((exchange) => exchange.number <= number)
    this.#number = number
  }
}

const bodyText = (body: object | string | Uint8Array): string =>
  typeof body === 'string'
    ? body
    : body instanceof Uint8Array
      ? Buffer.from(body).toString('utf8')
      : JSON.stringify(body)
