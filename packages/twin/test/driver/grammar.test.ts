// Tables of what the runner reads: command files, command lines, filter patterns, masks.
import { describe, expect, test } from '@jest/globals'
import { parseCommandFile, parsePathFile } from '../../src/driver/runner/command-file.ts'
import { parseCommand } from '../../src/driver/runner/workflow-command.ts'
import { Masker } from '../../src/driver/runner/mask.ts'
import { matchesAny, matchesPattern } from '../../src/driver/reading/pattern.ts'

describe('command files', () => {
  const good = [
    ['', []],
    ['a=1\n', [['a', '1']]],
    ['a=1', [['a', '1']]],
    ['a=\n', [['a', '']]],
    ['a=b=c\n', [['a', 'b=c']]],
    [
      '\n\na=1\n\nb=2\n',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    ['a=x<<y\n', [['a', 'x<<y']]],
    ['a<<END\none\nEND\n', [['a', 'one']]],
    ['a<<END\none\n\ntwo\nEND\n', [['a', 'one\n\ntwo']]],
    ['a<<END\nEND\n', [['a', '']]],
    ['a<<END\nx=1\nEND', [['a', 'x=1']]],
    ['a<<END=\nx\nEND=\n', [['a', 'x']]],
    [
      'a<<END\r\none\r\ntwo\r\nEND\r\nb=2\r\n',
      [
        ['a', 'one\r\ntwo'],
        ['b', '2'],
      ],
    ],
    ['a<<end\nEND\nend\n', [['a', 'END']]],
    ['a<<END\n END\nEND\n', [['a', ' END']]],
  ] as const
  test.each(good)('%j', (text, settings) => {
    expect(parseCommandFile(text).map(({ name, value }) => [name, value])).toEqual(settings)
  })

  const bad = [
    ['word\n', "Invalid format 'word'"],
    ['=1\n', "Invalid format '=1'"],
    ['<<END\nx\nEND\n', "Invalid format '<<END'"],
    ['a<<\nx\n', "Invalid format 'a<<'"],
    ['a<<END\none\n', "Matching delimiter not found 'END'"],
    ['a<<END\none', 'EOF marker missing new line'],
  ] as const
  test.each(bad)('%j is refused', (text, message) => {
    expect(() => parseCommandFile(text)).toThrow(message)
  })

  test('a path file has one entry a line', () => {
    expect(parsePathFile('/a\n\n/b c\r\n')).toEqual(['/a', '/b c'])
  })
})

describe('command lines', () => {
  const table = [
    ['::error::boom', { name: 'error', properties: {}, data: 'boom' }],
    [
      '  ::ERROR file=a.txt,line=3::x',
      { name: 'error', properties: { file: 'a.txt', line: '3' }, data: 'x' },
    ],
    [
      '::notice title=a%3Ab%2Cc%25::%0Anext%25',
      { name: 'notice', properties: { title: 'a:b,c%' }, data: '\nnext%' },
    ],
    ['::warning::a %250A b', { name: 'warning', properties: {}, data: 'a %0A b' }],
    ['::set-output name=x::a::b', { name: 'set-output', properties: { name: 'x' }, data: 'a::b' }],
    ['::endgroup::', { name: 'endgroup', properties: {}, data: '' }],
    ['##[group]things', { name: 'group', properties: {}, data: 'things' }],
    ['##[set-output name=x;]y', { name: 'set-output', properties: { name: 'x' }, data: 'y' }],
    ['::unknown::x', null],
    ['::error', null],
    ['say ::error::x', null],
    ['plain', null],
  ] as const
  test.each(table)('%j', (line, command) => {
    expect(parseCommand(line)).toEqual(command)
  })
})

describe('masks', () => {
  const table = [
    ['hunter2secret', 'it is hunter2secret!', 'it is ***!'],
    ['line one\nline two', 'a line two b', 'a *** b'],
    ['quote"d', 'json "quote\\"d"', 'json "***"'],
    ['sp ace&x', 'url sp%20ace%26x', 'url ***'],
    ['hunter2secret', Buffer.from('user:hunter2secret').toString('base64'), 'dXNlcjp***'],
    ['abab', 'ababab', '***'],
    ['', 'nothing', 'nothing'],
  ] as const
  test.each(table)('%j in %j', (secret, text, masked) => {
    const masker = new Masker()
    masker.add(secret)
    expect(masker.mask(text)).toBe(masked)
    expect(masker.hides(text)).toBe(masked !== text)
  })
})

describe('filter patterns', () => {
  const table = [
    ['main', 'main', true],
    ['main', 'maintain', false],
    ['*', 'feature', true],
    ['*', 'feature/a', false],
    ['**', 'feature/a', true],
    ['feature/*', 'feature/a', true],
    ['feature/*', 'feature/a/b', false],
    ['feature/**', 'feature/a/b', true],
    ['releases/**-alpha', 'releases/10-alpha', true],
    ['v[12].[0-9]+.[0-9]+', 'v2.10.3', true],
    ['v[12].[0-9]+.[0-9]+', 'v3.1.0', false],
    ['*.jsx?', 'page.js', true],
    ['*.jsx?', 'page.jsx', true],
    ['**/README.md', 'README.md', true],
    ['**/README.md', 'a/b/README.md', true],
    ['docs/**/*.md', 'docs/a.md', true],
    ['a.b', 'axb', false],
    ['\\*', '*', true],
    ['\\*', 'x', false],
  ] as const
  test.each(table)('%s on %s: %s', (pattern, text, matches) => {
    expect(matchesPattern(pattern, text)).toBe(matches)
  })

  const lists = [
    [['releases/**', '!releases/**-alpha'], 'releases/1', true],
    [['releases/**', '!releases/**-alpha'], 'releases/1-alpha', false],
    [['releases/**', '!releases/**-alpha', 'releases/9-alpha'], 'releases/9-alpha', true],
  ] as const
  test.each(lists)('%j on %s: %s', (patterns, text, matches) => {
    expect(matchesAny(patterns, text)).toBe(matches)
  })
})
