import { describe, expect, test } from '@jest/globals'
import { findContradictions, type Evidence } from '@sluice/evidence'
import type { ProbeAnswer, SlotObservation } from '@sluice/rollout'
import { createBench, MARK, sha256, TARGET, type Bench, type Scene } from './bench.ts'

const EVIDENCE_FILE = '/temp/sluice/evidence.json'

const evidenceOf = (bench: Bench): Evidence =>
  JSON.parse(bench.files.get(EVIDENCE_FILE) ?? 'null') as Evidence

describe('a slot that does what it should', () => {
  test('passes, with evidence that anyone can check', async () => {
    const bench = createBench({ config: { rounds: 3 } })
    const report = await bench.run()
    const text = bench.files.get(EVIDENCE_FILE) ?? ''
    expect(report).toMatchObject({ ending: 'pass', subject: 'taxi-staging' })
    expect(report.failure).toBeUndefined()
    expect(report.outputs).toEqual({
      verdict: 'pass',
      'evidence-file': EVIDENCE_FILE,
      'evidence-digest': sha256(text),
      requests: '6',
      passed: '6',
      failed: '0',
      unanswered: '0',
      unproven: '0',
      'latency-p50-ms': '8',
      'latency-p95-ms': '8',
      'failure-share': '0',
    })
    expect(evidenceOf(bench)).toMatchObject({ target: TARGET, policyDigest: null })
    expect(findContradictions(evidenceOf(bench))).toEqual([])
    expect(bench.asked).toEqual(['a.json', 'b.json', 'a.json', 'b.json', 'a.json', 'b.json'])
  })

  test('the target may come as a path', async () => {
    const bench = createBench({
      config: { target: 'handed/target.json' },
      files: { 'handed/target.json': JSON.stringify(TARGET) },
    })
    expect((await bench.run()).ending).toBe('pass')
  })

  test('requests without an answer are sent again, and counted', async () => {
    const bench = createBench({ answer: (_, number) => ({ status: number <= 2 ? 503 : 200 }) })
    const report = await bench.run()
    expect(report.outputs).toMatchObject({ verdict: 'pass', requests: '4', unanswered: '2' })
    expect(bench.waits).toEqual([1, 2])
  })

  test('a slot that is not there yet is waited for', async () => {
    const bench = createBench({ looks: [null, { health: 'changing' }, {}] })
    expect((await bench.run()).ending).toBe('pass')
    expect(bench.waits).toEqual([5, 5])
  })
})

describe('a verdict other than pass fails the step after its outputs', () => {
  test.each<[string, Partial<ProbeAnswer>, string, string, RegExp]>([
    [
      'an error text with status 200',
      { body: '"answered-secret"' },
      'fail',
      'ENDPOINT_TEST_FAILED',
      /1 of 2 answers failed.* First: b\.json \(the body is a bare JSON string\)$/,
    ],
    [
      'a router that ignores the slot',
      { answeredBy: 'blue' },
      'fail',
      'ENDPOINT_TEST_FAILED',
      /1 of 2 answers do not prove .* First: b\.json \(another slot answered\)$/,
    ],
    [
      'an answer that does not say who gave it',
      { answeredBy: null },
      'fail',
      'ENDPOINT_TEST_FAILED',
      /do not prove .* \(the answer does not say which slot gave it\)$/,
    ],
    [
      'no answer at all',
      { status: null, answeredBy: null, detail: 'detail-secret' },
      'inconclusive',
      'ENDPOINT_TEST_INCONCLUSIVE',
      /no answer to b\.json\. First: b\.json \(no answer\)$/,
    ],
  ])('%s', async (_, changes, verdict, failure, message) => {
    const bench = createBench({ answer: ({ name }) => (name === 'b.json' ? changes : {}) })
    const report = await bench.run()
    expect(report.ending).toBe(verdict)
    expect(report.outputs['verdict']).toBe(verdict)
    expect(report.outputs['evidence-digest']).toBe(sha256(bench.files.get(EVIDENCE_FILE) ?? ''))
    expect(report.failure).toMatchObject({ code: failure, message: expect.stringMatching(message) })
    expect(evidenceOf(bench).verdict).toBe(verdict)
  })

  test('nothing that was sent or answered is shown or written', async () => {
    const bench = createBench({
      answer: () => ({ body: '"answered-secret"', detail: 'detail-secret' }),
    })
    const report = await bench.run()
    const shown = JSON.stringify([report, bench.lines, evidenceOf(bench)])
    expect(shown).not.toMatch(/(sent|answered|detail)-secret/)
  })

  test('names of files stay data in the summary', async () => {
    const bench = createBench({ files: { 'requests/<img src=x>|`a`.json': '{}' } })
    const { summary } = await bench.run()
    expect(summary).not.toContain('<img')
    expect(summary.split('\n').filter((line) => line.includes('img'))).toHaveLength(1)
  })
})

