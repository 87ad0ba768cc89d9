import { createHash } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  bindVerdict,
  decideVerdict,
  DEFAULT_GATE,
  DEFAULT_POLICY,
  findContradictions,
  makeEvidence,
  recomputeVerdict,
  type Evidence,
  type GateRules,
  type LatencyFigures,
  type RequestCounts,
  type Sample,
} from '@sluice/evidence'
import type { Target, Verdict } from '@sluice/rollout'

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

const TARGET: Target = {
  schema: 'sluice/target/v1',
  platform: 'memory',
  place: {},
  endpoint: 'taxi',
  name: 'taxi',
  slot: 'green',
  revision: '0123456789abcdef.fedcba9876543210',
  revisionDigest: '0123456789abcdef'.repeat(4),
  contents: { model: 'taxi:2' },
}

type Figures = Readonly<Partial<Record<'passed' | 'failed' | 'unanswered' | 'unproven', number>>>

const counts = (name: string, figures: Figures): RequestCounts => {
  const { passed = 0, failed = 0, unanswered = 0, unproven = 0 } = figures
  const bad = failed + unanswered + unproven
  return {
    name,
    digest: sha256(name),
    sent: passed + bad,
    passed,
    failed,
    unanswered,
    unproven,
    reasons: Object.fromEntries(bad > 0 ? [['some reason', bad]] : []),
  }
}

const latency = (p95: number): LatencyFigures => ({ p50: 1, p95, p99: p95, max: p95 })

const rules = (changes: Partial<GateRules>): GateRules => ({ ...DEFAULT_GATE, ...changes })

describe('decideVerdict', () => {
  test.each<[string, Figures[], Partial<GateRules>, number, Verdict, RegExp]>([
    ['all good', [{ passed: 3 }], {}, 5, 'pass', /^3 of 3 answers met/],
    ['one bad', [{ passed: 9, failed: 1 }], {}, 5, 'fail', /^1 of 10 answers failed.*\(r0\)/],
    [
      'within the share',
      [{ passed: 9, failed: 1 }],
      { maximumFailureShare: 0.1 },
      5,
      'pass',
      /^9 of 10 answers met/,
    ],
    [
      'one unproven among many',
      [{ passed: 99 }, { unproven: 1 }],
      { maximumFailureShare: 1 },
      5,
      'fail',
      /^1 of 100 answers do not prove .* \(r1\)/,
    ],
    ['nothing sent', [], {}, 5, 'inconclusive', /^0 of 0 requests were answered/],
    ['nothing sent, nothing wanted', [], { minimumSamples: 0 }, 5, 'inconclusive', /^0 of 0/],
    ['no answer', [{ unanswered: 4 }], {}, 5, 'inconclusive', /^0 of 4 requests were answered/],
    [
      'one file silent',
      [{ passed: 4 }, { unanswered: 1 }],
      {},
      5,
      'inconclusive',
      /^no answer to r1/,
    ],
    ['answered in the end', [{ unanswered: 2, passed: 1 }], {}, 5, 'pass', /2 tries got no answer/],
    [
      'hardly ever answered',
      [{ unanswered: 59, passed: 1 }],
      {},
      5,
      'inconclusive',
      /^59 of 60 tries got no answer; the policy allows a share of 0.5 \(r0\)/,
    ],
    ['answered every second time', [{ unanswered: 30, passed: 30 }], {}, 5, 'pass', /^30 of 30/],
    [
      'one file throttled, the others well: all tries count together',
      [{ unanswered: 6, passed: 1 }, { passed: 5 }],
      {},
      5,
      'pass',
      /^6 of 6/,
    ],
    [
      'a short test of a slot that came up late',
      [{ unanswered: 5, passed: 1 }],
      {},
      5,
      'pass',
      /^1 of 1/,
    ],
    [
      'the same, and later',
      [{ unanswered: 6, passed: 1 }],
      {},
      5,
      'inconclusive',
      /^6 of 7 tries got no answer/,
    ],
    [
      'none may go unanswered',
      [{ unanswered: 1, passed: 99 }],
      { maximumUnansweredShare: 0 },
      5,
      'inconclusive',
      /^1 of 100 tries got no answer/,
    ],
    [
      'all may go unanswered',
      [{ unanswered: 99, passed: 1 }],
      { maximumUnansweredShare: 1 },
      5,
      'pass',
      /^1 of 1/,
    ],
    [
      'hardly ever answered, and badly',
      [{ unanswered: 59, failed: 1 }],
      {},
      5,
      'fail',
      /^1 of 1 answers failed/,
    ],
    ['too few', [{ passed: 4 }], { minimumSamples: 5 }, 5, 'inconclusive', /at least 5$/],
    [
      'too few, and too bad whatever comes',
      [{ passed: 1, failed: 3 }],
      { minimumSamples: 10, maximumFailureShare: 0.2 },
      5,
      'fail',
      /^3 of 4 answers failed/,
    ],
    [
      'too few, and not yet too bad',
      [{ passed: 1, failed: 2 }],
      { minimumSamples: 10, maximumFailureShare: 0.2 },
      5,
      'inconclusive',
      /^3 of 3 requests were answered/,
    ],
    ['slow', [{ passed: 4 }], { maximumP95Ms: 100 }, 100.1, 'fail', /^p95 is 100.1 ms/],
    ['just fast enough', [{ passed: 4 }], { maximumP95Ms: 100 }, 100, 'pass', /^4 of 4/],
    [
      'many files fail',
      [{ failed: 1 }, { failed: 1 }, { failed: 1 }, { failed: 1 }, { failed: 1 }],
      {},
      5,
      'fail',
      /\(r0, r1, r2 and 2 more\)$/,
    ],
  ])('%s', (_, figures, changes, p95, verdict, deciding) => {
    const decision = decideVerdict(
      figures.map((entry, index) => counts(`r${index}`, entry)),
      latency(p95),
      rules(changes),
    )
    expect(decision.verdict).toBe(verdict)
    expect(decision.reasons[0]).toMatch(deciding)
  })

  test('every reason is told, the deciding one first', () => {
    const decision = decideVerdict(
      [counts('a', { unproven: 1 }), counts('b', { failed: 1 }), counts('c', { unanswered: 1 })],
      latency(300),
      rules({ minimumSamples: 9, maximumP95Ms: 100 }),
    )
    expect(decision.reasons.map((reason) => reason.replace(/[^a-z ]/g, '').trim())).toEqual([
      expect.stringContaining('do not prove'),
      expect.stringContaining('answers failed'),
      expect.stringContaining('requests were answered'),
      'no answer to c',
      expect.stringMatching(/^p is/),
    ])
  })
})

