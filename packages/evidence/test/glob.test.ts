import { describe, expect, test } from '@jest/globals'
import { isGlob, matchesGlob } from '@sluice/evidence'

describe('matchesGlob', () => {
  test.each([
    ['*.json', 'a.json', true],
    ['*.json', 'edge/a.json', true],
    ['*.json', 'a.txt', false],
    ['a.json', 'a.json', true],
    ['a.json', 'aXjson', false],
    ['edge/*.json', 'edge/a.json', true],
    ['edge/*.json', 'edge/deep/a.json', false],
    ['edge/*.json', 'other/a.json', false],
    ['edge/**', 'edge/deep/a.json', true],
    ['edge/**', 'edge', false],
    ['**/a.json', 'a.json', true],
    ['**/a.json', 'x/y/a.json', true],
    ['**', 'x/y/a.json', true],
    ['x/**/a.json', 'x/a.json', true],
    ['x/**/a.json', 'x/1/2/a.json', true],
    ['?.json', 'a.json', true],
    ['?.json', 'ab.json', false],
    ['a*b*c', 'aXbYbZc', true],
    ['a*b*c', 'aXbYbZ', false],
    ['[ab].json', '[ab].json', true],
    ['[ab].json', 'a.json', false],
    ['', 'a', false],
  ])('%s on %s: %s', (glob, name, fits) => {
    expect(matchesGlob(glob, name)).toBe(fits)
  })

  test('many stars on a long name end at once', () => {
    const began = performance.now()
    expect(matchesGlob('*a'.repeat(40) + 'b', 'a'.repeat(5000))).toBe(false)
    expect(performance.now() - began).toBeLessThan(1000)
  })

  test.each([
    ['a.json', false],
    ['requests', false],
    ['a*', true],
    ['a?', true],
  ])('isGlob %s: %s', (text, glob) => {
    expect(isGlob(text)).toBe(glob)
  })
})
