import { describe, expect, test } from '@jest/globals'
import { equalJson, lookUp, parseJsonPath } from '@sluice/evidence'

const BODY: unknown = JSON.parse(
  '{"a": {"b": [10, {"c d": "x"}]}, "n": null, "__proto__": 7, "list": [[1, 2], [3]]}',
)

describe('lookUp', () => {
  test.each([
    ['$', BODY],
    ['$.a.b[0]', 10],
    ["$.a.b[1]['c d']", 'x'],
    ['$["a"].b[1]["c d"]', 'x'],
    ['$.n', null],
    ['$.list[0][1]', 2],
    ['$.__proto__', 7],
  ])('%s leads to a value', (text, value) => {
    const path = parseJsonPath(text)
    expect(path.ok && lookUp(path.value, BODY)).toEqual({ found: true, value })
  })

  test.each([
    ['$.x', 0, BODY],
    ['$.a.b[2]', 2, [10, { 'c d': 'x' }]],
    ['$.a[0]', 1, { b: [10, { 'c d': 'x' }] }],
    ['$.list.length', 1, [[1, 2], [3]]],
    ['$.constructor', 0, BODY],
    ['$.n.x', 1, null],
    ['$[0]', 0, BODY],
  ])('%s leads nowhere after %d steps', (text, depth, stoppedAt) => {
    const path = parseJsonPath(text)
    expect(path.ok && lookUp(path.value, BODY)).toEqual({ found: false, depth, stoppedAt })
  })
})

test.each(['', 'a', '$a', '$.', '$[', '$[-1]', '$[x]', '$..a', '$[0', '$[*]', '$.a b', '$ '])(
  'path "%s" is refused',
  (text) => {
    expect(parseJsonPath(text).ok).toBe(false)
  },
)

test.each([
  [1, 1, 0, true],
  [1, 1.1, 0, false],
  [1, 1.1, 0.2, true],
  ['1', 1, 5, false],
  ['a', 'a', 0, true],
  ['a', 'b', 9, false],
  [null, null, 0, true],
  [null, {}, 0, false],
  [{}, null, 0, false],
  [true, true, 0, true],
  [[1, 2], [1, 2.05], 0.1, true],
  [[1, 2], [1, 2.05], 0.01, false],
  [[1], [1, 2], 1, false],
  [[], {}, 0, false],
  [{ a: 1, b: 2 }, { b: 2, a: 1 }, 0, true],
  [{ a: 1 }, { a: 1, b: 2 }, 0, false],
  [{ toString: 1 }, { a: 1 }, 0, false],
  [{ a: { b: [1] } }, { a: { b: [3] } }, 2, true],
])('%j equals %j within %d: %s', (found, wanted, tolerance, equal) => {
  expect(equalJson(found, wanted, tolerance)).toBe(equal)
})
