import { describe, expect, test } from '@jest/globals'
import {
  DEFAULT_EXPECTATION,
  DEFAULT_GATE,
  DEFAULT_POLICY,
  expectationFor,
  parsePolicy,
  type Policy,
} from '@sluice/evidence'

const read = (value: unknown): Policy => {
  const policy = parsePolicy(value)
  expect(policy).toMatchObject({ ok: true })
  return policy.ok ? policy.value : DEFAULT_POLICY
}

describe('parsePolicy', () => {
  test.each([[{}], [null], [{ expect: {} }], [{ gate: {} }]])('%j is the default', (value) => {
    expect(read(value)).toEqual(DEFAULT_POLICY)
  })

  test('reads every field', () => {
    const policy = read({
      expect: {
        'a.json': {
          status: 201,
          text: { contains: 'x', equals: 'y', matches: '^z' },
          values: [
            { path: '$[0]', equals: 3, tolerance: 0.5 },
            { path: '$.a', equals: 'b' },
          ],
        },
      },
      gate: {
        'minimum-samples': 20,
        'maximum-failure-share': 0.1,
        'maximum-unanswered-share': 0.2,
        'maximum-p95-ms': 250,
      },
    })
    expect(policy).toEqual({
      expectations: [
        {
          glob: 'a.json',
          status: 201,
          text: { contains: 'x', equals: 'y', matches: /^z/u },
          values: [
            { path: { text: '$[0]', steps: [0] }, equals: 3, tolerance: 0.5 },
            { path: { text: '$.a', steps: ['a'] }, equals: 'b', tolerance: 0 },
          ],
        },
      ],
      gate: {
        minimumSamples: 20,
        maximumFailureShare: 0.1,
        maximumUnansweredShare: 0.2,
        maximumP95Ms: 250,
      },
    })
  })

  test('an expectation without status wants 200', () => {
    expect(read({ expect: { '*': { text: { contains: 'x' } } } }).expectations).toEqual([
      { glob: '*', status: 200, text: { contains: 'x' } },
    ])
  })

  test('tells every bad path and pattern at once, each where it stands', () => {
    const policy = parsePolicy(
      {
        expect: {
          a: { text: { matches: '(' } },
          b: {
            values: [
              { path: '$', equals: 1 },
              { path: 'fare', equals: 1 },
            ],
          },
          c: { text: { matches: 'a'.repeat(1001) } },
        },
      },
      (path) => `policy.yml at ${path.join('/')}`,
    )
    expect(policy).toEqual({
      ok: false,
      problems: [
        {
          where: 'policy.yml at expect/a/text/matches',
          message: expect.stringContaining('regular expression'),
        },
        {
          where: 'policy.yml at expect/b/values/1/path',
          message: expect.stringContaining('found "fare"'),
        },
        {
          where: 'policy.yml at expect/c/text/matches',
          message: 'found 1001 characters; wanted at most 1000',
        },
      ],
    })
  })
})

test('the first expectation that fits a name counts', () => {
  const policy = read({
    expect: { 'edge/*': { status: 424 }, '*.json': { status: 201 } },
  })
  expect(expectationFor(policy, 'edge/a.json').status).toBe(424)
  expect(expectationFor(policy, 'a.json').status).toBe(201)
  expect(expectationFor(policy, 'a.txt')).toBe(DEFAULT_EXPECTATION)
  expect(policy.gate).toEqual(DEFAULT_GATE)
})
