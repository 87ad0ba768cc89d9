import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from '@jest/globals'
import { parseYaml, parseYamlStream, type YamlDocument } from '@sluice/documents'
import fc from 'fast-check'
import { stringify } from 'yaml'
import { readJsonLines } from '../src/json-lines.ts'
import type { LineTree } from '../src/line-tree.ts'
import { readBlockYaml } from '../src/yaml-block.ts'
import { readFullYaml } from '../src/yaml-full.ts'

const read = (text: string, file = 'a.yml'): readonly YamlDocument[] => {
  const stream = parseYamlStream(text, { file })
  expect(stream).toMatchObject({ ok: true })
  return stream.ok ? stream.value : []
}

const valuesOf = (text: string): readonly unknown[] => read(text).map(({ value }) => value)

const problemsOf = (text: string, file = 'a.yml'): readonly string[] => {
  const stream = parseYamlStream(text, { file })
  return stream.ok ? [] : stream.problems.map(({ where, message }) => `${where} ${message}`)
}

describe('documents', () => {
  test.each<[string, string, readonly unknown[]]>([
    ['nothing', '', []],
    ['only comments and marks', '# a\n---\n# b\n---\n~\n', []],
    ['two', 'a: 1\n---\nb: 2\n', [{ a: 1 }, { b: 2 }]],
    ['a mark with a comment', 'a: 1\n--- # next\nb: 2', [{ a: 1 }, { b: 2 }]],
    ['an end mark', 'a: 1\n...\n# behind\n---\nb: 2\n...', [{ a: 1 }, { b: 2 }]],
    [
      'Windows line ends and a byte order mark',
      '\uFEFFa: |\r\n  x\r\nb: 1\r\n',
      [{ a: 'x\n', b: 1 }],
    ],
    ['the line ends of old Macs', 'a: 1\rb: 2\r', [{ a: 1, b: 2 }]],
    ['a directive', '%YAML 1.1\n---\na: yes\n', [{ a: true }]],
    ['a JSON stream', '{"a": 1}\n{"a": 2}{"a": 3}', [{ a: 1 }, { a: 2 }, { a: 3 }]],
    [
      'JSON among YAML',
      '{"a": 1}\n---\na: 2\n---\n{"a": "\\u00e9"}',
      [{ a: 1 }, { a: 2 }, { a: 'é' }],
    ],
    [
      'a key called __proto__',
      '__proto__: {polluted: 1}',
      [JSON.parse('{"__proto__":{"polluted":1}}')],
    ],
  ])('%s', (_, text, values) => {
    expect(valuesOf(text)).toEqual(values)
  })

  test('nothing is polluted by hostile keys', () => {
    valuesOf(
      '__proto__: {polluted: 1}\n---\nx: {"__proto__": {polluted: 1}}\n---\n{"__proto__": {"polluted": 1}}',
    )
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })
})

