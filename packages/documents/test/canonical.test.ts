import { createHash } from 'node:crypto'
import { runInNewContext } from 'node:vm'
import { describe, expect, test } from '@jest/globals'
import { canonicalJson, digestOf } from '@sluice/documents'
import fc from 'fast-check'

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

describe('canonical JSON', () => {
  test.each<[string, unknown, string]>([
    [
      'keys by code unit, not by code point',
      { '\u{1F600}': 1, '\uFB33': 2 },
      '{"\u{1F600}":1,"\uFB33":2}',
    ],
    ['keys that look like numbers', { 10: 'a', 9: 'b' }, '{"10":"a","9":"b"}'],
    ['nested', { b: [{ d: 1, c: null }], a: {} }, '{"a":{},"b":[{"c":null,"d":1}]}'],
    [
      'large and small numbers',
      [1e21, 1e20, 1e-7, 0.000001],
      '[1e+21,100000000000000000000,1e-7,0.000001]',
    ],
    ['minus zero', -0, '0'],
    ['the shortest digits', [0.1 + 0.2, 5e-324], '[0.30000000000000004,5e-324]'],
    ['controls and quotes', '\u0000\b\u000b"\\/\u007f€', '"\\u0000\\b\\u000b\\"\\\\/\u007f€"'],
    ['a key called __proto__', JSON.parse('{"__proto__":1,"a":2}'), '{"__proto__":1,"a":2}'],
    ['an object of another realm', runInNewContext('({b: [1], a: 2})'), '{"a":2,"b":[1]}'],
    [
      'an object without prototype',
      Object.assign(Object.create(null) as object, { a: 1 }),
      '{"a":1}',
    ],
  ])('%s', (_, value, text) => {
    expect(canonicalJson(value)).toBe(text)
  })

  test.each<[string, unknown, string]>([
    ['NaN', { a: { b: [NaN] } }, '/a/b/0: found NaN'],
    ['infinity', -Infinity, '/: found -Infinity'],
    ['undefined in an object', { a: undefined }, '/a: found a value of type undefined'],
    ['a hole in a list', Array(1), '/0: found a value of type undefined'],
    ['half a surrogate pair', { a: '\uD83D' }, '/a: found a text with half'],
    ['half a pair in a key', { '\uDE00': 1 }, 'found a text with half'],
    ['a bigint', [1n], '/0: found a value of type bigint'],
    ['a date', { at: new Date(0) }, '/at: found a class instance'],
    ['a map', new Map(), '/: found a class instance'],
    ['a function', () => 1, '/: found a value of type function'],
  ])('refuses %s', (_, value, message) => {
    expect(() => canonicalJson(value)).toThrow(
      expect.objectContaining({
        code: 'DOCUMENTS_NOT_CANONICAL',
        message: expect.stringContaining(message),
      }),
    )
  })

  test('refuses a cycle, but not the same value twice', () => {
    const loop: Record<string, unknown> = {}
    loop['self'] = [loop]
    expect(() => canonicalJson(loop)).toThrow('found a cycle')
    const shared = { a: 1 }
    expect(canonicalJson([shared, shared])).toBe('[{"a":1},{"a":1}]')
  })

  test('any JSON value survives, and its form is its own', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        const text = canonicalJson(value)
        expect(canonicalJson(JSON.parse(text))).toBe(text)
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
  })
})

describe('digests', () => {
  test('do not depend on the order of keys', () => {
    const digest = digestOf({ a: 1, b: 2 }, sha256)
    expect(digestOf({ b: 2, a: 1 }, sha256)).toBe(digest)
    expect(digest).toBe('43258cff783fe7036d8a43033f830adfc60ec037382473548ac742b888292777')
  })
})
