// The reader for all of YAML, with kubectl's rules: slower, and the only one that knows what is wrong.
import {
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Alias,
  type Document,
  type Node,
  type ScalarTag,
  type YAMLMap,
} from 'yaml'
import { lineBelow, type LineTree } from './line-tree.ts'
import { tidyMessage } from './yaml-message.ts'
import { keyOfScalar, readPlain, type PlainScalar, type ScalarValue } from './yaml-scalar.ts'

/** `line` counts from 0 within the document. */
export interface LineMessage {
  readonly line: number
  readonly message: string
}

export interface ScalarNote extends LineMessage {
  /** The key that it stands at, or that its list stands at. */
  readonly key: string
}

export interface FullReading {
  readonly value: unknown
  readonly problems: readonly LineMessage[]
  /** Scalars that read as something that their author may not have meant. */
  readonly notes: readonly ScalarNote[]
}

/** One document without its `---`. Fills `tree` when there is one. */
export function readFullYaml(text: string, tree: LineTree | null): FullReading {
  const counter = new LineCounter()
  const document = parseDocument(text, {
    version: '1.1',
    schema: 'failsafe',
    merge: false,
    uniqueKeys: false,
    prettyErrors: false,
    lineCounter: counter,
    customTags: KNOWN_TAGS,
  })
  const lineAt = (offset: number): number => Math.max(0, counter.linePos(offset).line - 1)
  const problems = [...document.errors, ...document.warnings].map(({ pos, message }) => ({
    line: lineAt(pos[0]),
    message: tidyMessage(message),
  }))
  const reading: Reading = {
    targets: findTargets(document),
    lineAt,
    open: new Set(),
    problems,
    notes: [],
    key: '',
    expanded: 0,
  }
  const value = problems.length > 0 ? null : readNode(reading, document.contents, tree)
  return { value, problems, notes: reading.notes }
}

/** Tags for which the text decides; every other one is a problem. */
const KNOWN_TAGS: ScalarTag[] = ['int', 'float', 'bool', 'null'].map((name) => ({
  tag: `tag:yaml.org,2002:${name}`,
  resolve: (text) => text,
}))

interface Reading {
  readonly targets: ReadonlyMap<Alias, Node | undefined>
  readonly lineAt: (offset: number) => number
  /** What is being read, so that nothing holds itself. */
  readonly open: Set<Node>
  readonly problems: LineMessage[]
  readonly notes: ScalarNote[]
  /** The last key on the way down. */
  key: string
  /** How many nodes were read through aliases. */
  expanded: number
}

const MOST_EXPANDED = 100_000

/** What each alias means: the last anchor of its name before it. */
function findTargets(document: Document.Parsed): ReadonlyMap<Alias, Node | undefined> {
  const anchors = new Map<string, Node>()
  const targets = new Map<Alias, Node | undefined>()
  visit(document, {
    Node: (_, node) => {
      if (isAlias(node)) targets.set(node, anchors.get(node.source))
      else if (node.anchor !== undefined) anchors.set(node.anchor, node)
    },
  })
  return targets
}

const lineOf = (reading: Reading, node: unknown): number =>
  reading.lineAt(isNode(node) ? (node.range?.[0] ?? 0) : 0)

function complain(reading: Reading, node: unknown, message: string): null {
  reading.problems.push({ line: lineOf(reading, node), message })
  return null
}

function readNode(reading: Reading, node: unknown, tree: LineTree | null): unknown {
  if (isAlias(node)) return readAlias(reading, node, tree)
  if (isScalar(node)) return readScalar(reading, node)
  if (isMap(node)) return readMap(reading, node, tree)
  if (!isSeq(node)) return null
  return node.items.map((item, index) => {
    const below = tree === null ? null : lineBelow(tree, index, lineOf(reading, item))
    return readNode(reading, isPair(item) ? null : item, below)
  })
}

function readAlias(reading: Reading, alias: Alias, tree: LineTree | null): unknown {
  const target = reading.targets.get(alias)
  if (target === undefined) {
    // Not its name: a password without quotes can begin with `*`.
    const message = 'an alias names no anchor above it; put quotes around a text that begins with *'
    return complain(reading, alias, message)
  }
  if (reading.open.has(target)) return complain(reading, alias, `*${alias.source} holds itself`)
  if (reading.expanded > MOST_EXPANDED) {
    const told = reading.problems.length > 0
    return told
      ? null
      : complain(reading, alias, 'the document grows beyond reason through aliases')
  }
  reading.open.add(target)
  const value = readNode(reading, target, tree)
  reading.open.delete(target)
  return value
}

