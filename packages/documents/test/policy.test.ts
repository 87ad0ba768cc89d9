import { describe, expect, test } from '@jest/globals'
import { nearest, parseYaml, validate } from '@sluice/documents'

/** Complaints about a policy file, as `line: message`. */
function complaints(text: string): readonly string[] {
  const read = parseYaml(text, { file: 'p' })
  expect(read).toMatchObject({ ok: true })
  if (!read.ok) return []
  const { value, lineOf } = read.value
  return validate('policy', value).map(({ path, message }) => `${lineOf(path)}: ${message}`)
}

describe('policy files', () => {
  test('a full one is valid', () => {
    const text = `
expect:
  'short-*.json':
    status: 200
    text: { contains: fare, equals: x, matches: '^\\[' }
    values:
      - { path: '$[0]', equals: 6.5, tolerance: 3 }
      - { path: '$.kind', equals: null }
gate:
  minimum-samples: 2
  maximum-failure-share: 0.01
  maximum-unanswered-share: 0.2
  maximum-p95-ms: 300
`
    expect(complaints(text)).toEqual([])
  })

  test.each<[string, string, string]>([
    ['a typing error at the top', 'expects: {}', '1: unknown key expects; did you mean expect?'],
    [
      'another way to join words',
      'gate:\n  minimum_samples: 1',
      '2: unknown key minimum_samples; did you mean minimum-samples?',
    ],
    ['a key that is like none', 'gate:\n  zzz: 1', '2: unknown key zzz; known: minimum-samples'],
    [
      'a key that comes later',
      "expect:\n  'a.json':\n    json-schema: x",
      '3: unknown key json-schema; known: status, text, values',
    ],
    [
      'a text for a number',
      'gate:\n  maximum-p95-ms: fast',
      '2: found "fast"; wanted a number (milliseconds',
    ],
    [
      'a share in percent',
      'gate:\n  maximum-failure-share: 5',
      '2: found 5; wanted a number from 0 to 1',
    ],
    [
      'a share of more than all',
      'gate:\n  maximum-unanswered-share: 1.5',
      '2: found 1.5; wanted a number from 0 to 1',
    ],
    [
      'no samples at all',
      'gate:\n  minimum-samples: 0',
      '2: found 0; wanted a whole number, 1 or more',
    ],
    [
      'an empty expectation',
      "expect:\n  'a.json': {}",
      '2: is empty; wanted status, text or values',
    ],
    ['no expectation', "expect:\n  'a.json':", '2: found null; wanted a mapping'],
    ['a list of expectations', 'expect:\n  - status: 200', '1: found a list; wanted a mapping'],
    [
      'a value without its wish',
      'expect:\n  a:\n    values:\n      - path: $',
      '4: equals is missing',
    ],
    [
      'a negative tolerance',
      'expect:\n  a:\n    values:\n      - { path: $, equals: 1, tolerance: -1 }',
      '4: found -1',
    ],
    [
      'a status that is none',
      'expect:\n  a:\n    status: 20',
      '3: found 20; wanted an HTTP status',
    ],
    ['no mapping', '- 1', '1: found a list; wanted a mapping'],
  ])('%s', (_, text, complaint) => {
    expect(complaints(text)).toEqual([expect.stringContaining(complaint)])
  })

  test('all are told at once', () => {
    expect(complaints('expekt: 1\ngate: { minimum-samples: x, maximum-p95-ms: 0 }')).toHaveLength(3)
  })
})

describe('the nearest name', () => {
  const known = ['status', 'text', 'values']
  test.each([
    ['Status', 'status'],
    ['vlaues', 'values'],
    ['test', 'text'],
    ['xxxx', null],
    ['', null],
  ])('%j', (name, expected) => {
    expect(nearest(name, known)).toBe(expected)
  })
})
