// A revision: what runs, pinned. Digests are sha256 in lower-case hex; targets hold the 16 hex cut.

/** sha256 of a UTF-8 text, 64 lower-case hex characters; given from outside (this package is pure). */
export type Sha256 = (text: string) => string

export interface Revision {
  /** Covers model, environment, code, scoring script. 64 hex. */
  readonly revisionDigest: string
  /** Covers instance type and count, scale, probes, environment variables, tags. 64 hex. */
  readonly configDigest: string
}

/** `<revision 16 hex>.<config 16 hex>`: how a slot says what it holds. */
export type RevisionMark = string

export const MARK_PATTERN = /^[0-9a-f]{16}\.[0-9a-f]{16}$/

export const cut = (digest: string): string => digest.slice(0, 16)

export const renderRevisionMark = (revision: Revision): RevisionMark =>
  `${cut(revision.revisionDigest)}.${cut(revision.configDigest)}`

/** The half that a verdict and a rejection are about: the revision, not its configuration. */
export const revisionOf = (mark: RevisionMark): string => mark.slice(0, 16)
