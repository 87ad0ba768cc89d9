import { describe, expect, test } from '@jest/globals'
import { parseDotenv } from '@sluice/documents'

const parse = (text: string) => parseDotenv(text, { file: '.env.staging' })

describe('environment files', () => {
  test.each<[string, string, Readonly<Record<string, string>>]>([
    ['empty', '', {}],
    ['comments and blank lines', '# one\n\n   # two\n', {}],
    ['plain, without a last line end', 'A=1\nB=two words', { A: '1', B: 'two words' }],
    ['line ends of Windows and a byte order mark', '\uFEFFA=1\r\nB=2\r\n', { A: '1', B: '2' }],
    ['export and blanks', 'export A = x \n\texport B=y', { A: 'x', B: 'y' }],
    ['empty values', 'A=\nB=""\nC= # none', { A: '', B: '', C: '' }],
    ['= in a value', 'A=k=v==', { A: 'k=v==' }],
    ['a comment after a value', 'A=x # c\nB=x#y\nC="x # y" # c', { A: 'x', B: 'x#y', C: 'x # y' }],
    ['single quotes are literal', 'A=\'a\\n$B "q"\'', { A: 'a\\n$B "q"' }],
    ['double quotes have escapes', 'A="a\\n\\t\\"q\\" \\\\ \\$"', { A: 'a\n\t"q" \\ $' }],
    ['nothing is expanded', 'A=1\nB=$A-${A}\nC="$A"', { A: '1', B: '$A-${A}', C: '$A' }],
    ['names with dots and hyphens', 'my.name-x=1', { 'my.name-x': '1' }],
    ['a name like a builtin', 'constructor=1', { constructor: '1' }],
  ])('%s', (_, text, values) => {
    const read = parse(text)
    expect(read).toEqual({ ok: true, value: values })
  })

  test('every wrong line is named, and no value is shown', () => {
    const text = [
      'A=hush-1',
      'hush-2',
      'B="hush-3',
      "C='hush-4' hush-5",
      '1D=hush-6',
      'A=hush-7',
      'E F=hush-8',
    ].join('\n')
    const read = parse(text)
    expect(read).toEqual({
      ok: false,
      problems: [
        { where: '.env.staging:2', message: expect.stringContaining('without =') },
        { where: '.env.staging:3', message: expect.stringContaining('quote of B') },
        { where: '.env.staging:4', message: expect.stringContaining('quote of C') },
        { where: '.env.staging:5', message: expect.stringContaining('no name') },
        { where: '.env.staging:6', message: expect.stringContaining('was set on line 1') },
        { where: '.env.staging:7', message: expect.stringContaining('no name') },
      ],
    })
    expect(JSON.stringify(read)).not.toContain('hush')
  })

  test('a long quoted text does not take long', () => {
    const began = performance.now()
    parse(`A="${'\\a'.repeat(50_000)}`)
    expect(performance.now() - began).toBeLessThan(1000)
  })
})
