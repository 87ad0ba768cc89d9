// What the text of a pull request needs beside the Markdown that everybody uses.
import { code } from '@sluice/documents'

/** A text as code, of a length that leaves room for the rest. */
export const shortCode = (text: string, limit = 200): string => code(text, limit).markdown

/** A text of several lines as a fenced block; `language` is ours. */
export function inertBlock(text: string, language = ''): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  // Our own markers are found by text search, so no data may look like one.
  return `${fence}${language}\n${text.replaceAll('<!--', '<!\u200b--')}\n${fence}`
}
