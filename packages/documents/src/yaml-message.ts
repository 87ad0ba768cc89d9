// What the YAML library says, in our words.

/** The library's words for an indentation that fits no line above are a rule, not what was found. */
const UNEVEN = /^All (mapping|sequence) items must start at the same column$/

/** Tags of YAML itself; the name of any other one may be a password that begins with `!`. */
const PLAIN_TAG =
  /^Unresolved tag: tag:yaml\.org,2002:(binary|map|merge|omap|pairs|seq|set|timestamp)$/

const QUOTES = 'put quotes around a text that begins with'

/** What a text without quotes becomes by its first letter. The library repeats the text; we must not. */
const TAKEN: readonly (readonly [RegExp, string])[] = [
  [
    /^(?:Unresolved tag|Not a valid tag|Could not resolve tag|Verbatim tags|The \S+ tag has no suffix)/,
    `a tag that is not known here; take it out, or ${QUOTES} !`,
  ],
  [/^Unresolved alias/, `an alias names no anchor above it; ${QUOTES} *`],
  [/^Block scalar header/, `text stands behind the | or > of a block; ${QUOTES} one of them`],
  [/^Unknown directive/, `a line begins with %, and is no directive; ${QUOTES} %`],
]

export function tidyMessage(message: string): string {
  // What is quoted at the end is text of the document, which may hold secrets.
  const plain = message
    .replace(/: ".*"$/s, '')
    .replace(/\s+/g, ' ')
    .trim()
  const tag = PLAIN_TAG.exec(plain)?.[1]
  if (tag !== undefined) return `the tag !!${tag} is not known here; take it out`
  const taken = TAKEN.find(([told]) => told.test(plain))
  if (taken !== undefined) return taken[1]
  return UNEVEN.test(plain)
    ? 'the indentation of this line fits no line above; wanted the same column as its neighbours'
    : plain
}
