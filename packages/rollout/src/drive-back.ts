// Going back on purpose, and after a later failure: the same loop with other decisions.
import {
  decideAbort,
  decideRollback,
  decideRestore,
  type BackDecision,
  type SavedWrite,
} from './back.ts'
import type { Observation } from './observation.ts'
import { Trip, type DrivePorts, type DriveReport } from './trip.ts'
import { renderWeights } from './weights.ts'

/** Takes a rollout back: `abort` before its end, `rollback` after it. */
export async function driveBack(
  mode: 'abort' | 'rollback',
  slot: string,
  ports: DrivePorts,
): Promise<DriveReport> {
  const decide = (observation: Observation) =>
    mode === 'abort'
      ? decideAbort(observation, slot, ports.now())
      : decideRollback(observation, slot)
  return goBackBy(decide, mode === 'abort' ? 'aborted' : 'rolled-back', ports)
}

/** What the post step does after a later failure or a cancel. */
export function driveRestore(saved: SavedWrite, ports: DrivePorts): Promise<DriveReport> {
  const began = ports.now()
  const decide = (observation: Observation) => {
    const waited = ports.now() - began
    const isSettled = ports.settledAfterSeconds !== undefined && waited >= ports.settledAfterSeconds
    return decideRestore(observation, saved, isSettled ? Infinity : waited)
  }
  return goBackBy(decide, 'aborted', ports)
}

async function goBackBy(
  decide: (observation: Observation) => BackDecision,
  outcome: 'aborted' | 'rolled-back',
  ports: DrivePorts,
): Promise<DriveReport> {
  const trip = new Trip(ports)
  return trip.toItsEnd(async () => {
    const observation = await trip.look()
    const decision = decide(observation)
    switch (decision.kind) {
      case 'refused':
        return trip.refused(decision)
      case 'done':
        return trip.report('unchanged', { reason: decision.reason })
      case 'look-again':
        await trip.pause(decision.why)
        return null
      case 'write':
        ports.progress(`going back to ${renderWeights(decision.weights)}`)
        await trip.write(decision, observation)
        await trip.checkBack(decision.weights)
        return trip.report(outcome, { reason: '' })
      default:
        return decision satisfies never
    }
  })
}
