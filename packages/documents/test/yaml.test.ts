import { describe, expect, test } from '@jest/globals'
import { parseYaml, type YamlOptions } from '@sluice/documents'

const parse = (text: string, options: Partial<YamlOptions> = {}) =>
  parseYaml(text, { file: 'endpoint.yml', ...options })

const valueOf = (text: string, options: Partial<YamlOptions> = {}): unknown => {
  const read = parse(text, options)
  expect(read).toMatchObject({ ok: true })
  return read.ok ? read.value.value : null
}

describe('values', () => {
  test.each<[string, string, unknown]>([
    ['an empty file', '', null],
    ['only a comment', '# nothing\n', null],
    ['Windows line ends and a byte order mark', '\uFEFFa: 1\r\nb: x\r\n', { a: 1, b: 'x' }],
    ['1.2: yes is a text, 010 is ten', 'a: yes\nb: 010\nc: 0o10', { a: 'yes', b: 10, c: 8 }],
    ['dates are texts', 'a: 2026-11-20', { a: '2026-11-20' }],
    [
      'anchors and merges',
      'x: &x {a: 1, b: 2}\ny: {<<: *x, b: 3}',
      { x: { a: 1, b: 2 }, y: { a: 1, b: 3 } },
    ],
    ['an end mark', '---\na: 1\n...\n', { a: 1 }],
  ])('%s', (_, text, value) => {
    expect(valueOf(text)).toEqual(value)
  })

  test('1.1 reads as kubectl does, and still gives JSON values', () => {
    const text = 'a: yes\nb: off\nc: 0777\nd: 2026-11-20\ne: 12:30:45\nf: y'
    expect(valueOf(text, { schema: '1.1' })).toMatchObject({
      a: true,
      b: false,
      c: 511,
      d: '2026-11-20',
      e: '12:30:45',
    })
  })

  test('a key called __proto__ is a key and nothing else', () => {
    const value = valueOf('__proto__: {polluted: 1}') as object
    expect(Object.keys(value)).toEqual(['__proto__'])
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })
})

describe('problems', () => {
  test.each<[string, string, number, RegExp]>([
    ['a tab', 'a:\n\tb: 1', 2, /tab/i],
    ['a duplicate key', 'a: 1\nb: 2\na: 3', 3, /unique/],
    ['a nested duplicate key', 'x:\n  a: 1\n  a: 2', 3, /unique/],
    ['a second document', 'a: 1\n---\nb: 2', 3, /second document/],
    ['an odd indentation', 'a:\n  b: 1\n c: 2', 3, /fits no line above; wanted the same column/],
    ['an open list', 'a: [1,\nb: 2', 2, /\]/],
    ['an unknown tag', 'a: 1\nb: !secret x', 2, /^(?!.*secret).* tag /],
    ['a template that was not filled in', 'a: 1\nversion: {{VERSION}}', 2, /put quotes around/],
    ['an unknown alias', 'a: *nope', 1, /^(?!.*nope).* anchor /],
    ['no mapping where one began', 'a: 1\nb', 2, /./],
  ])('%s', (_, text, line, message) => {
    const read = parse(text)
    expect(read).toMatchObject({ ok: false })
    const problems = read.ok ? [] : read.problems
    expect(problems[0]).toEqual({
      where: `endpoint.yml:${line}`,
      message: expect.stringMatching(message),
    })
  })

  test('several are told at once', () => {
    const read = parse('a: 1\na: 2\nb: 3\nb: 4\n')
    expect(read.ok ? [] : read.problems.map(({ where }) => where)).toEqual([
      'endpoint.yml:2',
      'endpoint.yml:4',
    ])
  })

  test('aliases that grow beyond reason are refused', () => {
    const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]']
    for (const [from, to] of ['ab', 'bc', 'cd', 'de', 'ef'].map((pair) => pair.split(''))) {
      bomb.push(`${to}: &${to} [${Array(9).fill(`*${from}`).join(',')}]`)
    }
    expect(parse(bomb.join('\n'))).toMatchObject({ ok: false })
  })
})

describe('lines', () => {
  const text = [
    '# head', // 1
    'name: taxi', // 2
    'model:', // 3
    '  path: ./m', // 4
    'items:', // 5
    '  - a: 1', // 6
    '    b: 2', // 7
    '  - [x,', // 8
    '     y]', // 9
    'again: *none', // 10
  ]
  const read = parse(text.slice(0, -1).join('\n'))

  test.each<[readonly (string | number)[], number]>([
    [[], 2],
    [['name'], 2],
    [['model'], 3],
    [['model', 'path'], 4],
    [['model', 'missing', 'deeper'], 3],
    [['items', 0], 6],
    [['items', 0, 'b'], 7],
    [['items', 1, 1], 9],
    [['items', 7], 5],
    [['nothing'], 2],
  ])('%j', (path, line) => {
    expect(read.ok && read.value.lineOf(path)).toBe(line)
  })
})
