// Runs of whole workflows against written tables of what must come out.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { RunResult } from '../../src/index.ts'
import { jobOf, makeWorld, resultsOf, stepsOf, type World } from './world.ts'

describe('a run with needs, outputs, status functions and a called workflow', () => {
  let world: World
  let result: RunResult

  beforeAll(async () => {
    world = makeWorld({ workflows: ['bakery.yml', 'errand.yml'] })
    world.github.repositorySecrets['DOOR_KEY'] = 'door-key-1234'
    world.github.repositorySecrets['OTHER'] = 'other-secret'
    result = await world.run('bakery.yml')
  })
  afterAll(() => world.remove())

  test('every job ends as written', () => {
    expect(resultsOf(result)).toEqual([
      'Mix main: success',
      'oven: failure',
      'shop: skipped',
      'alarm: success',
      'errand / Walk: success',
      'errand / rest: skipped',
      'receipt: success',
    ])
    expect(result.conclusion).toBe('failure')
    expect(world.github.ended).toEqual([`${result.run.id} failure`])
  })

  test('steps follow their conditions', () => {
    expect(stepsOf(jobOf(result, 'oven'))).toEqual([
      'main Burn 500: failure',
      'main Never: skipped',
      'main Ventilate: success',
      'main Note: success',
    ])
  })

  test('a masked and an empty output stay in the job, with a warning', () => {
    const dough = jobOf(result, 'dough')
    expect(dough.outputs).toEqual({ weight: '500' })
    expect(dough.annotations.map((annotation) => annotation.message)).toEqual([
      "Skip output 'leaked' since it may contain secret.",
      "Skip output 'nothing' since it is empty.",
    ])
    expect(dough.log).toContain('flour is rye, recipe is ***')
    expect(jobOf(result, 'oven').log).toContain('leaked is []')
  })

  test('typed inputs, passed secrets and outputs go through the call', () => {
    expect(jobOf(result, 'receipt').log).toContain(
      'bought 500g of butter in push street, paid true, oven failure',
    )
    expect(jobOf(result, 'errand/walk').log).toContain(
      'workflow is Bakery, key ***, other [], flour []',
    )
  })

  test('a failing script leaves one error', () => {
    expect(jobOf(result, 'oven').annotations).toEqual([
      { level: 'error', message: 'Process completed with exit code 3.' },
    ])
  })

  test('the dependents of a failed job can react to it', () => {
    expect(jobOf(result, 'alarm').log).toContain('fire, and the shop was skipped')
  })

  test('every job has a token of its own, taken back at its end', () => {
    expect(world.github.grants.map((grant) => grant.job)).toEqual([
      'dough',
      'oven',
      'alarm',
      'errand/walk',
      'receipt',
    ])
    expect(world.github.revoked).toHaveLength(5)
  })
})
