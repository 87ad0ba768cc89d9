// How the outside stops a run: as a person who cancels, or as a machine that dies.

export class RunControl {
  readonly #cancel = new AbortController()
  #runner = new AbortController()

  /** The run is cancelled: SIGINT, 7.5 s, SIGTERM, 2.5 s, kill; `always()` and `cancelled()` still run. */
  cancel(): void {
    this.#cancel.abort()
  }

  /** The machine of the job that runs now is gone: its process dies and no step or post step follows. */
  loseRunner(): void {
    this.#runner.abort()
  }

  get cancelled(): AbortSignal {
    return this.#cancel.signal
  }

  /** A job got a fresh machine. */
  takeRunner(): AbortSignal {
    this.#runner = new AbortController()
    return this.#runner.signal
  }
}
