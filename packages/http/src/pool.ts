// A pool of kept connections to one server, with its own trust and credentials; for adapters whose
// server is not reached by the common fetch (client certificates, private authorities, streams).

export interface PoolOptions {
  /** PEM; null: the system's authorities. */
  readonly ca: string | null
  /** PEM; null: no client certificate. */
  readonly cert: string | null
  readonly key: string | null
  /** Name in the server's certificate, where it is not the host of the address. */
  readonly serverName: string | null
  /** True only where the user's own configuration says so. */
  readonly skipVerification: boolean
  /** Address of a proxy; null: what HTTP(S)_PROXY and NO_PROXY say. */
  readonly proxy: string | null
  readonly connections: number
}

export interface FetchInit {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  readonly redirect?: 'manual'
  /** So much of the body is wanted at most: it is read as it comes, and left early. */
  readonly mostBytes?: number
  readonly signal: AbortSignal
}

/** What the door and the watches need of a fetch's answer; a `Response` is one. */
export interface FetchAnswer {
  readonly status: number
  readonly headers: Iterable<[string, string]>
  /** Bytes as they come; null: no body. Read either this or `text`. */
  readonly body: AsyncIterable<Uint8Array> | null
  text(): Promise<string>
}

export type Fetch = (url: string, init: FetchInit) => Promise<FetchAnswer>

export interface Pool {
  readonly fetch: Fetch
  /** Ends idle connections, so that the process can end. */
  close(): Promise<void>
}

export type OpenPool = (options: PoolOptions) => Pool
