// The patch between two states, against the same rules applied.
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { mergePatchBetween, sameJson } from '../../../src/endpoint/back-ends/merge-patch.ts'
import { merged } from './routed-scenes.ts'

type Json = Readonly<Record<string, unknown>>

const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.integer(),
    fc.string(),
    fc.boolean(),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c', 'toString'), tie('value'), {
      noNullPrototype: true,
    }),
  ),
}))
const object = fc
  .dictionary(fc.constantFrom('a', 'b', 'c', 'toString'), value, { noNullPrototype: true })
  .map((one): Json => one)

test('it turns one into the other, and is empty only between equals', () => {
  fc.assert(
    fc.property(object, object, (before, after) => {
      const patch = mergePatchBetween(before, after)
      expect(merged(before, patch)).toEqual(after)
      expect(Object.keys(patch).length === 0).toBe(sameJson(before, after))
      expect(mergePatchBetween(after, structuredClone(after))).toEqual({})
    }),
  )
})

test('the order of fields does not count, that of a list does', () => {
  expect(mergePatchBetween({ a: { x: 1, y: 2 } }, { a: { y: 2, x: 1 } })).toEqual({})
  expect(mergePatchBetween({ a: [1, 2] }, { a: [2, 1] })).toEqual({ a: [2, 1] })
})
