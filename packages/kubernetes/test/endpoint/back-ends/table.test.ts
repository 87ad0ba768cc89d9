// Every kind of the input has its own back end.
import { expect, test } from '@jest/globals'
import { backEndOf } from '../../../src/endpoint/back-ends/index.ts'
import { BACK_ENDS } from '../../../src/endpoint/place.ts'

test.each(BACK_ENDS)('%s', (kind) => {
  const backEnd = backEndOf(kind)
  expect(backEnd.kind).toBe(kind)
  expect(backEnd.resource.verbs).toEqual(
    expect.arrayContaining(['create', 'get', 'list', 'patch', 'watch']),
  )
})
