// A simulator: one plain state value, and faces (servers) that read and change it.

/** JSON-shaped, so that a snapshot is a structured clone and nothing hides in closures. */
export type PlainState = object

export interface SimRequest {
  readonly method: string
  /** Path without query, still percent-encoded. */
  readonly path: string
  readonly query: URLSearchParams
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** `https://localhost:<port>` of the face that was asked. */
  readonly origin: string
}

export interface SimAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** An object is sent as JSON; text and bytes as they are. Absent: no body. */
  readonly body?: object | string | Uint8Array
}

export interface World {
  /** Milliseconds since 1970, virtual. */
  now(): number
  /** Origin of any face by name, once the twin listens. */
  origin(face: string): string
}

/** Handles one request at a time (the kernel queues them), so state changes never interleave. */
export type FaceHandler<State> = (
  request: SimRequest,
  state: State,
  world: World,
) => SimAnswer | Promise<SimAnswer>

export interface Simulator<State extends PlainState = PlainState> {
  readonly name: string
  /** The state value; `restore` replaces it, so handlers take it as a parameter. */
  state: State
  /** Face name (arm, blob, scoring, entra, oidc, github, ...) to handler. Names are unique in a twin. */
  readonly faces: Readonly<Record<string, FaceHandler<State>>>
  /** Faces served over plain http; all others are https. */
  readonly plainHttp?: readonly string[]
  /** For state outside the value (a git repository): what to keep of it, and how to bring it back. */
  readonly outside?: {
    snapshot(): Promise<unknown>
    restore(kept: unknown): Promise<void>
  }
}
