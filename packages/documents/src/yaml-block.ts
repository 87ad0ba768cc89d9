// A quick reader for what most manifests are made of: block mappings and lists of short scalars, each
// clear in every version of YAML. Whatever else it meets, it gives up, and the full reader is asked.
import { lineBelow, type LineTree } from './line-tree.ts'
import { readPlain } from './yaml-scalar.ts'

class Unusual extends Error {}
/** One for all: its stack is of no use to anybody. */
const unusual = new Unusual('not for the quick reader')

/** The value, or null when the full reader must be asked. Fills `tree` when there is one. */
export function readBlockYaml(
  lines: readonly string[],
  tree: LineTree | null,
): { readonly value: unknown } | null {
  const scan: Scan = { lines, at: 0, depth: 0 }
  try {
    const indent = nextIndent(scan)
    if (indent === -1) return { value: null }
    const value = readNode(scan, indent, tree)
    return nextIndent(scan) === -1 ? { value } : null
  } catch (error) {
    if (error instanceof Unusual) return null
    throw error
  }
}

interface Scan {
  readonly lines: readonly string[]
  /** Index of the line that is looked at. */
  at: number
  depth: number
}

/** Where a value begins on the line that is looked at, and the indentation of what holds it. */
interface Spot {
  readonly column: number
  readonly indent: number
  readonly inMapping: boolean
}

const DEEPEST = 100
/** YAML allows 1,024 for a key on one line. */
const LONGEST_KEY = 1000
const SPACE = 32
const HASH = 35
const DASH = 45

/** Goes on to the next line with content; -1 when there is none. */
function nextIndent(scan: Scan): number {
  for (; scan.at < scan.lines.length; scan.at++) {
    const line = scan.lines[scan.at] as string
    const indent = skipSpaces(line, 0)
    if (indent < line.length && line.charCodeAt(indent) !== HASH) return indent
  }
  return -1
}

function skipSpaces(line: string, from: number): number {
  let at = from
  while (line.charCodeAt(at) === SPACE) at++
  return at
}

const isItem = (line: string, column: number): boolean =>
  line.charCodeAt(column) === DASH &&
  (column + 1 === line.length || line.charCodeAt(column + 1) === SPACE)

function readNode(scan: Scan, indent: number, tree: LineTree | null): unknown {
  if (++scan.depth > DEEPEST) throw unusual
  const line = scan.lines[scan.at] as string
  const value = isItem(line, indent)
    ? readSequence(scan, indent, tree)
    : readMapping(scan, indent, tree)
  scan.depth--
  return value
}

/** A key that means the same with and without quotes. */
const KEY = /(?:([A-Za-z_][A-Za-z0-9_./-]*)|"([^"\\]*)"|'([^']*)') *:(?= |$)/y

function readMapping(scan: Scan, indent: number, tree: LineTree | null): unknown {
  const value: Record<string, unknown> = {}
  for (;;) {
    const line = scan.lines[scan.at] as string
    KEY.lastIndex = indent
    const match = KEY.exec(line)
    if (match === null || match[0].length > LONGEST_KEY) throw unusual
    const [, plain, double, single] = match
    const key = plain ?? double ?? single ?? ''
    if (plain !== undefined && readPlain(plain).value !== plain) throw unusual
    if (key === '__proto__' || Object.hasOwn(value, key)) throw unusual
    const below = tree === null ? null : lineBelow(tree, key, scan.at)
    value[key] = readValue(scan, { column: KEY.lastIndex, indent, inMapping: true }, below)
    const next = nextIndent(scan)
    if (next < indent) return value
    if (next > indent) throw unusual
  }
}

function readSequence(scan: Scan, indent: number, tree: LineTree | null): unknown {
  const items: unknown[] = []
  for (;;) {
    const line = scan.lines[scan.at] as string
    if (!isItem(line, indent)) return items
    const below = tree === null ? null : lineBelow(tree, items.length, scan.at)
    const column = skipSpaces(line, indent + 1)
    KEY.lastIndex = column
    const nested = column < line.length && (isItem(line, column) || KEY.test(line))
    items.push(
      nested
        ? readNode(scan, column, below)
        : readValue(scan, { column, indent, inMapping: false }, below),
    )
    const next = nextIndent(scan)
    if (next < indent) return items
    if (next > indent) throw unusual
  }
}

/** What stands behind a key or a dash, on its line or on those below; goes on behind it. */
function readValue(scan: Scan, spot: Spot, tree: LineTree | null): unknown {
  const line = scan.lines[scan.at] as string
  const column = skipSpaces(line, spot.column)
  if (column === line.length || line.charCodeAt(column) === HASH) {
    return readBelow(scan, spot, tree)
  }
  const first = line[column] as string
  if (first === '|') return readLiteral(scan, column, spot.indent)
  const text = line.slice(column)
  const value =
    first === '"' || first === "'"
      ? readQuoted(text)
      : first === '{' || first === '['
        ? readFlow(text)
        : readPlainText(text)
  scan.at++
  return value
}

function readBelow(scan: Scan, { indent, inMapping }: Spot, tree: LineTree | null): unknown {
  scan.at++
  const next = nextIndent(scan)
  if (next > indent) {
    // An item stands where its content begins, not where its dash is.
    if (tree !== null && !inMapping) tree.line = scan.at
    return readNode(scan, next, tree)
  }
  const line = scan.lines[scan.at]
  const flush = inMapping && next === indent && line !== undefined && isItem(line, indent)
  return flush ? readSequence(scan, indent, tree) : null
}

