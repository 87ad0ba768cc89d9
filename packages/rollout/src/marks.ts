// Marks: what we write on the endpoint beside the weights, so that truth is on the target.
import type { Result } from './result.ts'
import { bad, good } from './result.ts'
import { MARK_PATTERN, type RevisionMark } from './revision.ts'
import { parseWeightsText, renderWeights, type Weights } from './weights.ts'

/** Keys as the design has them; the adapter adds its prefix (`sluice-` or `sluice.dev/`). */
export const MARK_KEYS = [
  'rollout',
  'plan',
  'step',
  'previous',
  'owner',
  'expires',
  'rejected',
] as const
export type MarkKey = (typeof MARK_KEYS)[number]

/** The raw marks of an endpoint, as text; unknown ones are not here and are left alone by adapters. */
export type RawMarks = Readonly<Partial<Record<MarkKey, string>>>

/** How far a rollout is: `number` of `of` steps written, the last at `since` (seconds since 1970). */
export interface StepMark {
  readonly number: number
  readonly of: number
  readonly since: number
}

/** The last good weights, and what the slot that served held then. */
export interface LastGood {
  readonly weights: Weights
  /** null: no slot served, or it bore no mark of ours. */
  readonly revision: RevisionMark | null
  /** Ready replicas of the slot that served; absent where they are not counted. */
  readonly replicas?: number
}

export interface Marks {
  /** Rollout identity, 16 hex; stays after the end, so that a re-run knows its own. */
  readonly rollout: string | null
  /** Plan digest, 16 hex; absent once restored. */
  readonly plan: string | null
  readonly step: StepMark | null
  /** What was good before the rollout: going back is one write of these weights. */
  readonly previous: LastGood | null
  /** Who drives the rollout, `<run id>.<attempt>`. */
  readonly owner: string | null
  /** When ownership ends by itself, seconds since 1970. */
  readonly expires: number | null
  /** Revisions (16 hex) taken back by a verdict or by `mode: rollback`, oldest first. */
  readonly rejected: readonly string[]
}

/** As many as fit in an Azure tag value of 256 characters; a sixteenth drops the oldest. */
const MAX_REJECTED = 15

export function parseMarks(raw: RawMarks): Result<Marks> {
  const step = raw.step === undefined ? null : /^(\d+)\/(\d+)@(\d+)$/.exec(raw.step)
  if (raw.step !== undefined && step === null) {
    return bad({ where: 'mark step', message: `found "${raw.step}"; wanted number/of@seconds` })
  }
  const previous = raw.previous === undefined ? null : parseLastGood(raw.previous)
  if (previous !== null && !previous.ok) return previous
  if (raw.expires !== undefined && !/^\d+$/.test(raw.expires)) {
    return bad({ where: 'mark expires', message: `found "${raw.expires}"; wanted seconds` })
  }
  return good({
    rollout: raw.rollout ?? null,
    plan: raw.plan ?? null,
    step:
      step === null
        ? null
        : { number: Number(step[1]), of: Number(step[2]), since: Number(step[3]) },
    previous: previous === null ? null : previous.value,
    owner: raw.owner ?? null,
    expires: raw.expires === undefined ? null : Number(raw.expires),
    rejected: raw.rejected === undefined || raw.rejected === '' ? [] : raw.rejected.split(' '),
  })
}

/** The complete set of marks to write; a key that is absent here is removed from the target. */
export function renderMarks(marks: Marks): RawMarks {
  return {
    ...(marks.rollout !== null && { rollout: marks.rollout }),
    ...(marks.plan !== null && { plan: marks.plan }),
    ...(marks.step !== null && {
      step: `${marks.step.number}/${marks.step.of}@${marks.step.since}`,
    }),
    ...(marks.previous !== null && { previous: renderLastGood(marks.previous) }),
    ...(marks.owner !== null && { owner: marks.owner }),
    ...(marks.expires !== null && { expires: String(marks.expires) }),
    ...(marks.rejected.length > 0 && { rejected: marks.rejected.slice(-MAX_REJECTED).join(' ') }),
  }
}

/**
 * `blue=100@<mark>`, `blue=100` where the slot bore no mark, or `none`; with `*3` at its end where
 * the platform counts ready replicas.
 */
export const renderLastGood = ({ weights, revision, replicas }: LastGood): string =>
  `${renderWeights(weights)}${revision === null ? '' : `@${revision}`}${replicas === undefined ? '' : `*${replicas}`}`

function parseLastGood(text: string): Result<LastGood> {
  const star = /\*(\d{1,6})$/.exec(text)
  const replicas = star === null ? {} : { replicas: Number(star[1]) }
  const plain = star === null ? text : text.slice(0, star.index)
  const at = plain.indexOf('@')
  const revision = at < 0 ? null : plain.slice(at + 1)
  if (revision !== null && !MARK_PATTERN.test(revision)) {
    return bad({ where: 'mark previous', message: `found "${text}"; wanted weights@revision` })
  }
  const weights = parseWeightsText(at < 0 ? plain : plain.slice(0, at))
  return weights.ok ? good({ weights: weights.value, revision, ...replicas }) : weights
}
