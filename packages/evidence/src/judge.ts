// One answer against what was expected of it. Reasons come from a small fixed vocabulary, so that
// counts group well; they never hold any part of a body.
import type { ProbeAnswer } from '@sluice/rollout'
import { equalJson, lookUp } from './json-path.ts'
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

export function judgeAnswer(
  answer: ProbeAnswer,
  expectation: Expectation,
  slot: string,
): Judgement {
  if (answer.status === null) return { kind: 'unanswered', reasons: ['no answer'] }
  if (answer.answeredBy !== null && answer.answeredBy !== slot) {
    return { kind: 'unproven', reasons: ['another slot answered'] }
  }
  const asExpected = answer.status === expectation.status
  const platform = asExpected ? null : platformFailure(answer, answer.status)
  if (platform !== null) return { kind: 'unanswered', reasons: [platform] }
  if (answer.answeredBy === null) {
    return { kind: 'unproven', reasons: ['the answer does not say which slot gave it'] }
  }
  const reasons = asExpected
    ? judgeBody(answer.body, expectation)
    : [`status ${answer.status} instead of ${expectation.status}`]
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
  return values.flatMap(({ path, equals, tolerance }) => {
    const lookup = lookUp(path, json.value)
    if (!lookup.found) return [`value ${path.text}: missing`]
    return equalJson(lookup.value, equals, tolerance) ? [] : [`value ${path.text}: differs`]
  })
}

const isJsonString = (body: string): boolean => typeof parseJson(body)?.value === 'string'

function parseJson(body: string): { readonly value: unknown } | null {
  try {
    return { value: JSON.parse(body) as unknown }
  } catch {
    return null
  }
}
