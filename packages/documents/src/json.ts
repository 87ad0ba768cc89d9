// JSON with places. The built-in parser reads; a scan of our own says where a text stops being JSON,
// and that no key stands twice (the built-in one silently keeps the last).
import { bad, good, type Result } from '@sluice/rollout'

/** The value of a JSON text. A problem has `file:line:column`, and never shows the text itself. */
export function parseJson(text: string, { file }: { readonly file: string }): Result<unknown> {
  const body = text.replace(/^\uFEFF/, '')
  const trouble = scanJson(body)
  if (trouble === null) return good(JSON.parse(body))
  const before = body.slice(0, trouble.offset).split(/\r\n|\n|\r/)
  const column = (before.at(-1) ?? '').length + 1
  return bad({ where: `${file}:${before.length}:${column}`, message: trouble.message })
}

/** Where the values of a JSON stream begin and end; null when something is wrong anywhere in it. */
export function splitJson(
  text: string,
): readonly { readonly offset: number; readonly end: number }[] | null {
  const scan = { text, at: 0 }
  const parts: { readonly offset: number; readonly end: number }[] = []
  try {
    for (skipBlanks(scan); scan.at < text.length; skipBlanks(scan)) {
      const offset = scan.at
      scanValue(scan, 0)
      parts.push({ offset, end: scan.at })
    }
    return parts
  } catch (error) {
    if (error instanceof Stop) return null
    throw error
  }
}

interface Trouble {
  readonly offset: number
  readonly message: string
}

/** Deeper than any document of ours, and far from the end of the stack. */
const MAX_DEPTH = 500

const BLANK = /[ \t\n\r]*/y
const SCALAR = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const TEXT = /"(?:[^"\\\u0000-\u001F]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y

class Stop extends Error {
  readonly trouble: Trouble

  constructor(trouble: Trouble) {
    super(trouble.message)
    this.trouble = trouble
  }
}

/** The first place where the text is not JSON, or holds a key twice; null when all is well. */
function scanJson(text: string): Trouble | null {
  const scan = { text, at: 0 }
  try {
    scanValue(scan, 0)
    skipBlanks(scan)
    if (scan.at < text.length) stop(scan, 'text follows the value; wanted the end of the file')
    return null
  } catch (error) {
    if (error instanceof Stop) return error.trouble
    throw error
  }
}

interface Scan {
  readonly text: string
  at: number
}

function scanValue(scan: Scan, depth: number): void {
  if (depth > MAX_DEPTH) stop(scan, `nested more than ${MAX_DEPTH} deep`)
  skipBlanks(scan)
  const first = scan.text[scan.at]
  if (first === '{') return scanMembers(scan, depth)
  if (first === '[') return scanItems(scan, depth)
  if (take(scan, TEXT) === null && take(scan, SCALAR) === null)
    stop(scan, `${found(scan)}; wanted a value`)
}

function scanMembers(scan: Scan, depth: number): void {
  const keys = new Set<string>()
  scanList(scan, '}', () => {
    const offset = scan.at
    const key = take(scan, TEXT)
    if (key === null) stop(scan, `${found(scan)}; wanted a key in double quotes`)
    const name = JSON.parse(key) as string
    if (keys.has(name)) stop({ ...scan, at: offset }, `the key ${key} stands twice`)
    keys.add(name)
    skipBlanks(scan)
    if (scan.text[scan.at] !== ':') stop(scan, `${found(scan)}; wanted :`)
    scan.at++
    scanValue(scan, depth + 1)
  })
}

const scanItems = (scan: Scan, depth: number): void =>
  scanList(scan, ']', () => scanValue(scan, depth + 1))

function scanList(scan: Scan, end: string, scanOne: () => void): void {
  scan.at++
  skipBlanks(scan)
  if (scan.text[scan.at] === end) {
    scan.at++
    return
  }
  for (;;) {
    skipBlanks(scan)
    scanOne()
    skipBlanks(scan)
    const next = scan.text[scan.at]
    if (next !== ',' && next !== end) stop(scan, `${found(scan)}; wanted , or ${end}`)
    scan.at++
    if (next === end) return
  }
}

const skipBlanks = (scan: Scan): void => void take(scan, BLANK)

function take(scan: Scan, pattern: RegExp): string | null {
  pattern.lastIndex = scan.at
  const match = pattern.exec(scan.text)
  if (match === null) return null
  scan.at = pattern.lastIndex
  return match[0]
}

const found = ({ text, at }: Scan): string =>
  at >= text.length ? 'found the end of the text' : `found ${JSON.stringify(text[at])}`

function stop({ at }: Scan, message: string): never {
  throw new Stop({ offset: at, message })
}