const RANK: Readonly<Record<Verdict, number>> = { fail: 0, inconclusive: 1, pass: 2 }

const sampleOf = fc.record({
  request: fc.constantFrom('a.json', 'b.json', 'c.json').map((name) => ({
    name,
    body: `{"of": "${name}"}`,
    contentType: 'application/json',
  })),
  answer: fc
    .record({
      status: fc.constantFrom(200, 200, 200, 200, 400, 424, 503, null),
      body: fc.constantFrom('[1]', '[1]', '"error"'),
      answeredBy: fc.constantFrom('green', 'green', 'green', 'green', 'green', 'blue', null),
      latencyMs: fc.double({ min: 0, max: 500, noNaN: true }),
      detail: fc.constantFrom('', 'model_not_ready'),
      from: fc.option(fc.constantFrom('slot' as const, 'platform' as const), { nil: undefined }),
    })
    .map(({ from, ...answer }) => ({ ...answer, ...(from !== undefined && { from }) })),
}) satisfies fc.Arbitrary<Sample>

const rulesOf: fc.Arbitrary<GateRules> = fc.record({
  minimumSamples: fc.integer({ min: 0, max: 12 }),
  maximumFailureShare: fc.constantFrom(0, 0.1, 0.25, 0.5, 1),
  maximumUnansweredShare: fc.constantFrom(0, 0.1, 0.25, 0.5, 1),
  maximumP95Ms: fc.option(fc.integer({ min: 0, max: 500 })),
})

const make = (samples: readonly Sample[], gate: GateRules): Evidence =>
  makeEvidence(
    { target: TARGET, samples, policy: { ...DEFAULT_POLICY, gate }, policyDigest: null },
    sha256,
  )

const withAnswer = (sample: Sample, changes: Partial<Sample['answer']>): Sample => ({
  ...sample,
  answer: { ...sample.answer, ...changes },
})

const GOOD = { status: 200, body: '[1]', answeredBy: 'green', from: 'slot' } as const

