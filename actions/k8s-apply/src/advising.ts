// What the manifests lack, as notices, and where traffic would not go as they say, as warnings.
import type { Ports } from '@sluice/action'
import {
  adviceOf,
  findMistakes,
  invalidManifests,
  type Advice,
  type PlacedManifest,
} from '@sluice/kubernetes'
import type { Problem } from '@sluice/rollout'
import type { Config } from './config.ts'

type Asked = Pick<Config, 'namespace' | 'strictPractices'>
type Told = Pick<Ports['log'], 'warning' | 'notice'>

/** Notices that nobody reads to the end help nobody; the summary has no more either. */
const MOST_NOTICES = 10

/** Tells them; throws KUBERNETES_MANIFESTS_INVALID with all of them with `strict-practices`. */
export function adviseOn(
  placed: readonly PlacedManifest[],
  { config, log }: { readonly config: Asked; readonly log: Told },
): void {
  const advice = adviceOf(placed)
  const mistakes = findMistakes(placed, config.namespace)
  if (config.strictPractices && advice.length + mistakes.length > 0) {
    throw invalidManifests([...mistakes, ...advice.map(told)])
  }
  for (const { where, message } of mistakes) log.warning(`${where}: ${message}`)
  for (const { where, message } of advice.slice(0, MOST_NOTICES).map(told)) {
    log.notice(`${where}: ${message}`)
  }
  const more = advice.length - MOST_NOTICES
  if (more > 0)
    log.notice(`${more} more notices of good practice; strict-practices: true shows all`)
}

const told = ({ rule, where, message }: Advice): Problem => ({
  where,
  message: `${message} (${rule})`,
})
