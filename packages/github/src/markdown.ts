// Data inside Markdown: shown, never obeyed.

/** Line breaks, controls and marks that turn the direction of text. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu

/**
 * A text as code that works in a paragraph, a list and a table cell. GitHub looks for mentions,
 * references and links outside of code only, and nothing in it can end the element.
 */
export function inertCode(text: string, limit = 200): string {
  const flat = Array.from(text.replace(INVISIBLE, ' '))
  const shown = flat.length > limit ? [...flat.slice(0, limit - 1), '…'] : flat
  const inert = shown.join('').replace(/[!-,./:-@[-`{-~]/g, (char) => `&#${char.charCodeAt(0)};`)
  return `<code>${inert}</code>`
}

/** A text of several lines as a fenced block; `language` is ours. */
export function inertBlock(text: string, language = ''): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  // Our own markers are found by text search, so no data may look like one.
  return `${fence}${language}\n${text.replaceAll('<!--', '<!\u200b--')}\n${fence}`
}

/** A link to an address that a person may click; anything but http(s) is shown as code. */
export function inertLink(label: string, address: string): string {
  const known = /^https?:\/\/[^\s<>"'`()[\]\\|]+$/.test(address)
  return known ? `[${label}](${address})` : inertCode(address)
}