describe('problems', () => {
  test.each<[string, string, readonly string[]]>([
    [
      'a key twice',
      'a: 1\nb:\n  c: 1\n  c: 2\n',
      ['a.yml:4 the key c stands twice in this mapping'],
    ],
    [
      'a key that reads like another',
      'yes: 1\n"true": 2',
      ['a.yml:2 the key true stands twice in this mapping'],
    ],
    [
      'a key twice in JSON',
      '{"a": 1,\n"a": 2}',
      ['a.yml:2 the key a stands twice in this mapping'],
    ],
    [
      'text behind an end mark',
      'a: 1\n...\nb: 2',
      ['a.yml:2 text follows ..., which kubectl would drop; put --- between documents'],
    ],
    [
      'text beside a mark',
      'a: 1\n--- {b: 2}\n',
      ['a.yml:2 only a comment may stand beside --- on its line'],
    ],
    [
      'another version',
      '%YAML 1.2\n---\na: 1',
      ['a.yml:1 found %YAML 1.2; wanted 1.1, whose rules kubectl has'],
    ],
    [
      'a number that JavaScript would damage',
      'a: 1\nb: 9007199254740993',
      ['a.yml:2 found a whole number beyond 9007199254740991'],
    ],
    [
      'the same in JSON',
      '{"a": 1,\n "b": [-9007199254740993]}',
      ['a.yml:2 found a whole number beyond 9007199254740991'],
    ],
    ['infinity', 'a: -.inf', ['a.yml:1 found -.inf, which JSON cannot say']],
    [
      'an unknown tag',
      'a: 1\nb: !secret x',
      [
        'a.yml:2 a tag that is not known here; take it out, or put quotes around a text that begins with !',
      ],
    ],
    [
      'a tag that does not fit',
      'a: !!int x',
      ['a.yml:1 found a text that does not fit its tag !!int'],
    ],
    [
      'a control character',
      'a: 1\nb: "\u0001"',
      ['a.yml:2 found the character U+0001; write it as an escape in double quotes'],
    ],
    [
      'a line end that only YAML 1.1 knows',
      'a: x\u2028y',
      ['a.yml:1 found the character U+2028; write it as an escape in double quotes'],
    ],
    [
      'a mapping as a key',
      'a: {{ x }}',
      ['a.yml:1 a mapping or list stands as a key; put quotes around {{...}}'],
    ],
    ['nothing as a key', '~: 1', ['a.yml:1 found null as a key; put quotes around it']],
    [
      'a fraction that readers round',
      '123456789.5: 1',
      ['a.yml:1 found 123456789.5 as a key; put quotes around it'],
    ],
    [
      'an alias without an anchor',
      'b: 1\na: *x',
      ['a.yml:2 an alias names no anchor above it; put quotes around a text that begins with *'],
    ],
    ['an alias in itself', 'a: &x [*x]', ['a.yml:1 *x holds itself']],
    [
      'a merge of no mapping',
      'a: &x 1\nb:\n  <<: *x',
      ['a.yml:3 what << merges in must be a mapping or a list of mappings'],
    ],
    ['a tab', 'a:\n\tb: 1', ['a.yml:2 Tabs are not allowed']],
    [
      'all documents at once',
      'a: 1\na: 2\n---\nb: 1\n---\nc: .inf\nc: 1',
      [
        'a.yml:2 the key a stands twice in this mapping',
        'a.yml:6 found .inf',
        'a.yml:7 the key c stands twice in this mapping',
      ],
    ],
  ])('%s', (_, text, wanted) => {
    const found = problemsOf(text)
    expect(found).toHaveLength(wanted.length)
    expect(found).toEqual(wanted.map((part) => expect.stringContaining(part)))
  })

  test('a file that is called .json is told about as JSON', () => {
    expect(problemsOf('{"a": 1,\n "b": 2,,}', 'a.json')).toEqual([
      'a.json:2:9 found ","; wanted a key in double quotes',
    ])
  })

  test('aliases that grow beyond reason are refused', () => {
    const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]']
    for (const [from, to] of ['ab', 'bc', 'cd', 'de', 'ef', 'fg', 'gh'].map((pair) =>
      pair.split(''),
    )) {
      bomb.push(`${to}: &${to} [${Array(9).fill(`*${from}`).join(',')}]`)
    }
    expect(problemsOf(bomb.join('\n'))).toEqual([
      expect.stringContaining('grows beyond reason through aliases'),
    ])
  })
})

