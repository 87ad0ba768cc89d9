// The strategy: how fast the candidate gets traffic. Checked against what the platform can do.
import type { Capabilities } from './platform.ts'
import type { Strategy } from './plan.ts'
import { refuse, type Refusal } from './refusal.ts'

/** null: the strategy can be followed there. */
export function checkStrategy(strategy: Strategy, capabilities: Capabilities): Refusal | null {
  const { steps, bakeSeconds } = strategy
  const text = steps.join(',')
  const whole = steps.every((step) => Number.isInteger(step) && step >= 1 && step <= 100)
  const rising = steps.every((step, i) => i === 0 || step > (steps[i - 1] ?? 0))
  if (!whole || !rising || steps.at(-1) !== 100) {
    return refuse(
      'ROLLOUT_BAD_STRATEGY',
      `steps: found "${text}"; wanted rising whole percents up to 100`,
    )
  }
  if (!Number.isInteger(bakeSeconds) || bakeSeconds < 0) {
    return refuse(
      'ROLLOUT_BAD_STRATEGY',
      `bake-seconds: found ${bakeSeconds}; wanted whole seconds`,
    )
  }
  if (capabilities.weights === 'all-or-nothing' && steps.length > 1) {
    return refuse(
      'ROLLOUT_BAD_STRATEGY',
      `steps: found "${text}"; this traffic back end knows only 0 and 100`,
      'Use steps: 100, or a back end with weights.',
    )
  }
  return null
}
