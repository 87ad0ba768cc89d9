// Shares that whole replicas give: the active slot keeps its size, a step scales the candidate alone.
import { refuse, type Refusal } from './refusal.ts'

/** Replicas of the candidate that come nearest to `percent` (1 to 99) beside `active` replicas; at least 1. */
export const replicasFor = (percent: number, active: number): number =>
  Math.max(1, Math.round((active * percent) / (100 - percent)))

/** Percent of requests that `candidate` replicas get beside `active` ones, one decimal; 0 when there are none. */
export const shareOf = (candidate: number, active: number): number =>
  candidate + active === 0 ? 0 : Math.round((1000 * candidate) / (candidate + active)) / 10

/** More than this above what was asked for is another step than the one that was wanted. */
const MAX_EXCESS_POINTS = 5
const MOST_FITTING_TOLD = 12

export interface ReplicaScene {
  /** The slot that keeps its size, and its ready replicas. */
  readonly active: string
  readonly replicas: number
  readonly candidate: string
}

/** null: whole replicas give every step. 0 and 100 need no shares, so they always fit. */
export function checkReplicaSteps(steps: readonly number[], scene: ReplicaScene): Refusal | null {
  const { active, replicas, candidate } = scene
  const shared = steps.filter((step) => step > 0 && step < 100)
  if (shared.length === 0) return null
  if (replicas < 1) {
    return refuse(
      'ROLLOUT_BAD_STRATEGY',
      `steps: found "${steps.join(',')}"; slot ${active} has no ready replica beside which ${candidate} could have a share; steps that fit: 100`,
      'Scale the active slot up, or use steps: 100.',
    )
  }
  const given = shared.map((step) => {
    const count = replicasFor(step, replicas)
    return { step, count, share: shareOf(count, replicas) }
  })
  const fit = given.every(
    ({ step, count, share }, i) =>
      share - step <= MAX_EXCESS_POINTS && count !== given[i - 1]?.count,
  )
  if (fit) return null
  const told = given.map(
    ({ step, count, share }) =>
      `${step} would really be ${share}: ${counted(replicas)} of ${active} and ${count} of ${candidate}`,
  )
  const fitting = fittingSteps(replicas)
  return refuse(
    'ROLLOUT_BAD_STRATEGY',
    `steps: found "${steps.join(',')}"; ${told.join('; ')}; steps that fit: ${fitting.join(',')}`,
    `Use steps from ${fitting.join(',')}, or give ${active} more replicas.`,
  )
}

const counted = (replicas: number): string =>
  `${replicas} ${replicas === 1 ? 'replica' : 'replicas'}`

/** Up to as many replicas as the active slot has, and 100; each is its own step again. */
function fittingSteps(replicas: number): readonly number[] {
  const every = Math.ceil(replicas / MOST_FITTING_TOLD)
  const fitting: number[] = []
  for (let count = every; count <= replicas; count += every) {
    const percent = Math.round(shareOf(count, replicas))
    const excess = shareOf(replicasFor(percent, replicas), replicas) - percent
    if (percent > (fitting.at(-1) ?? 0) && excess <= MAX_EXCESS_POINTS) fitting.push(percent)
  }
  return [...fitting, 100]
}
