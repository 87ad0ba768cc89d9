// A share of requests as an object of the cluster holds it.

export interface Weighted {
  readonly slot: string
  /** 0 or more, relative to the other ones. */
  readonly weight: number
}
