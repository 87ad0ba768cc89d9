import { describe, expect, test } from '@jest/globals'
import { parsePolicyText } from '@sluice/probe'

const FILE = { file: 'sluice.policy.yml' }

test('a policy file as users write it', () => {
  const policy = parsePolicyText(
    [
      'expect:',
      "  'edge/*.json': { status: 424 }",
      "  '*.json':",
      '    values:',
      "      - { path: '$[0]', equals: 12.5, tolerance: 0.5 }",
      'gate:',
      '  minimum-samples: 2',
    ].join('\n'),
    FILE,
  )
  expect(policy).toEqual({
    ok: true,
    value: {
      expectations: [
        { glob: 'edge/*.json', status: 424 },
        {
          glob: '*.json',
          status: 200,
          values: [{ path: { text: '$[0]', steps: [0] }, equals: 12.5, tolerance: 0.5 }],
        },
      ],
      gate: {
        minimumSamples: 2,
        maximumFailureShare: 0,
        maximumUnansweredShare: 0.5,
        maximumP95Ms: null,
      },
    },
  })
})

describe('problems stand on their line', () => {
  test.each([
    ['expect:\n  a.json: {status: 99}\ngate:\n  minimum-samples: 0', [2, 4]],
    ['gate:\n  maximum-p95: 3', [2]],
    ['expect:\n  a.json:\n    values:\n      - path: fare\n        equals: 1', [4]],
    ["expect:\n  a.json:\n    text:\n      matches: '('", [4]],
    ['expect:\n  a: {status: 200}\n  a: {status: 200}', [3]],
    ['', [1]],
  ])('%j', (text, lines) => {
    const policy = parsePolicyText(text, FILE)
    const found = policy.ok ? [] : policy.problems.map(({ where }) => where)
    expect(found).toEqual(lines.map((line) => `sluice.policy.yml:${line}`))
  })
})
