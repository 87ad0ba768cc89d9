// Filter patterns of `on:`: `*` stops at a slash, `**` does not, `?` and `+` repeat the character
// before, `[]` is a set, `\` escapes, and a leading `!` takes out what earlier patterns let in.

export function matchesPattern(pattern: string, text: string): boolean {
  return new RegExp(`^${source(pattern)}$`, 'u').test(text)
}

/** The last pattern that matches decides. */
export function matchesAny(patterns: readonly string[], text: string): boolean {
  let included = false
  for (const pattern of patterns) {
    const negative = pattern.startsWith('!')
    if (matchesPattern(negative ? pattern.slice(1) : pattern, text)) included = !negative
  }
  return included
}

function source(pattern: string): string {
  let made = ''
  let rest = pattern
  while (rest !== '') {
    const [taken, written] = takeOne(rest)
    made += written
    rest = rest.slice(taken)
  }
  return made
}

function takeOne(rest: string): readonly [number, string] {
  if (rest.startsWith('**/')) return [3, '(?:.*/)?']
  if (rest.startsWith('**')) return [2, '.*']
  const first = rest.charAt(0)
  if (first === '*') return [1, '[^/]*']
  if (first === '?' || first === '+') return [1, first]
  const set = /^\[[^\]]+\]/.exec(rest)?.[0]
  if (set !== undefined) return [set.length, set]
  if (first === '\\' && rest.length > 1) return [2, escape(rest.charAt(1))]
  return [1, escape(first)]
}

const escape = (character: string): string =>
  /[\\^$.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character
