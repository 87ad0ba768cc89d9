// One answer against what was expected of it. Reasons come from a small fixed vocabulary, so that
// counts group well; they name what the policy wants and the JSON type that was found, and never hold
// any part of a body.
import type { ProbeAnswer } from '@sluice/rollout'
import { equalJson, lookUp, type Lookup } from './json-path.ts'
import type { Expectation, TextExpectation, ValueExpectation } from './policy.ts'

/**
 * `passed` and `failed` are of the revision: the asked slot answered. `unanswered`: no answer, or
 * the platform's own failure, which says nothing of the revision. `unproven`: an answer that the
 * asked slot cannot be shown to have given.
 */
export type Kind = 'passed' | 'failed' | 'unanswered' | 'unproven'

export interface Judgement {
  readonly kind: Kind
  /** Empty when passed. */
  readonly reasons: readonly string[]
}

/** A text longer than this is not given to a regular expression; such an answer has failed. */
const LONGEST_MATCHED_BODY = 65_536

/** Characters of a wanted value that a reason shows. */
const LONGEST_WANTED = 40

export function judgeAnswer(
  answer: ProbeAnswer,
  expectation: Expectation,
  slot: string,
): Judgement {
  if (answer.status === null) return { kind: 'unanswered', reasons: ['no answer'] }
  if (answer.answeredBy !== null && answer.answeredBy !== slot) {
    return { kind: 'unproven', reasons: ['another slot answered'] }
  }
  if (answer.from === 'platform') {
    return { kind: 'unanswered', reasons: [`status ${answer.status} of the platform`] }
  }
  const asExpected = answer.status === expectation.status
  const wrongStatus = [`status ${answer.status} instead of ${expectation.status}`]
  // Known to be of the asked slot: there is no door whose failure it could be.
  if (answer.from === 'slot' && !asExpected) return { kind: 'failed', reasons: wrongStatus }
  const platform = asExpected ? null : platformFailure(answer, answer.status)
  if (platform !== null) return { kind: 'unanswered', reasons: [platform] }
  if (answer.answeredBy === null) {
    return { kind: 'unproven', reasons: ['the answer does not say which slot gave it'] }
  }
  const reasons = asExpected ? judgeBody(answer.body, expectation) : wrongStatus
  return { kind: reasons.length === 0 ? 'passed' : 'failed', reasons }
}

// 424 is the model's own status in the platform's clothes, unless the model had no chance to answer.
// 401 and 403 come from the door in front of the slots as long as no slot signs them.
function platformFailure({ detail, answeredBy }: ProbeAnswer, status: number): string | null {
  if (status === 424) {
    if (/\bmodel_not_ready\b/.test(detail)) return 'model not ready'
    if (/\btoo_many_pending_requests?\b/.test(detail)) return 'too many pending requests'
    return null
  }
  if ((status === 401 || status === 403) && answeredBy === null) {
    return `status ${status}: not allowed to ask`
  }
  return status === 408 || status === 429 || status >= 500 ? `status ${status}` : null
}

function judgeBody(body: string, expectation: Expectation): readonly string[] {
  const { text, values, status } = expectation
  if (text === undefined && values === undefined) {
    // Scoring scripts that return the text of an exception do so with status 200.
    const success = status >= 200 && status < 300
    return success && isJsonString(body) ? ['the body is a bare JSON string'] : []
  }
  return [
    ...(text === undefined ? [] : judgeText(body, text)),
    ...(values === undefined ? [] : judgeValues(body, values)),
  ]
}

function judgeText(body: string, { contains, equals, matches }: TextExpectation): string[] {
  return [
    ...(contains !== undefined && !body.includes(contains) ? ['text: does not contain'] : []),
    ...(equals !== undefined && body !== equals ? ['text: is not equal'] : []),
    ...(matches === undefined ? [] : judgeMatch(body, matches)),
  ]
}

function judgeMatch(body: string, matches: RegExp): string[] {
  if (body.length > LONGEST_MATCHED_BODY) return ['text: too long to be matched']
  return matches.test(body) ? [] : ['text: does not match']
}

function judgeValues(body: string, values: readonly ValueExpectation[]): string[] {
  const json = parseJson(body)
  if (json === null) return ['the body is not JSON']
  return values.flatMap((wanted) => {
    const { path, equals, tolerance } = wanted
    const lookup = lookUp(path, json.value)
    if (lookup.found && equalJson(lookup.value, equals, tolerance)) return []
    return [`value ${path.text}: ${describeFound(lookup, equals)}, wanted ${renderWanted(wanted)}`]
  })
}

function describeFound(lookup: Lookup, wanted: unknown): string {
  if (lookup.found) {
    const type = typeOf(lookup.value)
    return type === typeOf(wanted) ? 'differs' : `is ${type}`
  }
  const { depth, stoppedAt } = lookup
  const type = typeOf(stoppedAt)
  // A bare text is what scoring scripts answer with when they fail: say so of the body itself.
  const plain = typeof stoppedAt !== 'object' || stoppedAt === null
  return plain && depth === 0 ? `the body is ${type}` : `missing in ${type}`
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'an object'
  if (typeof value === 'string') return 'a text'
  return typeof value === 'number' ? 'a number' : 'true or false'
}

function renderWanted({ equals, tolerance }: ValueExpectation): string {
  const letters = Array.from(JSON.stringify(equals ?? null))
  const text =
    letters.length > LONGEST_WANTED
      ? `${letters.slice(0, LONGEST_WANTED - 1).join('')}…`
      : letters.join('')
  return tolerance === 0 ? text : `${text} ± ${tolerance}`
}

const isJsonString = (body: string): boolean => typeof parseJson(body)?.value === 'string'

function parseJson(body: string): { readonly value: unknown } | null {
  try {
    return { value: JSON.parse(body) as unknown }
  } catch {
    return null
  }
}
