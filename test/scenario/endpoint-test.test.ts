// The built endpoint-test against simulated slots: only the slot's own answers count.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import type { Snapshot } from '@sluice/twin'
import { auditSteps } from './rig/audit.ts'
import { failureOf, PROJECT } from './rig/step.ts'
import { ENDPOINT, World } from './rig/world.ts'
import { armCalls, writesIn } from './rig/wire.ts'

interface Evidence {
  readonly verdict: string
  readonly requests: { readonly name: string; failed: number; passed: number }[]
}

jest.setTimeout(60_000)

let world: World
let target: string
let start: Snapshot

/** Version 1 serves from blue; version 2 is deployed to green and has no traffic. */
beforeAll(async () => {
  world = await World.open({ liveBefore: true })
  world.train('2')
  target = (await world.deploy({ 'model-version': '2' })).outputs['target'] ?? ''
  start = await world.snapshot()
})
afterAll(() => world.close())
beforeEach(() => world.restore(start))

/** Runs `sluice verify-evidence` from its sources; its exit code and lines. */
function verify(...words: readonly string[]): { code: number; text: string } {
  const command = ['--conditions=source', join(PROJECT, 'cli/verify-evidence/src/index.ts')]
  try {
    const text = execFileSync(process.execPath, [...command, 'verify-evidence', ...words], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    return { code: 0, text }
  } catch (error) {
    const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string }
    return { code: status, text: `${stdout}${stderr}` }
  }
}

describe('a good slot', () => {
  test('passes; the evidence can be judged again by anyone, and a change of it shows', async () => {
    const step = await world.test({ target })
    expect(step.exitCode).toBe(0)
    expect(step.headings).toEqual([`## endpoint-test: ${ENDPOINT} pass`])
    expect(step.outputs).toMatchObject({
      verdict: 'pass',
      requests: '2',
      passed: '2',
      failed: '0',
      unanswered: '0',
      unproven: '0',
      'failure-share': '0',
    })

    const text = world.document('evidence')
    const digest = createHash('sha256').update(text).digest('hex')
    expect(step.outputs['evidence-digest']).toBe(digest)
    const file = step.outputs['evidence-file'] ?? ''
    const policy = join(world.workspace, 'sluice.policy.yml')
    expect(verify(file, '--digest', digest, '--policy', policy)).toMatchObject({ code: 0 })

    const evidence = JSON.parse(text) as Evidence
    const [first] = evidence.requests
    if (first !== undefined) Object.assign(first, { failed: 1, passed: 0 })
    const changed = world.write(join(world.temp, 'changed.json'), JSON.stringify(evidence))
    expect(verify(changed, '--digest', digest).code).toBe(1)
    expect(verify(changed).code).toBe(1)
  })

  test('every request names the slot, and live traffic is not asked', async () => {
    const step = await world.test({ target, rounds: '3' })
    const asked = step.exchanges.filter(({ face }) => face === 'scoring')
    expect(asked).toHaveLength(6)
    expect(new Set(asked.map((one) => one.requestHeaders['azureml-model-deployment']))).toEqual(
      new Set(['green']),
    )
    expect(world.endpoint.traffic.routed).toEqual({})
    expect(writesIn(step.exchanges).every((write) => write.startsWith('scoring '))).toBe(true)
    expect(world.traffic).toEqual({ blue: 100, green: 0 })
  })

  test('a single file and a glob are requests too', async () => {
    const one = await world.test({ target, requests: 'requests/airport.json' })
    const some = await world.test({ target, requests: 'requests/*-trips.json' })
    expect([one.outputs['requests'], some.outputs['requests']]).toEqual(['1', '1'])
  })
})

describe('a slot that cannot be shown to have answered', () => {
  test.each([
    ['the header is ignored, so blue answers', 'ignoreSlotHeader'],
    ['nobody says who answered', 'hideSlot'],
  ] as const)('fails: %s', async (_, option) => {
    world.azure.options = { ...world.azure.options, [option]: true }
    const step = await world.test({ target })
    expect(step.exitCode).toBe(1)
    expect(step.outputs).toMatchObject({ verdict: 'fail', unproven: '2', passed: '0' })
    expect(step.headings).toEqual([`## endpoint-test: ${ENDPOINT} fail`])
    expect(failureOf(step)).toContain('ENDPOINT_TEST_FAILED')

    const digest = step.outputs['evidence-digest'] ?? ''
    const again = verify(step.outputs['evidence-file'] ?? '', '--digest', digest)
    expect(again.code).toBe(0)
    expect(again.text).toContain('2 unproven')
    const evidence = JSON.parse(world.document('evidence')) as Evidence
    expect(evidence.verdict).toBe('fail')
  })
})

