// Called workflows: which secrets go in, which rights, what happens when a call cannot start.
import { afterEach, describe, expect, test } from '@jest/globals'
import type { RunResult } from '../../src/index.ts'
import { jobOf, makeWorld, resultsOf, type World } from './world.ts'

let world: World
afterEach(() => world.remove())

const callee = `on:
  workflow_call:
    inputs: { count: { type: number } }
    secrets: { passed: {}, OF_LAB: {} }
concurrency: { group: "lab-\${{ github.run_id }}" }
env: { INNER: yes }
jobs:
  inside:
    runs-on: x
    environment: lab
    env:
      SEEN: "\${{ secrets.passed }}|\${{ secrets.PLAIN }}|\${{ secrets.OF_LAB }}|\${{ secrets.HIDDEN_OF_LAB }}"
    steps:
      - run: node -p "'seen ' + process.env.SEEN.split('|').map((s) => s.length).join() + ' ' + process.env.INNER + process.env.OUTER"
      - run: echo "job \${{ github.job }} of $GITHUB_WORKFLOW_REF, count \${{ inputs.count }}"
`

function runCall(call: string, outer = ''): Promise<RunResult> {
  const caller = `on: push\nenv: { OUTER: no }\n${outer}\njobs:\n  outer:\n    name: Outer\n    uses: ./.github/workflows/y.yml\n${call.replace(/^(?=.)/gm, '    ')}\n  after:\n    needs: outer\n    if: always()\n    runs-on: x\n    steps: [{ run: "echo outer was \${{ needs.outer.result }}" }]\n`
  world = makeWorld({
    files: { '.github/workflows/x.yml': caller, '.github/workflows/y.yml': callee },
  })
  world.github.repositorySecrets['PLAIN'] = 'plain-four'
  Object.assign(world.github.environmentSecrets, {
    lab: { OF_LAB: 'lab-secret', HIDDEN_OF_LAB: 'hidden' },
  })
  return world.run('x.yml')
}

describe('secrets of a called workflow', () => {
  // Lengths of: passed, a repository secret, a declared and an undeclared secret of the environment.
  const table = [
    ['nothing passed', '', 'seen 0,0,10,0 yesundefined'],
    ['one passed', 'secrets: { passed: "${{ secrets.PLAIN }}!" }', 'seen 11,0,10,0 yesundefined'],
    [
      'one passed that the environment has in another case',
      'secrets: { of_lab: "${{ secrets.PLAIN }}" }',
      'seen 0,0,10,0 yesundefined',
    ],
    ['inherited', 'secrets: inherit', 'seen 0,10,10,6 yesundefined'],
  ] as const
  test.each(table)('%s', async (_name, call, line) => {
    const result = await runCall(call)
    expect(jobOf(result, 'outer/inside').log).toContain(line)
    expect(jobOf(result, 'outer/inside').log).toContain(
      'job inside of acme/shop/.github/workflows/x.yml@refs/heads/main, count 0',
    )
  })
})

describe('a call that does not start', () => {
  const table = [
    ['its condition is false', 'if: "false"', ['Outer: skipped', 'after: success'], 'skipped'],
    [
      'a wrong input',
      'with: { count: "${{ github.ref }}" }',
      ['Outer: failure', 'after: success'],
      'failure',
    ],
    [
      'an expression that throws',
      'with: { count: "${{ fromJSON(github.ref) }}" }',
      ['outer: failure', 'after: success'],
      'failure',
    ],
    [
      'its own group around it',
      'concurrency: "lab-${{ github.run_id }}"',
      ['Outer: cancelled', 'after: success'],
      'cancelled',
    ],
  ] as const
  test.each(table)('%s', async (_name, call, results, outer) => {
    const result = await runCall(call)
    expect(resultsOf(result)).toEqual(results)
    expect(jobOf(result, 'after').log).toContain(`outer was ${outer}`)
  })
})

describe('re-runs of called workflows', () => {
  test('only the failed job inside runs again, and what needs the call', async () => {
    const inner = `on: { workflow_call: { outputs: { word: { value: "\${{ jobs.good.outputs.word }}-\${{ jobs.bad.result }}" } } } }
jobs:
  good:
    runs-on: x
    outputs: { word: "\${{ steps.s.outputs.word }}" }
    steps: [{ id: s, run: 'echo "word=w$GITHUB_RUN_ATTEMPT" >> "$GITHUB_OUTPUT"' }]
  bad:
    runs-on: x
    steps: [{ run: 'test "$GITHUB_RUN_ATTEMPT" = 2' }]
`
    const outer = `on: push
jobs:
  call: { uses: ./.github/workflows/y.yml }
  apart: { runs-on: x, steps: [{ run: "true" }] }
  next: { needs: call, runs-on: x, steps: [{ run: "echo \${{ needs.call.outputs.word }}" }] }
`
    world = makeWorld({
      files: { '.github/workflows/x.yml': outer, '.github/workflows/y.yml': inner },
    })
    const first = await world.run('x.yml')
    expect(resultsOf(first)).toEqual([
      'call / good: success',
      'call / bad: failure',
      'apart: success',
      'next: skipped',
    ])
    const second = await world.run('x.yml', {
      run: { id: first.run.id, attempt: 2 },
      rerunFailedOf: first,
    })
    expect(second.jobs.map((job) => `${job.name} ${job.attempt}`)).toEqual([
      'call / good 1',
      'call / bad 2',
      'apart 1',
      'next 2',
    ])
    expect(jobOf(second, 'next').log).toContain('w1-success')
  })
})