function readScalar(reading: Reading, node: Node): ScalarValue {
  if (reading.open.size > 0) reading.expanded++
  if (!isScalar(node)) return null
  const { value, note, trouble } = valueOfScalar(node)
  if (trouble !== undefined) return complain(reading, node, trouble)
  if (note !== undefined && reading.open.size === 0) {
    reading.notes.push({ line: lineOf(reading, node), message: note, key: reading.key })
  }
  return value
}

function valueOfScalar(node: {
  readonly value: unknown
  readonly type?: string | undefined
  readonly tag?: string | undefined
}): PlainScalar {
  const text = typeof node.value === 'string' ? node.value : ''
  const tag = /^tag:yaml\.org,2002:(\w+)$/.exec(node.tag ?? '')?.[1]
  if (tag === undefined) return node.type === 'PLAIN' ? readPlain(text) : { value: text }
  if (tag === 'str') return { value: text }
  const read = readPlain(text)
  const { value } = read
  const fits =
    tag === 'null'
      ? value === null
      : tag === 'bool'
        ? typeof value === 'boolean'
        : typeof value === 'number' && (tag === 'float' || Number.isInteger(value))
  const trouble = `found a text that does not fit its tag !!${tag}`
  return fits ? { value } : { value, trouble: read.trouble ?? trouble }
}

function readMap(reading: Reading, map: YAMLMap, tree: LineTree | null): unknown {
  if (reading.open.size > 0) reading.expanded++
  const value: Record<string, unknown> = {}
  const seen = new Map<string, number>()
  for (const pair of map.items) {
    if (isMergeKey(pair.key)) {
      mergeInto(reading, value, { node: pair.value, key: pair.key, tree })
      continue
    }
    const key = readKey(reading, pair.key)
    const line = lineOf(reading, pair.key)
    const below = tree === null || key === null ? null : lineBelow(tree, key, line)
    reading.key = key ?? ''
    const member = readNode(reading, pair.value, below)
    if (key === null) continue
    const before = seen.get(key)
    if (before !== undefined) {
      complain(reading, pair.key, `the key ${shorten(key)} stands twice in this mapping`)
    }
    seen.set(key, line)
    setMember(value, key, member)
  }
  return value
}

/** A key that is called __proto__ is a key and nothing else. */
const setMember = (into: Record<string, unknown>, key: string, value: unknown): void =>
  void Object.defineProperty(into, key, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  })

const isMergeKey = (key: unknown): boolean =>
  isScalar(key) && key.type === 'PLAIN' && key.value === '<<'

function readKey(reading: Reading, node: unknown): string | null {
  const target = isAlias(node) ? reading.targets.get(node) : node
  if (isMap(target) || isSeq(target)) {
    const message = 'a mapping or list stands as a key; put quotes around {{...}}'
    return complain(reading, node, message)
  }
  if (!isScalar(target)) return complain(reading, node, 'a key is missing')
  const value = readScalar(reading, target)
  const key = keyOfScalar(value)
  if (key !== null || reading.problems.length > 0) return key
  return complain(reading, node, `found ${String(value)} as a key; put quotes around it`)
}

interface Merge {
  readonly node: unknown
  readonly key: unknown
  readonly tree: LineTree | null
}

/** As kubectl does it: what is merged in wins over keys above it, and loses to keys below it. */
function mergeInto(
  reading: Reading,
  into: Record<string, unknown>,
  { node, key, tree }: Merge,
): void {
  const target = isAlias(node) ? reading.targets.get(node) : node
  const sources = isSeq(target) ? target.items.toReversed() : [node]
  for (const source of sources) {
    const plain = isAlias(source) ? reading.targets.get(source) : source
    if (!isMap(plain)) {
      complain(reading, key, 'what << merges in must be a mapping or a list of mappings')
      return
    }
    const members = readNode(reading, source, tree) as Readonly<Record<string, unknown>> | null
    for (const [name, member] of Object.entries(members ?? {})) setMember(into, name, member)
  }
}

const shorten = (key: string): string => (key.length > 60 ? `${key.slice(0, 60)}...` : key)
