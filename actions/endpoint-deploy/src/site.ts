// What deploying needs of a platform: where the endpoint is, what is to run there, and how to write it.
import type {
  LockEntry,
  Observation,
  Platform,
  Revision,
  RevisionMark,
  SluiceError,
  Target,
} from '@sluice/rollout'

/** The name of what runs, for people and as output of this word. */
export interface Label {
  readonly word: 'model' | 'images'
  readonly text: string
}

export interface Pinned<Workload> {
  readonly workload: Workload
  readonly contents: Target['contents']
  readonly revision: Revision
  /** null: nothing has a name. */
  readonly label: Label | null
  /** For a person to see: choices that nobody named. */
  readonly notices: readonly string[]
  /** For a person to mend: what was believed and could not be checked. */
  readonly warnings: readonly string[]
}

/** One endpoint in one place. Everything that differs between platforms is behind this. */
export interface Site<Workload> {
  readonly platform: Platform<Workload>
  /** What every target of this endpoint has. */
  readonly subject: Pick<Target, 'platform' | 'place' | 'endpoint' | 'name'>
  /** Pins what is to run, with what the lock says; null: no lock was given. */
  readonly pin: (lock: LockEntry | null) => Promise<Pinned<Workload>>
  /** What a deploy would write, one line per write; reads only. */
  readonly pendingWrites: (order: {
    readonly slot: string
    readonly mark: RevisionMark
    readonly workload: Workload
    readonly seen: Observation
  }) => Promise<readonly string[]>
  readonly errors: {
    /** The lock holds nothing for this endpoint. */
    readonly lockEntryMissing: (message: string) => SluiceError
    /** The endpoint is not there, and may not be created. */
    readonly absent: () => SluiceError
    /** Deployed, and a later look does not show it. */
    readonly notVisible: (message: string) => SluiceError
  }
  readonly close: () => Promise<void>
}
