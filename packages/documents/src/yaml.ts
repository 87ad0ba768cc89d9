// YAML with line numbers, so that every complaint about a file can say where.
import { bad, good, type Problem, type Result } from '@sluice/rollout'
import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  visit,
  type Document,
  type Node,
  type ScalarTag,
  type Tags,
} from 'yaml'
import { tidyMessage } from './yaml-message.ts'

export type Path = readonly (string | number)[]

export interface YamlFile {
  readonly file: string
  /** A JSON value; null for an empty file. */
  readonly value: unknown
  /** Line (from 1) of the key or item at `path`; of its nearest parent when it is not there. */
  lineOf(path: Path): number
}

export interface YamlOptions {
  readonly file: string
  /** `1.1`: what kubectl reads (yes/no are booleans, 0777 is octal). Default `1.2`. */
  readonly schema?: '1.2' | '1.1'
}

/** One document. Duplicate keys, a second document, tabs and unknown tags are problems. */
export function parseYaml(text: string, options: YamlOptions): Result<YamlFile> {
  const { file, schema = '1.2' } = options
  const lines = new LineCounter()
  const documents = parseAllDocuments(text, {
    version: schema,
    merge: true,
    prettyErrors: false,
    uniqueKeys: true,
    lineCounter: lines,
    customTags: jsonTags,
  })
  const [document, second] = Array.isArray(documents) ? documents : []
  if (document === undefined) return good({ file, value: null, lineOf: () => 1 })
  const lineAt = (offset: number): number => Math.max(1, lines.linePos(offset).line)
  const problems: Problem[] = [...document.errors, ...document.warnings].map((error) => ({
    where: `${file}:${lineAt(error.pos[0])}`,
    message: tidyMessage(error.message),
  }))
  if (second !== undefined) {
    const line = lineAt(second.contents?.range?.[0] ?? second.range[0])
    problems.push({ where: `${file}:${line}`, message: 'found a second document; wanted one' })
  }
  visit(document, {
    Pair: (_, { key }) => {
      if (!isMap(key) && !isSeq(key)) return
      const message = 'a mapping or list stands as a key; put quotes around {{...}}'
      problems.push({ where: `${file}:${lineAt(key.range?.[0] ?? 0)}`, message })
    },
  })
  if (problems.length > 0) return bad(...problems)
  return readValue(document, { file, lineAt })
}

interface Place {
  readonly file: string
  readonly lineAt: (offset: number) => number
}

function readValue(document: Document.Parsed, { file, lineAt }: Place): Result<YamlFile> {
  try {
    const value: unknown = document.toJS()
    return good({ file, value, lineOf: (path) => lineAt(offsetOf(document, path)) })
  } catch (error) {
    // The library refuses documents that grow beyond reason through aliases.
    const reason = tidyMessage(error instanceof Error ? error.message : String(error))
    return bad({ where: `${file}:1`, message: `cannot be read: ${reason}` })
  }
}

/** Walks down as far as the path is there; remembers where the last key or item began. */
function offsetOf(document: Document.Parsed, path: Path): number {
  let node: unknown = document.contents
  let offset = document.contents?.range?.[0] ?? 0
  for (const part of path) {
    const step = stepInto(isAlias(node) ? node.resolve(document) : node, part)
    if (step === null) return offset
    offset = step.offset ?? offset
    node = step.node
  }
  return offset
}

function stepInto(node: unknown, part: string | number): { node: unknown; offset?: number } | null {
  if (isMap(node)) {
    const pair = node.items.find(
      ({ key }) => String(isScalar(key) ? key.value : key) === String(part),
    )
    return pair === undefined ? null : withOffset(pair.value, pair.key)
  }
  if (isSeq(node) && typeof part === 'number' && part < node.items.length) {
    return withOffset(node.items[part], node.items[part])
  }
  return null
}

function withOffset(node: unknown, place: unknown): { node: unknown; offset?: number } {
  const offset = isNode(place) ? (place as Node).range?.[0] : undefined
  return offset === undefined ? { node } : { node, offset }
}

/** YAML 1.1 has tags whose values are not JSON (dates, sets, bytes, base 60); texts they stay. */
const NOT_JSON = /:(timestamp|binary|set|omap|pairs)$/
const jsonTags = (tags: Tags): Tags =>
  tags.filter(
    (tag) =>
      typeof tag === 'string' || !(NOT_JSON.test(tag.tag) || (tag as ScalarTag).format === 'TIME'),
  )