describe('properties of a verdict', () => {
  const samplesOf = fc.array(sampleOf, { maxLength: 25 })

  test('it does not depend on the order of samples', () => {
    fc.assert(
      fc.property(
        samplesOf.chain((samples) =>
          fc.tuple(
            fc.constant(samples),
            fc.shuffledSubarray(samples, { minLength: samples.length }),
          ),
        ),
        rulesOf,
        ([samples, shuffled], gate) => {
          expect(make(shuffled, gate)).toEqual(make(samples, gate))
        },
      ),
    )
  })

  test.each<[string, Partial<Sample['answer']>]>([
    ['fails', { status: 400, answeredBy: 'green' }],
    ['comes from another slot', { answeredBy: 'blue' }],
    ['is unsigned', { ...GOOD, answeredBy: null }],
  ])('a good answer that %s instead never makes it better', (_, worse) => {
    fc.assert(
      fc.property(samplesOf, fc.nat(24), rulesOf, (samples, at, gate) => {
        const before = samples.map((s, i) => (i === at ? withAnswer(s, GOOD) : s))
        const after = before.map((s, i) => (i === at ? withAnswer(s, worse) : s))
        expect(RANK[make(after, gate).verdict]).toBeLessThanOrEqual(
          RANK[make(before, gate).verdict],
        )
      }),
    )
  })

  // Latency is left out: an answer that is gone can take a slow time with it.
  test('a good answer that does not come never makes it better', () => {
    fc.assert(
      fc.property(samplesOf, fc.nat(24), rulesOf, (samples, at, gate) => {
        const untimed = { ...gate, maximumP95Ms: null }
        const before = samples.map((s, i) => (i === at ? withAnswer(s, GOOD) : s))
        const after = before.map((s, i) => (i === at ? withAnswer(s, { status: null }) : s))
        expect(RANK[make(after, untimed).verdict]).toBeLessThanOrEqual(
          RANK[make(before, untimed).verdict],
        )
      }),
    )
  })

  test('stricter thresholds never make it better', () => {
    fc.assert(
      fc.property(samplesOf, rulesOf, rulesOf, (samples, one, two) => {
        const least = (key: 'maximumFailureShare' | 'maximumUnansweredShare'): number =>
          Math.min(one[key], two[key])
        const limits = [one.maximumP95Ms, two.maximumP95Ms].filter((limit) => limit !== null)
        const stricter: GateRules = {
          minimumSamples: one.minimumSamples,
          maximumFailureShare: least('maximumFailureShare'),
          maximumUnansweredShare: least('maximumUnansweredShare'),
          maximumP95Ms: limits.length === 0 ? null : Math.min(...limits),
        }
        expect(RANK[make(samples, stricter).verdict]).toBeLessThanOrEqual(
          RANK[make(samples, one).verdict],
        )
      }),
    )
  })

  test('one unproven answer fails the best of tests', () => {
    fc.assert(
      fc.property(samplesOf, sampleOf, rulesOf, (samples, last, gate) => {
        const stray = withAnswer(last, { ...GOOD, answeredBy: 'blue' })
        const evidence = make([...samples, stray], gate)
        expect(evidence.verdict).toBe('fail')
        expect(evidence.reasons[0]).toContain('do not prove')
      }),
    )
  })

  test('anyone reaches it again from the document alone, read back from JSON', () => {
    fc.assert(
      fc.property(samplesOf, rulesOf, (samples, gate) => {
        const evidence = make(samples, gate)
        const read = JSON.parse(JSON.stringify(evidence)) as Evidence
        expect(read).toEqual(evidence)
        expect(recomputeVerdict(read)).toEqual({
          verdict: evidence.verdict,
          reasons: evidence.reasons,
        })
        expect(findContradictions(read)).toEqual([])
      }),
    )
  })

  test('latency figures are times that were measured, in order', () => {
    fc.assert(
      fc.property(samplesOf, (samples) => {
        const times = samples.map(({ answer }) => Math.round(answer.latencyMs * 10) / 10)
        const figures = make(samples, DEFAULT_GATE).latencyMs
        const { p50, p95, p99, max } = figures ?? { p50: 0, p95: 0, p99: 0, max: 0 }
        expect([...times, 0]).toEqual(expect.arrayContaining([p50, p95, p99, max]))
        expect([p50, p95, p99, max]).toEqual([p50, p95, p99, max].sort((a, b) => a - b))
      }),
    )
  })
})

const samplesAt = (...times: number[]): Sample[] =>
  times.map((latencyMs) => ({
    request: { name: 'a.json', body: '{}', contentType: 'application/json' },
    answer: { ...GOOD, latencyMs, detail: '' },
  }))

