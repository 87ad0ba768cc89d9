// What one look at an object says, and what a look needs beside the object.
import type { KubeObject } from '../../object.ts'

export type HealthState = 'ready' | 'progressing' | 'failed' | 'terminating' | 'paused'

export interface HealthStatus {
  readonly state: HealthState
  /** One word for machines; '' when all is well. */
  readonly reason: string
  /** One line for people; '' when all is well. */
  readonly message: string
}

export interface StatusOptions {
  /** A Service of type LoadBalancer is ready only with an address. */
  readonly waitLoadBalancer: boolean
  /** An Ingress is ready only with an address. */
  readonly waitIngress: boolean
  /** A Pod that no node takes for so long has failed; null: never, a node may still come. */
  readonly unschedulableSeconds: number | null
  /** A crash loop of a bare Pod is a failure at first sight; else its own grace decides. */
  readonly crashLoopFails: boolean
}

export const defaultStatusOptions: StatusOptions = {
  waitLoadBalancer: false,
  waitIngress: false,
  unschedulableSeconds: null,
  crashLoopFails: false,
}

export interface StatusContext {
  /** Milliseconds since 1970. */
  readonly now: number
  /** Milliseconds since 1970 of the object's write, or of the start when nothing was written. */
  readonly since: number
  /** As it came back from the write that changed it: its status is of before. null: not written. */
  readonly written: KubeObject | null
  /** Storage classes that bind a claim only for a pod. */
  readonly lateClasses: ReadonlySet<string>
  readonly options: StatusOptions
}

/** The rule of one kind, after what holds for all kinds. null: nothing special, go on. */
export type StatusRule = (object: KubeObject, context: StatusContext) => HealthStatus | null

export const ready: HealthStatus = { state: 'ready', reason: '', message: '' }

/** Ready, with a remark. */
export const readyBut = (reason: string, message: string): HealthStatus => ({
  state: 'ready',
  reason,
  message,
})

export const progressing = (reason: string, message: string): HealthStatus => ({
  state: 'progressing',
  reason,
  message,
})

export const failed = (reason: string, message: string): HealthStatus => ({
  state: 'failed',
  reason,
  message,
})

export const paused = (reason: string, message: string): HealthStatus => ({
  state: 'paused',
  reason,
  message,
})

/** `2 of 3 pods ready` while there are too few; null when there are enough. */
export const tooFew = (count: readonly [number, number], reason: string, what: string) =>
  count[0] < count[1] ? progressing(reason, `${count[0]} of ${count[1]} ${what}`) : null
