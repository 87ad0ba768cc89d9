// The script of a fault proxy: what goes wrong with which request.

export interface ProxiedRequest {
  /** 1, 2, 3, ... in the order in which requests were read. */
  readonly number: number
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  /** Without `authorization`. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Of the body as it was sent. */
  readonly bytes: number
}

/** What the proxy remembers of a request. */
export interface Exchange extends ProxiedRequest {
  /** What the client got; 0: nothing (yet). */
  status: number
  /** What the real server said; 0: it was not asked, or has not answered. */
  serverStatus: number
  /** The fault that struck, or null. */
  fault: Fault['kind'] | null
}

export type Fault =
  /** The proxy answers in the server's stead; the body is a Status object unless one is given. */
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly headers?: Readonly<Record<string, string>>
      readonly body?: string
    }
  /** before: the server never sees the request. after: it has done it, and nobody hears. */
  | { readonly kind: 'reset'; readonly when: 'before' | 'after' }
  | { readonly kind: 'delay'; readonly ms: number }
  /** No answer ever; the connection stays open. */
  | { readonly kind: 'hang' }
  /** Of a watch: so many events pass, half of the next one too, then the connection is reset. */
  | { readonly kind: 'cut-watch'; readonly events: number }
  /** So many events pass, then the answer ends as when the server's time for a watch is over. */
  | { readonly kind: 'end-watch'; readonly events: number }
  /** So many events pass, then an ERROR event with code 410, and the end. */
  | { readonly kind: 'gone'; readonly events: number }
  /** So many events pass, then nothing more comes and nothing is closed. */
  | { readonly kind: 'silence'; readonly events: number }
  /** The answer comes in pieces of so many bytes, across characters and lines. */
  | { readonly kind: 'drip'; readonly bytes: number }

export interface FaultRule {
  readonly fault: Fault
  readonly method?: string
  /** Of the path without query. */
  readonly path?: string | RegExp
  readonly where?: (request: ProxiedRequest) => boolean
  /** So many matching requests pass first (0). */
  readonly skip?: number
  /** So many are struck then (1). */
  readonly times?: number
}

/** Counts the requests that each rule matched; the first rule that is due strikes. */
export class FaultPlan {
  readonly #rules: readonly FaultRule[]
  readonly #seen: number[]

  constructor(rules: readonly FaultRule[]) {
    this.#rules = rules
    this.#seen = rules.map(() => 0)
  }

  strike(request: ProxiedRequest): Fault | null {
    let struck: Fault | null = null
    for (const [index, rule] of this.#rules.entries()) {
      if (!matches(rule, request)) continue
      const seen = this.#seen[index] ?? 0
      this.#seen[index] = seen + 1
      const { skip = 0, times = 1 } = rule
      if (struck === null && seen >= skip && seen < skip + times) struck = rule.fault
    }
    return struck
  }
}

function matches(rule: FaultRule, request: ProxiedRequest): boolean {
  const { method, path, where } = rule
  return (
    (method === undefined || method === request.method) &&
    (path === undefined ||
      (typeof path === 'string' ? path === request.path : path.test(request.path))) &&
    (where === undefined || where(request))
  )
}

/** A watch or a followed log: its answer has no end of its own. */
export const isStream = ({ query }: ProxiedRequest): boolean =>
  ['watch', 'follow'].some((name) => ['1', 'true'].includes(query.get(name) ?? ''))

/** As the API server says it. */
export function renderStatus(code: number, message: string): string {
  const reasons: Record<number, string> = {
    401: 'Unauthorized',
    403: 'Forbidden',
    404: 'NotFound',
    409: 'Conflict',
    410: 'Expired',
    429: 'TooManyRequests',
    500: 'InternalError',
    503: 'ServiceUnavailable',
    504: 'Timeout',
  }
  const reason = reasons[code]
  return JSON.stringify({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    ...(reason !== undefined && { reason }),
    code,
  })
}
