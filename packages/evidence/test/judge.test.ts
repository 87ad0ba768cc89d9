import { describe, expect, test } from '@jest/globals'
import {
  DEFAULT_EXPECTATION,
  judgeAnswer,
  parsePolicy,
  type Expectation,
  type Judgement,
} from '@sluice/evidence'
import type { ProbeAnswer } from '@sluice/rollout'

const answer = (changes: Partial<ProbeAnswer>): ProbeAnswer => ({
  status: 200,
  body: '[12.5]',
  answeredBy: 'green',
  latencyMs: 5,
  detail: '',
  ...changes,
})

const expectation = (fields: Readonly<Record<string, unknown>>): Expectation => {
  const policy = parsePolicy({ expect: { '*': fields } })
  return (policy.ok ? policy.value.expectations[0] : undefined) ?? DEFAULT_EXPECTATION
}

const judge = (changes: Partial<ProbeAnswer>, expected = DEFAULT_EXPECTATION): Judgement =>
  judgeAnswer(answer(changes), expected, 'green')

describe('who answered, and whether', () => {
  test.each<[string, Partial<ProbeAnswer>, Judgement['kind'], string[]]>([
    ['good', {}, 'passed', []],
    ['no connection', { status: null, detail: 'refused' }, 'unanswered', ['no answer']],
    ['408', { status: 408, answeredBy: null }, 'unanswered', ['status 408']],
    ['429', { status: 429, answeredBy: null }, 'unanswered', ['status 429']],
    ['429 by the slot', { status: 429 }, 'unanswered', ['status 429']],
    ['500', { status: 500, answeredBy: null }, 'unanswered', ['status 500']],
    ['503', { status: 503, answeredBy: null }, 'unanswered', ['status 503']],
    ['599', { status: 599, answeredBy: null }, 'unanswered', ['status 599']],
    ['not ready', { status: 424, detail: 'model_not_ready' }, 'unanswered', ['model not ready']],
    [
      'too many pending',
      { status: 424, answeredBy: null, detail: 'model status 429: too_many_pending_request' },
      'unanswered',
      ['too many pending requests'],
    ],
    [
      'model error',
      { status: 424, detail: 'model status 500: model_error' },
      'failed',
      ['status 424 instead of 200'],
    ],
    [
      'key refused at the door',
      { status: 401, answeredBy: null },
      'unanswered',
      ['status 401: not allowed to ask'],
    ],
    ['403 by the slot', { status: 403 }, 'failed', ['status 403 instead of 200']],
    ['400 by the slot', { status: 400 }, 'failed', ['status 400 instead of 200']],
    ['201 by the slot', { status: 201 }, 'failed', ['status 201 instead of 200']],
    [
      'nobody signed',
      { answeredBy: null },
      'unproven',
      ['the answer does not say which slot gave it'],
    ],
    [
      'nobody signed a 404',
      { status: 404, answeredBy: null },
      'unproven',
      ['the answer does not say which slot gave it'],
    ],
    [
      'nobody signed a model error',
      { status: 424, answeredBy: null, detail: 'model_error' },
      'unproven',
      ['the answer does not say which slot gave it'],
    ],
    ['another slot', { answeredBy: 'blue' }, 'unproven', ['another slot answered']],
    [
      'another slot, 500',
      { status: 500, answeredBy: 'blue' },
      'unproven',
      ['another slot answered'],
    ],
    ['an empty name', { answeredBy: '' }, 'unproven', ['another slot answered']],
  ])('%s', (_, changes, kind, reasons) => {
    expect(judge(changes)).toEqual({ kind, reasons })
  })

  test('a status that was asked for is an answer, whatever it usually means', () => {
    const wanted = expectation({ status: 503 })
    expect(judge({ status: 503 }, wanted).kind).toBe('passed')
    expect(judge({ status: 503, answeredBy: null }, wanted).kind).toBe('unproven')
    expect(judge({ status: 200 }, wanted).kind).toBe('failed')
  })
})

