// What is needed to reach a cluster, as plain values and two functions; nothing here knows kubeconfig.

export interface ClusterAccess {
  /** Scheme, host, port and perhaps a path; no slash at the end, no credentials. */
  readonly server: string
  /** Of the context, else `default`. */
  readonly namespace: string
  /** For messages: `context "prod" of /home/me/.kube/config`. */
  readonly source: string
  readonly trust: Trust
  /** Address of a proxy; null: what the runner's environment says. */
  readonly proxy: string | null
  /** What requests are sent with now; may read a file or run a plugin. */
  readonly credentials: (signal: AbortSignal) => Promise<Credentials>
  /** After a 401 to those in hand; null: nothing can be renewed. */
  readonly renew: (signal: AbortSignal) => Promise<Credentials | null>
}

export interface Trust {
  /** PEM; null: the authorities that the runner trusts. */
  readonly ca: string | null
  /** The field that `ca` comes from, for messages; what to set when null. */
  readonly field: string
  readonly serverName: string | null
  readonly skipVerification: boolean
}

export interface Credentials {
  readonly headers: Readonly<Record<string, string>>
  /** PEM. */
  readonly certificate: { readonly cert: string; readonly key: string } | null
}

export const NO_CREDENTIALS: Credentials = { headers: {}, certificate: null }
