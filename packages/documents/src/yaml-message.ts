// What the YAML library says, in our words.

/** The library's words for an indentation that fits no line above are a rule, not what was found. */
const UNEVEN = /^All (mapping|sequence) items must start at the same column$/

export function tidyMessage(message: string): string {
  // What is quoted at the end is text of the document, which may hold secrets.
  const plain = message
    .replace(/: ".*"$/s, '')
    .replace(/\s+/g, ' ')
    .trim()
  return UNEVEN.test(plain)
    ? 'the indentation of this line fits no line above; wanted the same column as its neighbours'
    : plain
}
