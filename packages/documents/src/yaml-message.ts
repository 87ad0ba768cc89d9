// What the YAML library says, in our words.

/** The library's words for an indentation that fits no line above are a rule, not what was found. */
const UNEVEN = /^All (mapping|sequence) items must start at the same column$/

const UNKNOWN_TAG = /^Unresolved tag: (.*)$/

export function tidyMessage(message: string): string {
  // What is quoted at the end is text of the document, which may hold secrets.
  const plain = message
    .replace(/: ".*"$/s, '')
    .replace(/\s+/g, ' ')
    .trim()
  const tag = UNKNOWN_TAG.exec(plain)
  if (tag !== null)
    return `the tag ${(tag[1] ?? '').replace('tag:yaml.org,2002:', '!!')} is not known here; take it out`
  return UNEVEN.test(plain)
    ? 'the indentation of this line fits no line above; wanted the same column as its neighbours'
    : plain
}
