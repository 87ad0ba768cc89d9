// Environment files (`KEY=value`), the strict common core. Values may be secrets: no message shows one.
import { bad, good, type Problem, type Result } from '@sluice/rollout'

const LINE = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.-]*)\s*=[ \t]*(.*)$/
const QUOTED = /^(?:"((?:\\.|[^"\\])*)"|'([^']*)')[ \t]*(?:#.*)?$/
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' }

/**
 * Keys to values. Comments, quotes (escapes in double ones), `export ` and any line ending are
 * understood; variables are not expanded. A duplicate key or a line that is no assignment is a problem.
 */
export function parseDotenv(
  text: string,
  { file }: { readonly file: string },
): Result<Readonly<Record<string, string>>> {
  const problems: Problem[] = []
  const seen = new Map<string, { readonly value: string; readonly line: number }>()
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/)
  for (const [index, content] of lines.entries()) {
    const line = index + 1
    if (/^\s*(#.*)?$/.test(content)) continue
    const where = `${file}:${line}`
    const read = readLine(content)
    if (typeof read === 'string') {
      problems.push({ where, message: read })
      continue
    }
    const earlier = seen.get(read.key)
    if (earlier === undefined) seen.set(read.key, { value: read.value, line })
    else
      problems.push({
        where,
        message: `${read.key} is set again; it was set on line ${earlier.line}. Keep one`,
      })
  }
  if (problems.length > 0) return bad(...problems)
  return good(Object.fromEntries([...seen].map(([key, { value }]) => [key, value])))
}

function readLine(content: string): { readonly key: string; readonly value: string } | string {
  const match = LINE.exec(content)
  const [, key, rest] = match ?? []
  if (key === undefined || rest === undefined) {
    return content.includes('=')
      ? 'the text before = is no name; wanted letters, digits, _ . - and no digit first'
      : 'found a line without =; wanted NAME=value, or # before a comment'
  }
  if (!/^["']/.test(rest)) return { key, value: rest.replace(/(^|\s)#.*$/, '').trimEnd() }
  const [, double, single] = QUOTED.exec(rest) ?? []
  if (double !== undefined) return { key, value: unescape(double) }
  if (single !== undefined) return { key, value: single }
  return `the quote of ${key} is not closed on its line, or text follows it`
}

const unescape = (text: string): string =>
  text.replace(/\\(.)/g, (_, char: string) => ESCAPES[char] ?? char)