describe('notes', () => {
  test.each<[string, readonly string[]]>([
    [
      'a: 1\nb: yes',
      ['a.yml:2 yes is read as true, as kubectl does; put quotes around it if it is a text'],
    ],
    [
      'a: [x, OFF]',
      ['a.yml:1 OFF is read as false, as kubectl does; put quotes around it if it is a text'],
    ],
    ['n: 1', ['a.yml:1 n is read as false, as kubectl does; put quotes around it if it is a text']],
    [
      'a: 0755',
      ['a.yml:1 0755 is read as 493, as kubectl does; put quotes around it if it is a text'],
    ],
    [
      'a: 1_000',
      ['a.yml:1 1_000 is read as 1000, as kubectl does; put quotes around it if it is a text'],
    ],
    [
      'a: &x yes\nb: *x',
      ['a.yml:1 yes is read as true, as kubectl does; put quotes around it if it is a text'],
    ],
    ['a: "yes"\nb: true\nc: 0o17\nd: 08\ne: 0x1F\nf: 12:30\ng: 0', []],
  ])('%j', (text, notes) => {
    const found = read(text).flatMap((document) => document.notes)
    expect(found.map(({ where, message }) => `${where} ${message}`)).toEqual(notes)
  })
})

describe('lines', () => {
  const text = [
    '# head', // 1
    'name: taxi', // 2
    '--- # two', // 3
    '', // 4
    '# why', // 5
    'spec:', // 6
    '  list:', // 7
    '  - a: 1', // 8
    '    b: {c: 2}', // 9
    '  - text: |', // 10
    '      x', // 11
    '  end: 1', // 12
  ]
  const places: readonly [readonly (string | number)[], number][] = [
    [[], 6],
    [['spec'], 6],
    [['spec', 'list'], 7],
    [['spec', 'list', 0], 8],
    [['spec', 'list', 0, 'a'], 8],
    [['spec', 'list', 0, 'b', 'c'], 9],
    [['spec', 'list', 1, 'text'], 10],
    [['spec', 'list', 7], 7],
    [['spec', 'end', 'deeper'], 12],
    [['nothing'], 6],
  ]

  test.each(places)('%j', (path, line) => {
    expect(read(text.join('\n'))[1]?.lineOf(path)).toBe(line)
  })

  test.each(places)('the full reader: %j', (path, line) => {
    expect(read([...text, 'more: &a x'].join('\n'))[1]?.lineOf(path)).toBe(line)
  })

  test('JSON', () => {
    const json = '{\n "a": 1\n}\n\n{\n "b": [\n  1,\n  2\n ]\n}'
    const [first, second] = read(json, 'a.json')
    expect([first?.lineOf(['a']), second?.lineOf([]), second?.lineOf(['b', 1])]).toEqual([2, 5, 8])
  })

  test('what is reached through an alias or a merge stands where it was written', () => {
    const [document] = read('a: &a\n  b: 1\nc: *a\nd:\n  <<: *a\n  e: 1')
    const lines = [['c'], ['c', 'b'], ['d', 'b'], ['d', 'e']].map((path) => document?.lineOf(path))
    expect(lines).toEqual([3, 2, 2, 6])
  })
})

const AWKWARD = fileURLToPath(new URL('../../kubernetes/test/manifests/awkward', import.meta.url))

/** The quick reader never says anything that the full one does not. */
function expectSame(text: string): boolean {
  const quickTree: LineTree = { line: 0, below: null }
  const quick = readBlockYaml(text.split('\n'), quickTree)
  if (quick === null) return false
  const fullTree: LineTree = { line: 0, below: null }
  expect(quick.value).toEqual(readFullYaml(text, fullTree).value)
  expect(readFullYaml(text, null)).toMatchObject({ problems: [], notes: [] })
  expectSameLines(quickTree, fullTree)
  return true
}

/** It does not look into what stands on one line. */
function expectSameLines(quick: LineTree, full: LineTree): void {
  for (const [part, branch] of quick.below ?? []) {
    const other = full.below?.get(part) ?? { line: -1, below: null }
    expect([part, branch.line]).toEqual([part, other.line])
    expectSameLines(branch, other)
  }
}