describe('makeEvidence', () => {
  test.each([
    [[7], { p50: 7, p95: 7, p99: 7, max: 7 }],
    [[4, 1, 3, 2], { p50: 2, p95: 4, p99: 4, max: 4 }],
    [Array.from({ length: 100 }, (_, i) => 100 - i), { p50: 50, p95: 95, p99: 99, max: 100 }],
    [[1.26], { p50: 1.3, p95: 1.3, p99: 1.3, max: 1.3 }],
  ])('nearest rank of %j', (times, figures) => {
    expect(make(samplesAt(...times), DEFAULT_GATE).latencyMs).toEqual(figures)
  })

  test('counts by request file and by reason, and holds no body', () => {
    const [good] = samplesAt(10)
    const of = (name: string, changes: Partial<Sample['answer']>): Sample => ({
      request: { name, body: `{"${name}": "sent-secret"}`, contentType: 'application/json' },
      answer: { ...(good as Sample).answer, ...changes },
    })
    const evidence = make(
      [
        of('b.json', { body: '"answered-secret"', detail: 'detail-secret' }),
        of('b.json', { body: '"answered-secret"' }),
        of('a.json', { status: null }),
        of('b.json', { answeredBy: null }),
        of('a.json', {}),
      ],
      DEFAULT_GATE,
    )
    expect(evidence.requests).toEqual([
      {
        name: 'a.json',
        digest: sha256('{"a.json": "sent-secret"}'),
        sent: 2,
        passed: 1,
        failed: 0,
        unanswered: 1,
        unproven: 0,
        reasons: { 'no answer': 1 },
      },
      {
        name: 'b.json',
        digest: sha256('{"b.json": "sent-secret"}'),
        sent: 3,
        passed: 0,
        failed: 2,
        unanswered: 0,
        unproven: 1,
        reasons: {
          'the answer does not say which slot gave it': 1,
          'the body is a bare JSON string': 2,
        },
      },
    ])
    expect(JSON.stringify(evidence)).not.toContain('secret')
  })
})

test('who made an answer is judged, not written down', () => {
  const [good, bad] = samplesAt(10, 20)
  const made = make(
    [good as Sample, withAnswer(bad as Sample, { status: 503, from: 'slot', answeredBy: 'green' })],
    DEFAULT_GATE,
  )
  expect(made).toMatchObject({
    verdict: 'fail',
    requests: [{ failed: 1, unanswered: 0, reasons: { 'status 503 instead of 200': 1 } }],
    latencyMs: { max: 20 },
  })
  expect(JSON.stringify(made)).not.toContain('"from"')
  expect(findContradictions(made)).toEqual([])
})

test('evidence of answers that nobody can place is what it always was', () => {
  const samples = [200, 200, 503].map((status, index) => ({
    request: { name: 'a.json', body: '{}', contentType: 'application/json' },
    answer: { status, body: '[1]', answeredBy: 'green', latencyMs: 10 + index, detail: '' },
  }))
  expect(sha256(JSON.stringify(make(samples, DEFAULT_GATE)))).toBe(
    'a25218888b4a52ec9f15051b099e301eba41616b10a70252735617873d7f48e1',
  )
})

describe('an edited document', () => {
  const failed = make(
    samplesAt(10, 20).map((s, i) => (i === 0 ? withAnswer(s, { status: 400 }) : s)),
    DEFAULT_GATE,
  )
  const [entry] = failed.requests
  const edit = (changes: Partial<RequestCounts>): Partial<Evidence> => ({
    requests: [{ ...(entry as RequestCounts), ...changes }],
  })

  test.each<[string, Partial<Evidence>, string]>([
    ['the verdict', { verdict: 'pass' }, 'verdict'],
    ['a threshold', { rules: { ...DEFAULT_GATE, maximumFailureShare: 1 } }, 'verdict'],
    ['a count', edit({ failed: 0 }), 'requests a.json'],
    ['two counts', edit({ failed: 0, passed: 2 }), 'requests a.json'],
    ['all counts', edit({ failed: 0, passed: 2, reasons: {} }), 'verdict'],
    ['a reason', edit({ reasons: {} }), 'requests a.json'],
    ['latency away', { latencyMs: null }, 'latencyMs'],
    ['the requests away', { requests: [] }, 'verdict'],
    [
      'the revision',
      { target: { ...TARGET, revision: 'ffffffffffffffff.fedcba9876543210' } },
      'target',
    ],
  ])('%s: found, and never bound', (_, changes, where) => {
    const edited = { ...failed, ...changes }
    expect(findContradictions(edited).map((problem) => problem.where)).toContain(where)
    expect(() => bindVerdict(edited, 'd')).toThrow(
      expect.objectContaining({ code: 'EVIDENCE_CONTRADICTORY' }),
    )
  })

  test('an honest one is bound to its revision and digest', () => {
    expect(bindVerdict(failed, 'd1')).toEqual({
      verdict: 'fail',
      revision: '0123456789abcdef.fedcba9876543210',
      evidenceDigest: 'd1',
    })
  })
})
