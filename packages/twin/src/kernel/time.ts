// The twin's present. It moves only when a child process let a wait pass, or when it is told to.

export class VirtualTime {
  #now: number

  constructor(start: number) {
    this.#now = start
  }

  now(): number {
    return this.#now
  }

  /** A child started at the twin's present and ended later; time never goes back. */
  advanceTo(instant: number): void {
    if (instant > this.#now) this.#now = instant
  }

  set(instant: number): void {
    this.#now = instant
  }
}

/** Beside real services: the host's clock, which children see too (TWIN_TIME=real). */
export class RealTime extends VirtualTime {
  constructor() {
    super(0)
  }

  override now(): number {
    return Date.now()
  }
}
