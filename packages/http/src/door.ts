// The one door to the network: what goes through it, and what comes back.

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** Deadline of one try, seconds; 60 unless told. Real time, never virtual. */
  readonly deadlineSeconds?: number
  /**
   * `safe`: sending it twice is the same as once, so every row of the retry table applies.
   * `once`: only answers that prove that nothing happened (429, 503 with Retry-After) are retried.
   * GET, HEAD, PUT and DELETE are `safe` unless told; POST and PATCH are `once`.
   */
  readonly retry?: 'safe' | 'once' | 'never'
  /** `never`: an answer that points elsewhere is given back as it is. */
  readonly redirects?: 'never'
  /** The rest of a longer body is not read; without it bodies are read whole. */
  readonly mostBytes?: number
  /** True for an answer that the next try would meet again, whatever its status: no next try. */
  readonly isFinal?: (answer: HttpResponse) => boolean
  readonly signal: AbortSignal
}

export interface HttpResponse {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
  /** The server's own id of this request (x-ms-request-id, x-github-request-id); null without one. */
  readonly requestId: string | null
}

/**
 * Resolves with every answer that the server gave, 4xx and 5xx included, after the retry table had
 * its say; throws `SluiceError` (HTTP_...) when no answer came or the deadline passed, and the
 * signal's reason when cancelled.
 */
export type HttpDoor = (request: HttpRequest) => Promise<HttpResponse>
