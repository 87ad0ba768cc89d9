// What the wait says of one object, and what it shows for it.
import type { KubeObject, ObjectId } from '../object.ts'
import type { ObjectVerdict } from '../apply/report.ts'

/** One object to wait for. */
export interface Awaited {
  readonly id: ObjectId
  /** The object that was applied: another one of the same name counts as deleted and made anew. */
  readonly uid: string
  /** Milliseconds since 1970 of its write (or of the start): older events are not evidence. */
  readonly since: number
  /** As its write or a list returned it: what is ready by it costs no request. */
  readonly object?: KubeObject
  /** False: the server had it like this before, so its status counts. True unless told. */
  readonly written?: boolean
}

export interface Evidence {
  /** `pod web-7c9-x2b`, `event`, `ReplicaSet web-7c9` */
  readonly about: string
  readonly container: string | null
  readonly reason: string
  readonly message: string
  readonly exitCode: number | null
  /** The last lines of the log, masked; [] where none could be read. */
  readonly log: readonly string[]
}

export interface Verdict {
  readonly id: ObjectId
  readonly verdict: Exclude<ObjectVerdict, 'none'>
  readonly reason: string
  readonly message: string
  readonly seconds: number
  readonly evidence: readonly Evidence[]
}
