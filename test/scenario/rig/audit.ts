// What must be true of every step, whatever it was about. Last in each file, over all its steps.
import { expect, test } from '@jest/globals'
import { leaksIn } from './secrets.ts'
import { errorsOf, type StepEnd } from './step.ts'
import type { World } from './world.ts'

export function auditSteps(worldOf: () => World): void {
  /** Of a process that was killed nothing more can be asked. */
  const mains = (): readonly StepEnd[] =>
    worldOf().steps.filter(({ stage, exitCode }) => stage === 'main' && exitCode !== null)
  const textOf = (step: StepEnd): string =>
    JSON.stringify([step.action, step.exitCode, step.headings, step.annotations])

  test('every failed step has one error annotation, every other none', () => {
    expect(mains().length).toBeGreaterThan(0)
    const wrong = mains().filter((step) => errorsOf(step).length !== (step.exitCode === 0 ? 0 : 1))
    expect(wrong.map(textOf)).toEqual([])
  })

  test('every step has one summary section, headed by action, endpoint and outcome', () => {
    const wrong = mains().filter(
      ({ action, headings }) =>
        headings.length !== 1 || !new RegExp(`^## ${action}: \\S+`).test(headings[0] ?? ''),
    )
    expect(wrong.map(textOf)).toEqual([])
  })

  test('no secret is in any log line, output, summary, state or document', () => {
    const world = worldOf()
    const { secrets } = world
    const leaks = world.steps.flatMap(({ action, lines, outputs, summary, state, annotations }) =>
      leaksIn(JSON.stringify([lines, outputs, summary, state, annotations]), secrets).map(
        (secret) => `${action}: ${secret.slice(0, 12)}...`,
      ),
    )
    expect(secrets.size).toBeGreaterThan(0)
    expect(leaks).toEqual([])
  })
}
