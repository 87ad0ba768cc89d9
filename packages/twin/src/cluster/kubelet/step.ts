// One moment in the life of a pod: what its status says, and how long until the next one.

export interface Waiting {
  readonly kind: 'waiting'
  readonly reason: string
  readonly message?: string
}
export interface Running {
  readonly kind: 'running'
}
export interface Terminated {
  readonly kind: 'terminated'
  readonly exitCode: number
  readonly reason: string
}

export interface ContainerView {
  readonly state: Waiting | Running | Terminated
  readonly ready: boolean
  readonly restarts: number
  readonly last: Terminated | null
}

export interface PodEvent {
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
  readonly message: string
  /** Absent: about the pod as a whole. */
  readonly container?: string
}

export interface Step {
  readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed'
  /** In the order of spec.initContainers. */
  readonly init: readonly ContainerView[]
  /** In the order of spec.containers. */
  readonly containers: readonly ContainerView[]
  readonly events: readonly PodEvent[]
  /** Milliseconds until the next step; null: this one stays. */
  readonly next: number | null
}

export const running = (ready: boolean, restarts = 0): ContainerView => ({
  state: { kind: 'running' },
  ready,
  restarts,
  last: null,
})

export const waiting = (reason: string, message?: string): ContainerView => ({
  state: { kind: 'waiting', reason, ...(message !== undefined && { message }) },
  ready: false,
  restarts: 0,
  last: null,
})

export const terminated = (exitCode: number, reason: string): Terminated => ({
  kind: 'terminated',
  exitCode,
  reason,
})

export const over = (end: Terminated, restarts = 0): ContainerView => ({
  state: end,
  ready: false,
  restarts,
  last: null,
})