describe('the policy', () => {
  const POLICY = 'expect:\n  a.json: {text: {contains: "13"}}\ngate: {maximum-failure-share: 0.4}\n'

  test.each<[string, Scene]>([
    ['the default file', { files: { 'sluice.policy.yml': POLICY } }],
    ['a given file', { files: { 'p.yml': POLICY }, config: { policyFile: 'p.yml' } }],
  ])('%s is used, and named by its digest', async (_, scene) => {
    const bench = createBench(scene)
    const report = await bench.run()
    expect(report.outputs).toMatchObject({ verdict: 'fail', failed: '1', 'failure-share': '0.5' })
    expect(evidenceOf(bench)).toMatchObject({
      policyDigest: sha256(POLICY),
      rules: { maximumFailureShare: 0.4 },
    })
  })
})

describe('what cannot be tested is told before anything is sent', () => {
  test('all problems of files and platform at once', async () => {
    const bench = createBench({
      config: {
        policyFile: 'absent.yml',
        requests: 'bad',
        platformInputs: { 'azure-authority': 'wrong' },
        target: JSON.stringify({ ...TARGET, platform: 'memory' }),
      },
      files: { 'bad/1.json': '{', 'bad/2.json': 'x' },
    })
    await expect(bench.run()).rejects.toMatchObject({
      code: 'ACTION_BAD_INPUT',
      message: expect.stringMatching(
        /azure-authority(.|\n)*is of platform memory(.|\n)*bad\/1\.json(.|\n)*bad\/2\.json(.|\n)*absent\.yml is absent/,
      ),
    })
    expect(bench.asked).toEqual([])
  })

  test.each<[string, (Partial<SlotObservation> | null)[], string, RegExp, number]>([
    ['no such slot', [null], 'ENDPOINT_TEST_TARGET_CHANGED', /found no such slot/, 12],
    [
      'another revision',
      [{ revision: MARK.replace(/^./, 'x') }],
      'ENDPOINT_TEST_TARGET_CHANGED',
      /found revision x.*wanted revision/,
      0,
    ],
    ['no mark', [{ revision: null }], 'ENDPOINT_TEST_TARGET_CHANGED', /found no mark of ours/, 0],
    [
      'unhealthy',
      [{ health: 'unhealthy', detail: 'out of memory' }],
      'ENDPOINT_TEST_SLOT_UNHEALTHY',
      /is unhealthy: out of memory/,
      0,
    ],
    [
      'never finished',
      [{ health: 'changing' }],
      'ENDPOINT_TEST_SLOT_UNHEALTHY',
      /still being changed/,
      12,
    ],
  ])('%s', async (_, looks, failure, message, waits) => {
    const bench = createBench({ looks })
    await expect(bench.run()).rejects.toMatchObject({
      code: failure,
      message: expect.stringMatching(message),
    })
    expect(bench.asked).toEqual([])
    expect(bench.waits).toHaveLength(waits)
    expect(bench.files.has(EVIDENCE_FILE)).toBe(false)
  })
})

