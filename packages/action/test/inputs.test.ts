import { describe, expect, test } from '@jest/globals'
import { readInputs, type InputReader } from '@sluice/action'
import { bad, good } from '@sluice/rollout'

const read = <Value>(raw: Readonly<Record<string, string>>, use: (read: InputReader) => Value) => {
  const reader = readInputs(raw)
  const value = use(reader)
  const end = reader.done({ value })
  return end.ok ? end.value.value : end.problems.map(({ where, message }) => `${where}: ${message}`)
}

const range = { min: 1, max: 100 }

describe('values', () => {
  test.each<[string, string, (read: InputReader) => unknown, unknown]>([
    ['text', ' a b\n', (r) => r.text('x'), 'a b'],
    ['no text', '', (r) => r.text('x'), ''],
    ['optional', '', (r) => r.optional('x'), null],
    ['one of', 'b', (r) => r.oneOf('x', ['a', 'b']), 'b'],
    ['whole number', '007', (r) => r.wholeNumber('x', range), 7],
    ['no whole number', '', (r) => r.optionalWholeNumber('x', range), null],
    ['whole numbers', '10, 50,100', (r) => r.wholeNumbers('x', range), [10, 50, 100]],
    ['flag', 'false', (r) => r.flag('x'), false],
    ['list with commas', 'a, b,,c', (r) => r.list('x'), ['a', 'b', 'c']],
    ['list with lines', 'a\r\n b \n\n', (r) => r.list('x'), ['a', 'b']],
    ['no list', '', (r) => r.list('x'), []],
    ['another result', '1', (r) => r.take(good(r.text('x'))), '1'],
  ])('%s', (_, given, use, value) => {
    expect(read({ x: given }, use)).toEqual(value)
  })

  test('the config cannot be changed any more', () => {
    const end = readInputs({}).done({ a: 1 })
    expect(end.ok && Object.isFrozen(end.value)).toBe(true)
  })
})

describe('problems', () => {
  test.each<[string, string, (read: InputReader) => unknown, string]>([
    ['required', ' ', (r) => r.required('x'), 'is empty; wanted a value'],
    [
      'one of, other case',
      'A',
      (r) => r.oneOf('x', ['a', 'b', 'c']),
      'found "A"; wanted a, b or c',
    ],
    ['one of, empty', '', (r) => r.oneOf('x', ['a']), 'is empty; wanted a'],
    ['a flag in another word', 'True', (r) => r.flag('x'), 'found "True"; wanted true or false'],
    ['a flag that is missing', '', (r) => r.flag('x'), 'is empty; wanted true or false'],
    [
      'a number above',
      '101',
      (r) => r.wholeNumber('x', range),
      'found "101"; wanted a whole number from 1 to 100',
    ],
    [
      'a number below',
      '0',
      (r) => r.wholeNumber('x', range),
      'found "0"; wanted a whole number from 1 to 100',
    ],
    [
      'a fraction',
      '1.5',
      (r) => r.wholeNumber('x', range),
      'found "1.5"; wanted a whole number from 1 to 100',
    ],
    [
      'a sign',
      '+5',
      (r) => r.wholeNumber('x', range),
      'found "+5"; wanted a whole number from 1 to 100',
    ],
    [
      'hexadecimal',
      '0x5',
      (r) => r.wholeNumber('x', range),
      'found "0x5"; wanted a whole number from 1 to 100',
    ],
    [
      'one of several',
      '5,x',
      (r) => r.wholeNumbers('x', range),
      'found "x"; wanted a whole number from 1 to 100',
    ],
    [
      'an empty one of several',
      '5,',
      (r) => r.wholeNumbers('x', range),
      'is empty; wanted a whole number from 1 to 100',
    ],
  ])('%s', (_, given, use, message) => {
    expect(read({ x: given }, use)).toEqual([`input x: ${message}`])
  })

  test('all come together, in the order of reading', () => {
    const found = read({ a: '', b: 'x' }, (r) => {
      r.required('a')
      r.flag('b')
      r.take(bad({ where: 'input target', message: 'is broken' }))
      r.problem('c', 'not together with a')
    })
    expect(found).toEqual([
      'input a: is empty; wanted a value',
      'input b: found "x"; wanted true or false',
      'input target: is broken',
      'input c: not together with a',
    ])
  })

  test('a long text is cut', () => {
    expect(read({ x: 'y'.repeat(500) }, (r) => r.flag('x'))).toEqual([
      `input x: found "${'y'.repeat(80)}..."; wanted true or false`,
    ])
  })
})
