import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { parseDocument, renderDocument, type DocumentKind } from '@sluice/documents'
import type { Plan, RevisionLock, Target } from '@sluice/rollout'
import { renderValidators } from '../../../scripts/compile-schemas.ts'

const hex = (length: number): string => 'a1'.repeat(length / 2)

const target: Target = {
  schema: 'sluice/target/v1',
  platform: 'azureml',
  place: { workspace: 'w' },
  endpoint: '/subscriptions/1/e',
  name: 'taxi',
  slot: 'green',
  revision: `${hex(16)}.${hex(16)}`,
  revisionDigest: hex(64),
  contents: { model: 'taxi:3', code: null },
}

const plan: Plan = {
  schema: 'sluice/plan/v1',
  rollout: hex(16),
  endpoint: '/subscriptions/1/e',
  slot: 'green',
  revision: `${hex(16)}.${hex(16)}`,
  strategy: { steps: [10, 100], bakeSeconds: 60 },
  before: { blue: 100 },
  beforeRevision: null,
  steps: [
    { weights: { blue: 90, green: 10 }, bakeSeconds: 60 },
    { weights: { green: 100 }, bakeSeconds: 60 },
  ],
  back: 'one write of blue=100',
}

const match = { kind: 'header', name: 'x-cohort', value: 'beta' } as const
const routedPlan: Plan = {
  ...plan,
  strategy: { steps: [0], bakeSeconds: 60, match, mirrorPercent: 5 },
  beforeReplicas: 3,
  steps: [
    {
      weights: { blue: 100 },
      bakeSeconds: 60,
      match: { ...match, slot: 'green' },
      mirror: { green: 5 },
    },
  ],
}

const lock: RevisionLock = {
  schema: 'sluice/lock/v1',
  endpoints: {
    taxi: {
      revision: { model: 'taxi:3' },
      revisionDigest: hex(64),
      evidenceDigest: hex(64),
      testedCommit: hex(40),
    },
  },
}

const evidence = {
  schema: 'sluice/evidence/v1',
  target,
  requests: [
    {
      name: 'short.json',
      digest: hex(64),
      sent: 3,
      passed: 2,
      failed: 1,
      unanswered: 0,
      unproven: 0,
      reasons: { 'status 500': 1 },
    },
  ],
  latencyMs: null,
  rules: {
    minimumSamples: 1,
    maximumFailureShare: 0.5,
    maximumUnansweredShare: 0.5,
    maximumP95Ms: null,
  },
  policyDigest: null,
  verdict: 'pass',
  reasons: ['2 of 3'],
} as const

const samples: readonly [DocumentKind, { readonly schema: string }][] = [
  ['target', target],
  ['plan', plan],
  ['lock', lock],
  ['evidence', evidence],
]

const parse = (kind: DocumentKind, value: unknown) =>
  parseDocument(kind, JSON.stringify(value), { file: 'x.json' })

/** A copy with one value at a path of keys replaced; undefined removes it. */
function changed(value: object, path: readonly (string | number)[], to: unknown): object {
  const copy: object = structuredClone(value)
  let here = copy as Record<string | number, unknown>
  for (const key of path.slice(0, -1)) here = here[key] as Record<string | number, unknown>
  here[path.at(-1) ?? ''] = to
  return copy
}

