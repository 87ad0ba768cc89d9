// One request to one slot and what came of it.

export interface ProbeRequest {
  /** Name of the request file, the key of expectations and of counts. */
  readonly name: string
  readonly body: string
  readonly contentType: string
}

export interface ProbeAnswer {
  /** HTTP status; null when no answer came. */
  readonly status: number | null
  readonly body: string
  /** The slot that says it answered; null when the answer does not say. */
  readonly answeredBy: string | null
  /** From send to last byte, monotonic. */
  readonly latencyMs: number
  /**
   * Who made the answer, whatever its status. `slot`: the asked slot's own pods, so that a 503 is a
   * failure of the revision. `platform`: the door in front of them. Absent: nothing tells.
   */
  readonly from?: 'slot' | 'platform'
  /** Why no answer came, or what the platform says of the failure; empty otherwise. */
  readonly detail: string
}
