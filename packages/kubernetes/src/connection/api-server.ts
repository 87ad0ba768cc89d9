// The seam to a cluster: what apply, health and later the platform ask of an API server.
import type { KubeObject, ObjectId } from '../object.ts'

/** One kind as discovery shows it. */
export interface Resource {
  readonly group: string
  readonly version: string
  readonly kind: string
  readonly plural: string
  readonly namespaced: boolean
  readonly verbs: readonly string[]
  /** Such as `status`, `scale`. */
  readonly subresources: readonly string[]
  /** Singular and short forms, such as `deployment` and `deploy`; absent: the server gives none. */
  readonly aliases?: readonly string[]
}

export interface Resources {
  /** Exact group, version and kind; null when the server does not know it. */
  find(group: string, version: string, kind: string): Resource | null
  /** The server's preferred version of a kind; null when the server does not know it. */
  preferred(group: string, kind: string): Resource | null
  readonly all: readonly Resource[]
}

/** Why the server did not do it; never thrown by the verbs below, always returned. */
export interface Refusal {
  /** 403, 404, 409, 410, 422, 429, 5xx ... */
  readonly status: number
  /** The server's word: Forbidden, NotFound, Conflict, Invalid, AlreadyExists, Expired ... */
  readonly reason: string
  /** Without values of Secrets: for those only reason and fields are kept. */
  readonly message: string
  readonly causes: readonly RefusalCause[]
  /** For people: `PATCH Deployment shop/web`. */
  readonly request: string
}

export interface RefusalCause {
  /** FieldManagerConflict, FieldValueInvalid ... */
  readonly reason: string
  readonly field: string
  readonly message: string
}

export type Answer<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly refusal: Refusal }

export interface WriteOptions {
  /** The server checks and answers, but keeps nothing. */
  readonly dryRun?: boolean
}

export interface CreateOptions extends WriteOptions {
  /** Absent: the server takes the name of this program. */
  readonly fieldManager?: string
}

export interface ApplyOptions extends WriteOptions {
  readonly fieldManager: string
  /** Takes over fields of other managers. */
  readonly force: boolean
}

export type PatchKind = 'merge' | 'json' | 'strategic'

export interface PatchOptions extends WriteOptions {
  readonly kind: PatchKind
  readonly fieldManager: string
  readonly subresource?: 'status' | 'scale'
}

export interface DeleteOptions extends WriteOptions {
  /** Foreground: the answer's object is gone only after its dependents. */
  readonly propagation: 'Background' | 'Foreground' | 'Orphan'
  /** The object that was seen: another one of the same name is left alone (409). */
  readonly uid: string
}

export interface Selection {
  /** null: all namespaces, or an object of the whole cluster. */
  readonly namespace: string | null
  readonly labelSelector?: string
  readonly fieldSelector?: string
}

export interface ObjectList {
  readonly items: readonly KubeObject[]
  /** Where a watch goes on from. */
  readonly resourceVersion: string
}

export type WatchEvent =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: KubeObject }
  | { readonly type: 'BOOKMARK'; readonly resourceVersion: string }

export interface LogQuery {
  readonly namespace: string
  readonly pod: string
  readonly container: string
  /** Of the container before its last restart. */
  readonly previous: boolean
  readonly lines: number
}

export interface ReadOptions {
  /** `never`: the caller has its own way to try again. */
  readonly retry?: 'never'
  readonly deadlineSeconds?: number
}

/** To whatever is behind a path of the server, such as the pods of a service proxy. */
export interface RequestOrder {
  readonly method: 'GET' | 'POST'
  readonly body?: string
  readonly contentType?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly deadlineSeconds: number
  readonly signal: AbortSignal
}

export type RequestAnswer =
  | {
      readonly status: number
      /** Names in lower case. */
      readonly headers: Readonly<Record<string, string>>
      /** The first 1 MiB of the body. */
      readonly text: string
      /** From send to last byte, monotonic. */
      readonly latencyMs: number
    }
  /** No answer came; `detail` says why and holds no secret. */
  | { readonly status: null; readonly detail: string; readonly latencyMs: number }

/** A right that is about to be used. */
export interface Right {
  readonly verb: string
  readonly group: string
  /** Plural, with a subresource after a slash: `pods/log`. */
  readonly resource: string
  /** null: in the whole cluster. */
  readonly namespace: string | null
  /** The only objects that it is used on: rules that name them are enough. Without: all. */
  readonly names?: readonly string[]
}

/**
 * Every verb renews credentials once on 401, follows the one retry table, and rejects only when no
 * answer came (`HTTP_*`, `KUBERNETES_UNAUTHORIZED`) or the run was cancelled. `Warning:` headers
 * become one notice each, once.
 */
export interface ApiServer {
  /** Scheme, host and port; no credentials. */
  readonly address: string
  /** The context's namespace, else `default`. */
  readonly namespace: string
  readonly resources: () => Promise<Resources>
  /** Reads discovery again, after CRDs came. */
  readonly rediscover: () => Promise<Resources>
  /** Value null: there is none (404). */
  readonly get: (id: ObjectId) => Promise<Answer<KubeObject | null>>
  /** All pages. */
  readonly list: (resource: Resource, selection: Selection) => Promise<Answer<ObjectList>>
  /**
   * From `resourceVersion` until the server ends it, the line is silent for too long, or the signal
   * is aborted. Ends with a refusal of status 410 when the version is too old: list again.
   */
  readonly watch: (
    resource: Resource,
    from: Selection & { readonly resourceVersion: string; readonly signal: AbortSignal },
  ) => AsyncGenerator<WatchEvent, Answer<null>>
  /** Server-side apply with strict field validation. The object is sent as it is. */
  readonly apply: (object: KubeObject, options: ApplyOptions) => Promise<Answer<Applied>>
  /** For `generateName`. */
  readonly create: (object: KubeObject, options: CreateOptions) => Promise<Answer<KubeObject>>
  readonly patch: (
    id: ObjectId,
    patch: unknown,
    options: PatchOptions,
  ) => Promise<Answer<KubeObject>>
  /** Value false: there was none. */
  readonly delete: (id: ObjectId, options: DeleteOptions) => Promise<Answer<boolean>>
  /** Text of the log's end, at most 16 KiB. */
  readonly log: (query: LogQuery) => Promise<Answer<string>>
  /** Those of the rights that are missing; what the server cannot tell counts as given. */
  readonly missingRights: (rights: readonly Right[]) => Promise<readonly Right[]>
  /** Any path below the server, for `/version` and service proxies. */
  readonly read: (
    path: string,
    options?: ReadOptions,
  ) => Promise<{ readonly status: number; readonly text: string }>
  /**
   * Sent once: no retry, no redirect. Only when the server itself refuses the credentials, with
   * nothing passed on, are they renewed and the request sent again. Every status is an answer, 401
   * too. Throws KUBERNETES_BAD_PATH for a path that climbs; rejects when it cannot ask at all
   * (credentials, trust) or the run was cancelled.
   */
  readonly request: (path: string, order: RequestOrder) => Promise<RequestAnswer>
  readonly close: () => Promise<void>
}

export interface Applied {
  readonly object: KubeObject
  /** 201 */
  readonly created: boolean
}