describe('who made the answer, where that is known', () => {
  const own = { from: 'slot' } as const
  const door = { from: 'platform' } as const

  test.each<[string, Partial<ProbeAnswer>, Judgement['kind'], string[]]>([
    ['good', own, 'passed', []],
    ...[401, 403, 404, 408, 424, 429, 500, 502, 503, 504].map(
      (status): [string, Partial<ProbeAnswer>, Judgement['kind'], string[]] => [
        `${status} of the slot's own pods`,
        { ...own, status },
        'failed',
        [`status ${status} instead of 200`],
      ],
    ),
    [
      'their error page does not repeat the proof',
      { ...own, status: 500, answeredBy: null },
      'failed',
      ['status 500 instead of 200'],
    ],
    [
      'their words of a model that is not ready',
      { ...own, status: 424, detail: 'model_not_ready' },
      'failed',
      ['status 424 instead of 200'],
    ],
    [
      'what is expected must still be proven',
      { ...own, answeredBy: null },
      'unproven',
      ['the answer does not say which slot gave it'],
    ],
    [
      'another slot said it was its own',
      { ...own, status: 500, answeredBy: 'blue' },
      'unproven',
      ['another slot answered'],
    ],
    ['no status', { ...own, status: null }, 'unanswered', ['no answer']],
    ['the door, 503', { ...door, status: 503 }, 'unanswered', ['status 503 of the platform']],
    ['the door, 404', { ...door, status: 404 }, 'unanswered', ['status 404 of the platform']],
    ['the door, 200', door, 'unanswered', ['status 200 of the platform']],
  ])('%s', (_, changes, kind, reasons) => {
    expect(judge(changes)).toEqual({ kind, reasons })
  })

  test('a status that is expected of the slot passes', () => {
    expect(judge({ ...own, status: 503 }, expectation({ status: 503 })).kind).toBe('passed')
  })
})

describe('what the body says', () => {
  test.each<[string, string, Readonly<Record<string, unknown>>, string[]]>([
    ['default: a list', '[1]', {}, []],
    ['default: not JSON', 'hello', {}, []],
    ['default: empty', '', {}, []],
    [
      'default: an error text',
      '"name \'x\' is not defined"',
      {},
      ['the body is a bare JSON string'],
    ],
    ['default: with blanks', ' "oops" \n', {}, ['the body is a bare JSON string']],
    ['a string is fine when text is judged', '"ok"', { text: { contains: 'ok' } }, []],
    ['contains', 'abc', { text: { contains: 'x' } }, ['text: does not contain']],
    ['equals', 'abc', { text: { equals: 'abc' } }, []],
    ['equals not', 'abc ', { text: { equals: 'abc' } }, ['text: is not equal']],
    ['matches', 'abc', { text: { matches: '^a.c$' } }, []],
    ['matches not', 'abc', { text: { matches: '^b' } }, ['text: does not match']],
    [
      'too long to match',
      'a'.repeat(65_537),
      { text: { matches: 'a' } },
      ['text: too long to be matched'],
    ],
    [
      'every fault of a text',
      'abc',
      { text: { contains: 'x', equals: 'y', matches: 'z' } },
      ['text: does not contain', 'text: is not equal', 'text: does not match'],
    ],
    ['value', '[12.5]', { values: [{ path: '$[0]', equals: 12, tolerance: 0.5 }] }, []],
    [
      'value off',
      '[12.6]',
      { values: [{ path: '$[0]', equals: 12, tolerance: 0.5 }] },
      ['value $[0]: differs, wanted 12 ± 0.5'],
    ],
    ...[
      ['an error text with status 200', '"no fare"', '$[0]', 'the body is a text, wanted 48 ± 8'],
      ['a number as the body', '7', '$[0]', 'the body is a number, wanted 48 ± 8'],
      ['null as the body', 'null', '$[0]', 'the body is null, wanted 48 ± 8'],
      ['an object for a list', '{"error": "x"}', '$[0]', 'missing in an object, wanted 48 ± 8'],
      ['an empty list', '[]', '$[0]', 'missing in a list, wanted 48 ± 8'],
      ['a deep text', '{"a": "x"}', '$.a[0]', 'missing in a text, wanted 48 ± 8'],
      ['another type', '["48"]', '$[0]', 'is a text, wanted 48 ± 8'],
      ['a truth', '[true]', '$[0]', 'is true or false, wanted 48 ± 8'],
    ].map(
      ([name = '', body = '', path = '', reason = '']): [
        string,
        string,
        Readonly<Record<string, unknown>>,
        string[],
      ] => [
        `value: ${name}`,
        body,
        { values: [{ path, equals: 48, tolerance: 8 }] },
        [`value ${path}: ${reason}`],
      ],
    ),
    [
      'a long wanted value is cut',
      '["y"]',
      { values: [{ path: '$[0]', equals: 'x'.repeat(100) }] },
      [`value $[0]: differs, wanted "${'x'.repeat(38)}…`],
    ],
    ['value of no JSON', 'NaN', { values: [{ path: '$', equals: 1 }] }, ['the body is not JSON']],
    [
      'text and values together',
      '{"a": 1}',
      { text: { contains: 'b' }, values: [{ path: '$.a', equals: 2 }] },
      ['text: does not contain', 'value $.a: differs, wanted 2'],
    ],
  ])('%s', (_, body, fields, reasons) => {
    const kind = reasons.length === 0 ? 'passed' : 'failed'
    expect(judge({ body }, expectation(fields))).toEqual({ kind, reasons })
  })

  test('a string is what a refusal usually holds', () => {
    expect(judge({ status: 400, body: '"bad input"' }, expectation({ status: 400 })).kind).toBe(
      'passed',
    )
  })
})
