// Files of Kubernetes manifests: any number of YAML or JSON documents, read with kubectl's rules.
import { bad, good, type Problem, type Result } from '@sluice/rollout'
import { parseJson, splitJson } from './json.ts'
import { readJsonLines } from './json-lines.ts'
import { lineAt, type LineTree } from './line-tree.ts'
import { readBlockYaml } from './yaml-block.ts'
import { readFullYaml, type LineMessage, type ScalarNote } from './yaml-full.ts'
import type { YamlFile } from './yaml.ts'

export interface YamlNote extends Problem {
  /** The key that the scalar stands at, or that its list stands at. */
  readonly key: string
}

export interface YamlDocument extends YamlFile {
  /** Its text, without its `---`. */
  readonly text: string
  /** Scalars that YAML 1.1 reads as something that their author may not have meant. */
  readonly notes: readonly YamlNote[]
}

/**
 * Every document of a file that is not empty. YAML 1.1 as kubectl has it: `yes` is true, 0755 is 493,
 * dates are texts, `<<` merges. Duplicate keys, unknown tags, and numbers that JSON or JavaScript
 * cannot hold are problems. `lineOf` reads the document again when it is first asked.
 */
export function parseYamlStream(
  text: string,
  { file }: { readonly file: string },
): Result<readonly YamlDocument[]> {
  const body = withPlainLineEnds(text)
  if (body.trimStart().startsWith('{')) {
    const json = readJson(body, file)
    if (json !== null) return good(json)
  }
  const split = splitDocuments(body)
  const documents: YamlDocument[] = []
  const problems = split.problems.map((problem) => locate(problem, { file, line: 1 }))
  for (const chunk of split.chunks) {
    const place = { file, line: chunk.line + 1 }
    const read = readChunk(chunk.text)
    problems.push(...read.problems.map((problem) => locate(problem, place)))
    if (read.value === null) continue
    const notes = read.notes.map((note) => ({ ...locate(note, place), key: note.key }))
    documents.push(
      documentOf(chunk.text, { ...place, value: read.value, notes, linesOf: readYamlLines }),
    )
  }
  if (problems.length === 0) return good(documents)
  // What was meant as JSON is told about as JSON.
  const json = /\.json$/i.test(file) ? parseJson(text, { file }) : null
  return json === null || json.ok ? bad(...problems) : json
}

/** YAML 1.1 knows three line ends; a byte order mark is no text. */
function withPlainLineEnds(text: string): string {
  const body = text.startsWith('\uFEFF') ? text.slice(1) : text
  return body.includes('\r') ? body.replaceAll(/\r\n?/g, '\n') : body
}

interface Chunk {
  readonly text: string
  /** Lines before it in the file. */
  readonly line: number
}

interface Split {
  readonly chunks: readonly Chunk[]
  readonly problems: readonly LineMessage[]
}

const MARK = /^---(.*)$/gm
const BESIDE_MARK = /^\s*(?:#.*)?$/

function splitDocuments(text: string): Split {
  const chunks: Chunk[] = []
  const problems: LineMessage[] = []
  let start = 0
  let line = 0
  for (const mark of text.matchAll(MARK)) {
    const chunk = text.slice(start, mark.index)
    chunks.push({ text: chunk, line })
    line += countLines(chunk)
    if (!BESIDE_MARK.test(mark[1] ?? '')) {
      problems.push({ line, message: 'only a comment may stand beside --- on its line' })
    }
    start = mark.index + mark[0].length
  }
  // What begins behind a mark begins with the end of its line.
  chunks.push({ text: text.slice(start), line })
  return { chunks, problems }
}

function countLines(text: string): number {
  let lines = 0
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines++
  return lines
}

interface Reading {
  readonly value: unknown
  readonly problems: readonly LineMessage[]
  readonly notes: readonly ScalarNote[]
}

/** No text of YAML holds these as they are; three of them end a line in YAML 1.1 and nowhere else. */
const CONTROL = /[\0-\x08\x0B-\x1F\x7F-\x9F\u2028\u2029\uFEFF\uFFFE\uFFFF]/
const DIRECTIVE = /^%YAML[ \t]+(\S+).*$/m
const END_MARK = /^\.\.\.(?=\s|$).*$/m

function readChunk(text: string, tree: LineTree | null = null): Reading {
  const control = CONTROL.exec(text)
  if (control !== null) return refuse(text, control, renderControl(control[0]))
  const quick = readBlockYaml(text.split('\n'), tree)
  if (quick !== null) return { value: quick.value, problems: [], notes: [] }
  const end = END_MARK.exec(text)
  const behind = end === null ? '' : text.slice(end.index + end[0].length)
  if (end !== null && /^\s*[^#\s]/m.test(behind)) {
    return refuse(
      text,
      end,
      'text follows ..., which kubectl would drop; put --- between documents',
    )
  }
  const directive = DIRECTIVE.exec(text)
  if (directive !== null && directive[1] !== '1.1') {
    return refuse(
      text,
      directive,
      `found %YAML ${directive[1]}; wanted 1.1, whose rules kubectl has`,
    )
  }
  return readFullYaml(text.replace(DIRECTIVE, '').replace(END_MARK, ''), tree)
}

function refuse(text: string, { index }: { readonly index: number }, message: string): Reading {
  const line = countLines(text.slice(0, index))
  return { value: null, problems: [{ line, message }], notes: [] }
}

const renderControl = (char: string): string =>
  `found the character U+${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}; write it as an escape in double quotes`

interface Place {
  readonly file: string
  /** Of the first line of the document, from 1. */
  readonly line: number
}

const locate = ({ line, message }: LineMessage, place: Place): Problem => ({
  where: `${place.file}:${place.line + line}`,
  message,
})

interface LineReader {
  readonly linesOf: (text: string) => LineTree
}

function documentOf(
  text: string,
  { file, line, value, notes, linesOf }: Place & Pick<YamlDocument, 'value' | 'notes'> & LineReader,
): YamlDocument {
  let tree: LineTree | null = null
  return {
    file,
    value,
    text,
    notes,
    lineOf: (path) => line + lineAt((tree ??= linesOf(text)), path),
  }
}

function readYamlLines(text: string): LineTree {
  const before = /^(?:[ \t]*(?:#.*)?\n)*/.exec(text)?.[0] ?? ''
  const tree: LineTree = { line: countLines(before), below: null }
  readChunk(text, tree)
  return tree
}

/** Whole numbers of this length may be more than JavaScript can hold; the full reader looks. */
const LONG_NUMBER = /[:[,]\s*-?\d{16,}\s*[,\]}]/

/** The documents of a JSON stream; null when it is none, or when something is wrong with it. */
function readJson(text: string, file: string): readonly YamlDocument[] | null {
  const parts = splitJson(text)
  if (parts === null || LONG_NUMBER.test(text)) return null
  return parts.map(({ offset, end }) => {
    const own = text.slice(offset, end)
    const line = countLines(text.slice(0, offset)) + 1
    return documentOf(own, {
      file,
      line,
      value: JSON.parse(own),
      notes: [],
      linesOf: readJsonLines,
    })
  })
}
