// Concurrency groups, shared by all runs of one repository: one holder at a time per group.

export interface GroupRequest {
  /** Compared without case, as on GitHub. */
  readonly group: string
  /** `single`: a newcomer replaces the one that waits. `max`: all wait, in order. */
  readonly queue: 'single' | 'max'
  readonly cancelInProgress: boolean
  /** Run id: a run that waits for its own group would wait for ever. */
  readonly runId: number
  /** Told when a newcomer with `cancelInProgress` wants the holder to stop. */
  readonly cancel: () => void
  /** The run was cancelled: it waits no longer. */
  readonly cancelled: AbortSignal
}

export interface Hold {
  release(): void
}

/** Why a group was not got: a newer one took the place, the run itself holds it, the run was cancelled. */
export type Denied = 'superseded' | 'deadlock' | 'withdrawn'
export type Acquired = Hold | Denied

interface Waiter {
  readonly request: GroupRequest
  readonly settle: (acquired: Acquired) => void
}

interface Group {
  holder: GroupRequest
  waiting: Waiter[]
}

export class ConcurrencyGroups {
  readonly #groups = new Map<string, Group>()

  async acquire(request: GroupRequest): Promise<Acquired> {
    const name = request.group.toLowerCase()
    const group = this.#groups.get(name)
    if (group === undefined) {
      this.#groups.set(name, { holder: request, waiting: [] })
      return this.#hold(name)
    }
    if (group.holder.runId === request.runId) return 'deadlock'
    if (request.cancelled.aborted) return 'withdrawn'
    if (request.queue === 'single') {
      for (const waiter of group.waiting) waiter.settle('superseded')
      group.waiting = []
    }
    const turn = new Promise<Acquired>((settle) => group.waiting.push({ request, settle }))
    request.cancelled.addEventListener('abort', () => this.#withdraw(group, request), {
      once: true,
    })
    // After queueing: a holder that makes way at once must find the newcomer waiting.
    if (request.cancelInProgress) group.holder.cancel()
    return turn
  }

  /** Run id of the holder, or null when the group is free. */
  holderOf(group: string): number | null {
    return this.#groups.get(group.toLowerCase())?.holder.runId ?? null
  }

  #withdraw(group: Group, request: GroupRequest): void {
    const at = group.waiting.findIndex((waiter) => waiter.request === request)
    for (const waiter of at < 0 ? [] : group.waiting.splice(at, 1)) waiter.settle('withdrawn')
  }

  #hold(name: string): Hold {
    let released = false
    return {
      release: () => {
        if (released) return
        released = true
        this.#next(name)
      },
    }
  }

  #next(name: string): void {
    const group = this.#groups.get(name)
    const waiter = group?.waiting.shift()
    if (group === undefined || waiter === undefined) {
      this.#groups.delete(name)
      return
    }
    group.holder = waiter.request
    waiter.settle(this.#hold(name))
  }
}
