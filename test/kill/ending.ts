// What every case must come to, wherever it was killed.
import { expect } from '@jest/globals'
import type { RunResult } from '@sluice/twin'
import { isAlive, type Case } from './case.ts'
import { findWriteBreaches, isWrite, PLAN, PREVIOUS, shownBy, trafficWrites } from './truth.ts'
import { FOREIGN } from './world.ts'
import { SWAP } from './workflow.ts'

/** Steps written, going back as 0: `[1, 2, 0]`. */
export const stepsWritten = (one: Case): readonly (number | null)[] =>
  trafficWrites(one.world.twin.log.all())
    .filter(({ accepted }) => accepted)
    .map(({ step }) => step)

/** Marks of ours on the endpoint, without the slots'. */
export const marksOn = (one: Case): readonly string[] =>
  Object.keys(shownBy(one.world.endpoint().body).tags)
    .filter((name) => name.startsWith('sluice-'))
    .map((name) => name.slice('sluice-'.length))
    .toSorted()

export const weightsOn = (one: Case): string => shownBy(one.world.endpoint().body).weights

/** The last attempt promoted, a run after it changes nothing, and no write on the way was wrong. */
export async function expectPromoted(one: Case, last: RunResult): Promise<void> {
  expect(endOf(one, last)).toEqual({
    killed: one.killed,
    trouble: [],
    conclusion: 'success',
    weights: PLAN.at(-1),
  })
  expect(finalState(one)).toEqual({
    step: `${PLAN.length - 1}/${PLAN.length - 1}`,
    previous: PREVIOUS,
    slots: { blue: 'Succeeded', green: 'Succeeded' },
    others: FOREIGN,
  })
  await expectNothingToDo(one)
  expect({
    killed: one.killed,
    breaches: [...one.breaches, ...findWriteBreaches(trafficWrites(one.world.twin.log.all()))],
    alive: one.processes.filter(({ pid }) => isAlive(pid)),
  }).toEqual({ killed: one.killed, breaches: [], alive: [] })
}

const endOf = (one: Case, result: RunResult) => ({
  killed: one.killed,
  trouble: result.conclusion === 'success' ? [] : result.jobs.flatMap(({ log }) => log),
  conclusion: result.conclusion,
  weights: weightsOn(one),
})

function finalState(one: Case) {
  const { body, slots } = one.world.endpoint()
  const { tags, properties } = shownBy(body)
  const pick = (from: Readonly<Record<string, unknown>>, names: object) =>
    Object.fromEntries(Object.keys(names).map((name) => [name, from[name]]))
  return {
    step: String(tags['sluice-step']).split('@')[0],
    previous: tags['sluice-previous'],
    slots: Object.fromEntries(
      Object.values(slots).map(({ name, provisioningState }) => [name, provisioningState]),
    ),
    others: {
      tags: pick(tags, FOREIGN.tags),
      properties: pick(properties, FOREIGN.properties),
    },
  }
}

/** Another run, later: not refused by a claim that was left behind (L2), and not one write. */
async function expectNothingToDo(one: Case): Promise<void> {
  const { log } = one.world.twin
  const before = log.last
  const result = await one.start(SWAP)
  expect({
    killed: one.killed,
    trouble: endOf(one, result).trouble,
    outputs: result.jobs.map(({ outputs }) => outputs),
    writes: log.since(before).filter(isWrite).length,
  }).toEqual({
    killed: one.killed,
    trouble: [],
    outputs: [{ outcome: 'unchanged', changed: 'false' }],
    writes: 0,
  })
}