const PLAIN_START = /^(?:[A-Za-z0-9_/.$(+^\\~<=;]|-[^ ])/
const NOT_PLAIN = /\t|:(?: |$)/
const QUOTED = /^(?:"([^"\\]*)"|'([^']*)'|("(?:[^"\\\t]|\\["\\nrtbf])*")) *(?:$|(?<= )#)/

function readPlainText(text: string): unknown {
  const comment = text.indexOf(' #')
  const plain = (comment === -1 ? text : text.slice(0, comment)).replace(/ +$/, '')
  if (!PLAIN_START.test(plain) || NOT_PLAIN.test(plain)) throw unusual
  return clear(plain)
}

function clear(plain: string): unknown {
  const { value, note, trouble } = readPlain(plain)
  if (note !== undefined || trouble !== undefined) throw unusual
  return value
}

function readQuoted(text: string): unknown {
  const match = QUOTED.exec(text)
  if (match === null) throw unusual
  const [, double, single, escaped] = match
  return double ?? single ?? JSON.parse(escaped ?? '""')
}

const LITERAL = /\|(-?) *(?:$|(?<= )#)/y

function readLiteral(scan: Scan, column: number, parent: number): string {
  LITERAL.lastIndex = column
  const header = LITERAL.exec(scan.lines[scan.at] as string)
  if (header === null) throw unusual
  const content: string[] = []
  let indent = -1
  let end = 0
  for (scan.at++; scan.at < scan.lines.length; scan.at++) {
    const line = scan.lines[scan.at] as string
    const blanks = skipSpaces(line, 0)
    const blank = blanks === line.length
    if (!blank && indent === -1) indent = blanks
    if (!blank && blanks < indent) break
    // Where blanks alone may be text or not, the rules are fine: not for the quick reader.
    if (blank && blanks > Math.max(indent, parent + 1)) throw unusual
    if (!blank && indent <= parent) break
    content.push(blank ? '' : line.slice(indent))
    if (!blank) end = content.length
  }
  // Without a line end behind its last line, the text has none either.
  if (end > 0 && scan.at === scan.lines.length && end === content.length) throw unusual
  return end === 0 ? '' : content.slice(0, end).join('\n') + (header[1] === '-' ? '' : '\n')
}

const FLOW =
  /\s*(?:([{}[\],])|"([^"\\]*)"(?=\s*[,\]}:])|'([^']*)'(?=\s*[,\]}:])|([A-Za-z0-9_./][A-Za-z0-9_./-]*|-[A-Za-z0-9_./-]+)(?=\s*[,\]}]|: )|(: ))/y
const FLOW_END = /^ *(?:$|(?<= )#)/

interface FlowScan {
  readonly text: string
  at: number
  depth: number
}

interface Token {
  readonly mark: string | null
  readonly value: unknown
  /** As a key; null when the token has quotes or is a mark. */
  readonly plain: string | null
}

/** A list or mapping that ends on its own line. */
function readFlow(text: string): unknown {
  const scan: FlowScan = { text, at: 0, depth: 0 }
  const value = readFlowValue(scan, nextToken(scan))
  if (!FLOW_END.test(text.slice(scan.at))) throw unusual
  return value
}

function nextToken(scan: FlowScan): Token {
  FLOW.lastIndex = scan.at
  const match = FLOW.exec(scan.text)
  if (match === null) throw unusual
  scan.at = FLOW.lastIndex
  const [, bracket, double, single, plain, colon] = match
  if (bracket !== undefined || colon !== undefined) {
    return { mark: bracket ?? ':', value: null, plain: null }
  }
  if (plain !== undefined) return { mark: null, value: clear(plain), plain }
  return { mark: null, value: double ?? single, plain: null }
}

function readFlowValue(scan: FlowScan, first: Token): unknown {
  if (first.mark === null) return first.value
  if (++scan.depth > DEEPEST) throw unusual
  const value =
    first.mark === '[' ? readFlowItems(scan) : first.mark === '{' ? readFlowMembers(scan) : null
  if (value === null) throw unusual
  scan.depth--
  return value
}

function readFlowItems(scan: FlowScan): unknown {
  const items: unknown[] = []
  let token = nextToken(scan)
  if (token.mark === ']') return items
  for (;;) {
    items.push(readFlowValue(scan, token))
    const { mark } = nextToken(scan)
    if (mark === ']') return items
    if (mark !== ',') throw unusual
    token = nextToken(scan)
  }
}

function readFlowMembers(scan: FlowScan): unknown {
  const value: Record<string, unknown> = {}
  let token = nextToken(scan)
  if (token.mark === '}') return value
  for (;;) {
    const key = token.value
    if (token.mark !== null || typeof key !== 'string' || key === '__proto__') throw unusual
    if (Object.hasOwn(value, key) || nextToken(scan).mark !== ':') throw unusual
    value[key] = readFlowValue(scan, nextToken(scan))
    const { mark } = nextToken(scan)
    if (mark === '}') return value
    if (mark !== ',') throw unusual
    token = nextToken(scan)
  }
}
