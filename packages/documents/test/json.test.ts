import { describe, expect, test } from '@jest/globals'
import { parseJson } from '@sluice/documents'
import fc from 'fast-check'

const parse = (text: string) => parseJson(text, { file: 'f.json' })

describe('JSON texts', () => {
  test('a byte order mark and any blanks are fine', () => {
    expect(parse('\uFEFF \r\n {"a" : [1, -0.5e+3, "\\u00e9", true, null] } \n')).toEqual({
      ok: true,
      value: { a: [1, -500, 'é', true, null] },
    })
  })

  test.each([
    ['', '1:1', 'found the end of the text; wanted a value'],
    ['{"a": 1', '1:8', 'found the end of the text; wanted , or }'],
    ['{\n  "a": 1,\n}', '3:1', 'found "}"; wanted a key in double quotes'],
    ['{\r\n\ta: 1}', '2:2', 'found "a"; wanted a key in double quotes'],
    ['{"a" 1}', '1:6', 'found "1"; wanted :'],
    ['[1 2]', '1:4', 'found "2"; wanted , or ]'],
    ['[1,]', '1:4', 'found "]"; wanted a value'],
    ['[01]', '1:3', 'found "1"; wanted , or ]'],
    ['[.5]', '1:2', 'found "."; wanted a value'],
    ["['a']", '1:2', 'found "\'"; wanted a value'],
    ['["a\nb"]', '1:2', 'found "\\""; wanted a value'],
    ['["\\x"]', '1:2', 'found "\\""; wanted a value'],
    ['NaN', '1:1', 'found "N"; wanted a value'],
    ['{} {}', '1:4', 'text follows the value; wanted the end of the file'],
    ['{"a": 1, "\\u0061": 2}', '1:10', 'the key "\\u0061" stands twice'],
    ['{"a": {"b": 1, "b": 1}}', '1:16', 'the key "b" stands twice'],
  ])('%j', (text, place, message) => {
    expect(parse(text)).toEqual({ ok: false, problems: [{ where: `f.json:${place}`, message }] })
  })

  test('depth has an end', () => {
    expect(parse('['.repeat(100_000))).toMatchObject({
      ok: false,
      problems: [{ message: 'nested more than 500 deep' }],
    })
  })

  test('a long text is read', () => {
    const long = 'a\\n'.repeat(500_000)
    expect(parse(`"${long}"`)).toMatchObject({ ok: true })
  })

  test('it reads what the built-in parser reads, and refuses what that refuses', () => {
    const isJson = (text: string): boolean => {
      try {
        JSON.parse(text)
        return true
      } catch {
        return false
      }
    }
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"k"',
      '"',
      '\\',
      '-',
      '0',
      '1',
      '.5',
      'e3',
      'true',
      'nul',
      ' ',
      '\n',
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 9 }), (parts) => {
        const text = parts.join('')
        const read = parse(text)
        const twice = !read.ok && read.problems[0]?.message.endsWith('stands twice') === true
        expect(read.ok || twice).toBe(isJson(text) || twice)
      }),
      { numRuns: 3000 },
    )
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(parse(JSON.stringify(value, null, 1))).toEqual({
          ok: true,
          value: JSON.parse(JSON.stringify(value)),
        })
      }),
    )
  })
})
