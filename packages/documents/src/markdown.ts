// Data inside Markdown stays data: no link, mention, reference, tag or table cell can grow out of it.

/** Shown in a summary as it is; a plain string is escaped. */
export interface Markdown {
  readonly markdown: string
}

export type Cell = string | Markdown

/** Line ends, controls, and marks that turn the direction of text or cannot be seen. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu
const SPECIAL = /[\\`*_[\]<>|~$&]/g
/** What begins a list, a heading or a rule when it stands first. */
const LEADING = /(?<=^\s*)(?=[-+=#])|(?<=^\s*\d+)(?=[.)])/
const ENTITIES: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;' }
/** What GitHub looks for in text after Markdown is done: a joiner in it breaks the pattern. */
const AUTOMATIC =
  /@(?=\w)|#(?=\d)|(?<=\b(?:GH|gh)-)(?=\d)|(?<=\b(?:https?|ftp|mailto):)|(?<=\bwww)(?=\.)/gi

const JOINER = '\u2060'

/** The text on one line, without characters that cannot be seen. */
export const oneLine = (text: string): string => text.replace(UNSEEN, ' ')

/** One line of inert text, for a paragraph, a heading, a list or a table cell. */
export const escapeMarkdown = (text: string): string =>
  oneLine(text)
    .replace(AUTOMATIC, (found) => `${found}${JOINER}`)
    .replace(SPECIAL, (found) => ENTITIES[found] ?? `\\${found}`)
    .replace(LEADING, '\\')

/**
 * The same as code, cut to `limit` characters: GitHub looks for nothing in it, and nothing in it can
 * end the element. A hyphen is plain here: only at the beginning of a line does it mean something.
 */
export function code(text: string, limit = Infinity): Markdown {
  const flat = Array.from(oneLine(text))
  const shown = flat.length > limit ? [...flat.slice(0, limit - 1), '…'] : flat
  const inert = shown.join('').replace(/[!-,./:-@[-`{-~]/g, (char) => `&#${char.charCodeAt(0)};`)
  return { markdown: `<code>${inert}</code>` }
}

/** A link to an address of ours; anything but http(s) is shown as code. */
export function link(label: string, address: string): Markdown {
  const plain = /^https?:\/\/[^\s<>"'`()[\]\\|]+$/.test(address)
  return plain ? { markdown: `[${escapeMarkdown(label)}](${address})` } : code(address)
}

/** A table with a line end after its last row; '' without rows. Strings are escaped. */
export function table(headers: readonly Cell[], rows: readonly (readonly Cell[])[]): string {
  if (rows.length === 0) return ''
  const lines = [headers, headers.map(() => ({ markdown: '---' })), ...rows]
  return lines.map((cells) => `| ${cells.map(renderCell).join(' | ')} |\n`).join('')
}

/** A bullet list with a line end after its last item; '' without items. */
export const bullets = (items: readonly Cell[]): string =>
  items.map((item) => `- ${renderCell(item)}\n`).join('')

const renderCell = (cell: Cell): string =>
  typeof cell === 'string' ? escapeMarkdown(cell) : cell.markdown.replace(/(?<!\\)\|/g, '\\|')