describe('the quick reader', () => {
  const files = readdirSync(AWKWARD).filter((name) => name.endsWith('.yml'))
  test.each(files)('agrees on %s', (name) => {
    const text = readFileSync(`${AWKWARD}/${name}`, 'utf8').replaceAll('\r\n', '\n')
    for (const chunk of text.split(/^---/m)) expectSame(chunk)
    expect(files.length).toBeGreaterThan(60)
  })

  const words = `a|app|yes|no|true|~|0755|1e3|-1|x: y|a #b| a|a ||- a|>|{|[|a:|:a|#|&a|*a|!a|%a|é|a\nb|a\n\n|\n|a\tb|"q"|it's|a, b|80:8080|nginx:1.25|...|---|-v|?|=|<<`
  const word = fc.constantFrom('|', ...words.split('|'))
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.oneof(
        word,
        fc.string(),
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
      ),
      fc.array(tie('tree'), { maxLength: 4 }),
      fc.dictionary(fc.oneof(word, fc.string({ minLength: 1, maxLength: 8 })), tie('tree'), {
        maxKeys: 4,
      }),
    ),
  }))

  test('agrees on whatever a printer of YAML writes', () => {
    let quick = 0
    fc.assert(
      fc.property(tree, fc.boolean(), fc.constantFrom(2, 4), (value, indentSeq, indent) => {
        const text = stringify({ value }, { indent, indentSeq, version: '1.1', lineWidth: 0 })
        quick += Number(expectSame(text))
      }),
      { numRuns: 1500 },
    )
    expect(quick).toBeGreaterThan(100)
  })

  const line = fc.tuple(
    fc.constantFrom('', '  ', '    ', '   ', '- ', '  - ', '    - ', '-', '\t'),
    fc.constantFrom('a', 'b', 'c', '"d"', "'e'", 'on', '1', '#', ''),
    fc.constantFrom(':', ': ', ': |', ': |-', ': >', '', ': "x', ': [', ': {', ': # c'),
    fc.constantFrom(
      '',
      'x',
      'yes',
      '1',
      ' x # c',
      'x y',
      '"x"',
      "'x'",
      '[a, b]',
      '{a: b}',
      '{a, b}',
      '[a, [1]]',
      'a: b',
      '- a',
      ' ',
      ']',
      '}',
      '"',
    ),
  )
  test('lines of JSON are those of the same text as YAML', () => {
    const key = fc.string({ minLength: 1, maxLength: 6 })
    const json = fc.dictionary(key, fc.jsonValue({ maxDepth: 3 }), { minKeys: 1 })
    fc.assert(
      fc.property(json, fc.constantFrom(0, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent)
        const full: LineTree = { line: 0, below: null }
        readFullYaml(text, full)
        expect(readJsonLines(text)).toEqual(full)
      }),
    )
  })

  test('agrees on lines put together by chance', () => {
    let quick = 0
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), fc.constantFrom('', '\n'), (parts, end) => {
        quick += Number(expectSame(parts.map((part) => part.join('')).join('\n') + end))
      }),
      { numRuns: 4000 },
    )
    expect(quick).toBeGreaterThan(100)
  })

  test('reads the usual manifest', () => {
    const usual = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web # the name
  labels: { app: web, "tier": 'front' }
spec:
  replicas: 2
  template:
    spec:
      containers:
      - name: main
        image: registry:5000/web:1.2.3
        args: ["--port=80", -v]
        command:
        - sh
        - -c
        - |
          echo one
          exec web
`
    expect(expectSame(usual)).toBe(true)
  })
})

// A generated password can begin with any of these, and stand without quotes.
test.each(['*', '!', '!!', '|', '>', '&', '%', '@', '`', '?', '- ', '[', '{'])(
  'a text that begins with %s is never shown',
  (first) => {
    for (const text of [
      `a:\n  b: ${first}Sesame99`,
      `${first}Sesame99`,
      `a: {b: ${first}Sesame99}`,
    ]) {
      const read = [parseYamlStream(text, { file: 'a.yml' }), parseYaml(text, { file: 'a.yml' })]
      const told = read.flatMap((one) => (one.ok ? [] : one.problems))
      expect(JSON.stringify(told)).not.toContain('Sesame99')
    }
  },
)
