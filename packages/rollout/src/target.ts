// `target`: the JSON value that names platform, place, endpoint, slot and revision. No secrets.
import type { RevisionMark } from './revision.ts'

export const TARGET_SCHEMA = 'sluice/target/v1'

export interface Target {
  readonly schema: typeof TARGET_SCHEMA
  readonly platform: 'azureml' | 'kubernetes' | 'memory'
  /** Where the endpoint is, in the platform's own words (subscription, resource group, workspace). */
  readonly place: Readonly<Record<string, string>>
  readonly endpoint: string
  /** The endpoint's name in its file, the same in every environment: its key in the revision lock. */
  readonly name: string
  readonly slot: string
  /** What the slot bears: `<revision 16 hex>.<config 16 hex>`. */
  readonly revision: RevisionMark
  /** sha256 hex of the canonical form of `contents`. */
  readonly revisionDigest: string
  /** What the revision digest covers, in the adapter's keys (Azure ML: model, environment, code, ...). */
  readonly contents: Readonly<Record<string, unknown>>
}

/** `revision.lock.json` in the user's repository: what production may deploy, and nothing else. */
export const LOCK_SCHEMA = 'sluice/lock/v1'

export interface LockEntry {
  readonly revision: Readonly<Record<string, unknown>>
  readonly revisionDigest: string
  readonly evidenceDigest: string
  readonly testedCommit: string
  /** The tested target's `place`; belongs to no digest. Locks written before this was kept lack it. */
  readonly testedIn?: Target['place']
}

export interface RevisionLock {
  readonly schema: typeof LOCK_SCHEMA
  readonly endpoints: Readonly<Record<string, LockEntry>>
}
