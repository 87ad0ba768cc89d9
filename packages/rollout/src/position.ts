// Where a target is on a plan: told by marks, weights, match and mirror together. Pure.
import { parseMarks, type LastGood, type Marks } from './marks.ts'
import type { Observation } from './observation.ts'
import type { Plan, PlanStep } from './plan.ts'
import { refuse, type Refusal } from './refusal.ts'
import { cut } from './revision.ts'
import { sameMatch } from './routing.ts'
import { parseWeights, sameWeights, type Weights } from './weights.ts'

/** What was seen, with its raw values read. */
export interface Seen {
  readonly observation: Observation
  readonly marks: Marks
  readonly weights: Weights
  /** What the plan goes back to. */
  readonly good: LastGood
}

export interface Position {
  /** Steps that are done; 0: at the beginning. */
  readonly done: number
  /** The write of the next step was begun and stopped half way: the same write completes it. */
  readonly begun: boolean
}

/** The last good state as a plan tells it. */
export const goodOf = (
  plan: Pick<Plan, 'beforeRevision' | 'beforeReplicas'>,
  weights: Weights,
): LastGood => ({
  weights,
  revision: plan.beforeRevision,
  ...(plan.beforeReplicas !== undefined && { replicas: plan.beforeReplicas }),
})

export function readSeen(observation: Observation, plan: Plan): Seen | Refusal {
  const { endpoint } = observation
  const marks = parseMarks(observation.marks)
  if (!marks.ok) {
    return refuse('ROLLOUT_MARKS_INVALID', `${endpoint}: ${marks.problems[0]?.message}`)
  }
  const weights = parseWeights(observation.traffic)
  if (!weights.ok) {
    return refuse('ROLLOUT_TRAFFIC_INVALID', `${endpoint}: ${weights.problems[0]?.message}`)
  }
  const before = parseWeights(plan.before)
  if (!before.ok || plan.endpoint !== endpoint) {
    return refuse(
      'ROLLOUT_PLAN_STALE',
      `the plan is for ${plan.endpoint} from ${JSON.stringify(plan.before)}; this is ${endpoint}`,
    )
  }
  const good = goodOf(plan, before.value)
  return { observation, marks: marks.value, weights: weights.value, good }
}

/** null: the target is nowhere on this plan. `at.now` in seconds. */
export function positionOf(
  { observation, marks, weights, good }: Seen,
  plan: Plan,
  at: { readonly planDigest: string; readonly now: number },
): Position | null {
  const beginning = sameWeights(weights, good.weights) ? { done: 0, begun: false } : null
  // Nothing to do means that nobody is sent elsewhere by a match either.
  if (plan.steps.length === 0) return (observation.match ?? null) === null ? beginning : null
  const { step } = marks
  if (step === null) return beginning
  const unfinished = observation.unfinished === true
  const mine = marks.rollout === plan.rollout && marks.plan === cut(at.planDigest)
  if (mine && step.of === plan.steps.length) {
    const written = plan.steps[step.number - 1]
    if (written === undefined) return null
    if (unfinished) return { done: step.number - 1, begun: true }
    const there = shows({ observation, weights }, written, plan.slot)
    return there ? { done: step.number, begun: false } : null
  }
  // Another rollout's record: it is over when all its steps are written and its claim has run out.
  // It may have left a match or a mirror behind; the first write replaces them.
  const over = step.number === step.of && (marks.expires ?? 0) <= at.now && !unfinished
  return over && !mine ? beginning : null
}

/** Only mirroring to the candidate is a plan's business: a person may mirror elsewhere. */
function shows(seen: Pick<Seen, 'observation' | 'weights'>, step: PlanStep, slot: string): boolean {
  const wanted = parseWeights(step.weights)
  const { match = null, mirror } = seen.observation
  return (
    wanted.ok &&
    sameWeights(wanted.value, seen.weights) &&
    sameMatch(match, step.match ?? null) &&
    (mirror[slot] ?? 0) === (step.mirror?.[slot] ?? 0)
  )
}