describe('documents that travel', () => {
  test.each(samples)('%s: what was rendered is read again', (kind, value) => {
    expect(parseDocument(kind, renderDocument(value), { file: 'x' })).toEqual({ ok: true, value })
  })

  test('plan: match, mirror and replicas are read again too', () => {
    const read = parseDocument('plan', renderDocument(routedPlan), { file: 'x' })
    expect(read).toEqual({ ok: true, value: routedPlan })
  })

  test.each(samples)('%s: unknown fields are kept', (kind, value) => {
    const later = { ...value, 'field-of-v1.3': [1] }
    expect(parse(kind, later)).toEqual({ ok: true, value: later })
  })

  test.each(samples)('%s: each field it has is required', (kind, value) => {
    const missing = Object.keys(value).filter(
      (key) => parse(kind, changed(value, [key], undefined)).ok,
    )
    expect(missing).toEqual([])
  })

  test.each(samples)('%s: another major version is refused in its own words', (kind, value) => {
    expect(parse(kind, { ...value, schema: `sluice/${kind}/v2` })).toEqual({
      ok: false,
      problems: [
        { where: 'x.json', message: expect.stringContaining('version 2 are not known here') },
      ],
    })
  })

  test('the rendered form is canonical: keys sorted, no line end', () => {
    expect(renderDocument(lock)).toMatch(/^\{"endpoints":\{.*\},"schema":"sluice\/lock\/v1"\}$/)
  })

  test('a text that is no JSON, with its place', () => {
    expect(parseDocument('plan', '{"schema":\n x', { file: 'p.json' })).toMatchObject({
      ok: false,
      problems: [{ where: 'p.json:2:2' }],
    })
  })

  test.each<[unknown, RegExp]>([
    [[], /wanted a JSON object/],
    [null, /wanted a JSON object/],
    [{}, /schema is missing/],
    [{ schema: 1 }, /schema is missing/],
    [{ schema: 'other' }, /found schema "other"/],
    [plan, /this is a plan document; wanted a target document/],
  ])('what is no target: %j', (value, message) => {
    const read = parse('target', value)
    expect(read).toEqual({
      ok: false,
      problems: [{ where: 'x.json', message: expect.stringMatching(message) }],
    })
  })

  test.each<[DocumentKind, object, readonly (string | number)[], unknown, string]>([
    [
      'target',
      target,
      ['platform'],
      'azure',
      'found "azure"; wanted one of azureml, kubernetes, memory',
    ],
    ['target', target, ['place', 'workspace'], 7, 'found 7; wanted a text'],
    ['target', target, ['revision'], 'A1', 'found "A1"; wanted <revision 16 hex>'],
    ['target', target, ['slot'], '', 'found ""; wanted a text that is not empty'],
    [
      'plan',
      plan,
      ['steps', 1, 'weights', 'green'],
      101,
      'found 101; wanted a whole number from 0 to 100',
    ],
    ['plan', plan, ['strategy', 'steps'], [], 'is empty'],
    [
      'plan',
      plan,
      ['strategy', 'bakeSeconds'],
      1.5,
      'wanted a whole number (whole seconds, 0 or more)',
    ],
    [
      'plan',
      routedPlan,
      ['strategy', 'match', 'name'],
      'x:y',
      'found "x:y"; wanted a token of RFC 9110',
    ],
    [
      'plan',
      routedPlan,
      ['strategy', 'match', 'value'],
      'a\r\nb',
      'wanted printable ASCII without blanks at its ends',
    ],
    [
      'plan',
      routedPlan,
      ['strategy', 'match', 'kind'],
      'path',
      'found "path"; wanted one of header, cookie',
    ],
    ['plan', routedPlan, ['strategy', 'mirrorPercent'], 0, 'found 0; wanted'],
    ['plan', routedPlan, ['steps', 0, 'match', 'slot'], '', 'found ""; wanted a text'],
    ['plan', routedPlan, ['steps', 0, 'mirror', 'green'], 101, 'found 101; wanted a whole number'],
    [
      'plan',
      routedPlan,
      ['beforeReplicas'],
      -1,
      'found -1; wanted a whole number of ready replicas',
    ],
    [
      'lock',
      lock,
      ['endpoints', 'taxi', 'testedCommit'],
      'main',
      'found "main"; wanted the commit',
    ],
    ['evidence', evidence, ['target', 'slot'], 3, 'found 3; wanted a text (name of the slot)'],
    [
      'evidence',
      evidence,
      ['requests', 0, 'sent'],
      -1,
      'found -1; wanted a whole number, 0 or more',
    ],
    [
      'evidence',
      evidence,
      ['rules', 'maximumFailureShare'],
      2,
      'found 2; wanted a number from 0 to 1',
    ],
    ['evidence', evidence, ['verdict'], 'ok', 'found "ok"; wanted one of pass, fail, inconclusive'],
  ])('%s with %j', (kind, value, path, to, message) => {
    const read = parse(kind, changed(value, path, to))
    expect(read).toEqual({
      ok: false,
      problems: [
        { where: expect.stringMatching(/^x\.json ./), message: expect.stringContaining(message) },
      ],
    })
  })

  test('every problem is told, each with its path', () => {
    const wrong = changed(changed(plan, ['steps', 0, 'weights', 'blue'], 'x'), ['slot'], 1)
    const read = parse('plan', wrong)
    expect(read.ok ? [] : read.problems.map(({ where }) => where).sort()).toEqual([
      'x.json slot',
      'x.json steps[0].weights.blue',
    ])
  })
})

describe('compiled validators', () => {
  test('are what the schemas compile to', () => {
    const generated = new URL('../src/validators.js', import.meta.url)
    expect(readFileSync(generated, 'utf8')).toBe(renderValidators())
  })
})