describe('expectations', () => {
  const linear = {
    kind: 'linear',
    rows: 'data',
    intercept: 3.2,
    terms: { tripDistance: 2.6 },
  } as const
  const message = { kind: 'error-text', text: 'could not load the model' } as const
  const broken = { kind: 'status', status: 500, text: 'worker died' } as const
  /** One request file per rule: name of the rule to what the policy says. */
  const rules = {
    status: 'status: 200',
    'other-status': 'status: 424',
    contains: "text: { contains: '[6.32' }",
    equals: "text: { equals: '[]' }",
    matches: String.raw`text: { matches: '^\[\d' }`,
    near: "values: [{ path: '$[0]', equals: 6.4, tolerance: 0.1 }]",
    far: "values: [{ path: '$[0]', equals: 6.5, tolerance: 0.1 }]",
    'no-path': "values: [{ path: '$.fares[0]', equals: 6.32 }]",
  }
  const given = { requests: 'rules', 'policy-file': 'rules.policy.yml' }

  beforeAll(() => {
    mkdirSync(join(world.workspace, 'rules'))
    const lines = Object.entries(rules).map(([name, rule]) => `  '${name}.json': { ${rule} }`)
    world.write('rules.policy.yml', `expect:\n${lines.join('\n')}\n`)
    const request = '{ "data": { "tripDistance": { "0": "1.2" } } }'
    for (const name of Object.keys(rules)) world.write(`rules/${name}.json`, request)
  })

  test.each([
    ['numbers', linear, ['contains', 'matches', 'near', 'status']],
    // A bare JSON text is no answer, unless the policy says what the text must be.
    ['an error text with status 200', message, []],
    ['a container that fails', broken, ['other-status']],
  ] as const)('status, text and values, met and missed by %s', async (_, behaviour, met) => {
    world.answers('2', behaviour)
    const step = await world.test({ target, ...given })
    const { requests } = JSON.parse(world.document('evidence')) as Evidence
    const passed = requests.filter(({ passed: count }) => count === 1).map(({ name }) => name)
    const failed = requests.filter(({ failed: count }) => count === 1)
    expect(passed.toSorted()).toEqual(met.map((name) => `${name}.json`))
    expect(failed).toHaveLength(Object.keys(rules).length - met.length)
    expect(step).toMatchObject({ exitCode: 1, outputs: { verdict: 'fail' } })
  })

  test('without a policy a bare JSON text fails, although its status is 200', async () => {
    world.write('none.policy.yml', '{}\n')
    const plain = { target, requests: 'rules/near.json', 'policy-file': 'none.policy.yml' }
    world.answers('2', message)
    expect((await world.test(plain)).outputs).toMatchObject({ verdict: 'fail', failed: '1' })
    world.answers('2', linear)
    expect((await world.test(plain)).outputs).toMatchObject({ verdict: 'pass', passed: '1' })
  })

  test('too few answers are no pass', async () => {
    world.answers('2', linear)
    world.write('many.policy.yml', 'gate: { minimum-samples: 5 }\n')
    const few = { target, requests: 'rules/near.json', 'policy-file': 'many.policy.yml' }
    const step = await world.test(few)
    expect(step.outputs['verdict']).toBe('inconclusive')
    expect(failureOf(step)).toContain('ENDPOINT_TEST_INCONCLUSIVE')
  })
})

test('a slot that holds another revision than the target is not asked', async () => {
  const other = target.replace(/"revision":"[0-9a-f]{16}/, `"revision":"${'0'.repeat(16)}`)
  const step = await world.test({ target: other })
  expect(failureOf(step)).toContain('ENDPOINT_TEST_TARGET_CHANGED')
  expect(step.exchanges.some(({ face }) => face === 'scoring')).toBe(false)
  expect(armCalls(step.exchanges)).toHaveLength(2)
})

auditSteps(() => world)