const refuse = (): never => {
  throw new Error('no right to ask')
}

describe('on Kubernetes', () => {
  const target = JSON.stringify({ ...TARGET, platform: 'kubernetes' })
  const config = { platform: 'kubernetes', target } as const

  test('its own adapter is opened, and closed at the end', async () => {
    const bench = createBench({ config })
    expect((await bench.run()).ending).toBe('pass')
    expect([bench.opened, bench.closed()]).toEqual([['kubernetes'], 1])
  })

  test("a failure of the slot's own pods is one of the revision, and is not waited away", async () => {
    const bench = createBench({ config, answer: () => ({ status: 503, from: 'slot' }) })
    const report = await bench.run()
    expect(report.outputs).toMatchObject({ verdict: 'fail', failed: '2', unanswered: '0' })
    expect(bench.waits).toEqual([])
    expect(findContradictions(evidenceOf(bench))).toEqual([])
  })

  test('an empty request file is a GET', async () => {
    const bodies: string[] = []
    const bench = createBench({
      config,
      files: { 'requests/health.get': '' },
      answer: ({ body }) => {
        bodies.push(body)
        return {}
      },
    })
    const report = await bench.run()
    expect(report.outputs).toMatchObject({ verdict: 'pass', requests: '3' })
    expect(bodies).toContain('')
  })

  test.each<[string, Scene, string]>([
    ['a slot that is not right', { looks: [{ revision: null }] }, 'no mark of ours'],
    ['a change meanwhile', { looks: [{}, { revision: null }] }, 'no mark of ours'],
    ['a platform that cannot ask', { answer: refuse }, 'no right to ask'],
  ])('the connection is closed after %s', async (_, scene, message) => {
    const bench = createBench({ ...scene, config })
    await expect(bench.run()).rejects.toThrow(message)
    expect(bench.closed()).toBe(1)
  })
})

test('an empty request file is refused for Azure ML before anything is sent', async () => {
  const bench = createBench({ files: { 'requests/empty.json': ' ', 'requests/health.get': '' } })
  await expect(bench.run()).rejects.toMatchObject({
    code: 'ACTION_BAD_INPUT',
    message: expect.stringMatching(/empty\.json(.|\n)*is empty(.|\n)*health\.get(.|\n)*is empty/),
  })
  expect(bench.asked).toEqual([])
})

test('a slot that is changed while it is tested leaves no evidence', async () => {
  const bench = createBench({ looks: [{}, { revision: 'f'.repeat(16) + '.' + 'f'.repeat(16) }] })
  await expect(bench.run()).rejects.toMatchObject({ code: 'ENDPOINT_TEST_TARGET_CHANGED' })
  expect(bench.asked).toHaveLength(2)
  expect(bench.files.has(EVIDENCE_FILE)).toBe(false)
})

test('a dry run sends nothing, writes nothing, and says what it would do', async () => {
  const bench = createBench({ config: { dryRun: true, rounds: 4 } })
  const report = await bench.run()
  expect(report).toMatchObject({ ending: 'dry-run', outputs: {} })
  expect(report.summary).toContain('would send 8 requests, 4 of each file')
  expect(report.failure).toBeUndefined()
  expect(bench.asked).toEqual([])
  expect(bench.files.has(EVIDENCE_FILE)).toBe(false)
})

test('a cancel stops it, is reported, and leaves no evidence', async () => {
  const control = new AbortController()
  const bench = createBench({
    control,
    config: { rounds: 5 },
    answer: (_, number) => {
      if (number === 3) control.abort(new Error('SIGINT'))
      return {}
    },
  })
  const report = await bench.run()
  expect(report).toMatchObject({
    ending: 'cancelled',
    outputs: {},
    failure: { code: 'ENDPOINT_TEST_CANCELLED' },
  })
  expect(report.summary).toContain('stopped after 3 answers')
  expect(bench.asked).toHaveLength(3)
  expect(bench.files.has(EVIDENCE_FILE)).toBe(false)
})
