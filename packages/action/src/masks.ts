// Secrets that became known during the run, hidden in everything we print or write ourselves: the
// runner hides them too, but not in files, and there may be no runner.

export interface Masks {
  add(secret: string): void
  hide(text: string): string
}

/** Shorter ones would tear holes into every text; the runner's mask has no such limit. */
const SHORTEST = 4

export function createMasks(): Masks {
  const secrets = new Set<string>()
  /** By their first letters: most texts hold none, and there may be hundreds of secrets. */
  const byStart = new Map<string, string[]>()
  let longestFirst: readonly string[] | null = null
  const holdsOne = (text: string): boolean => {
    for (let at = 0; at + SHORTEST <= text.length; at += 1) {
      const near = byStart.get(text.slice(at, at + SHORTEST))
      if (near?.some((secret) => text.startsWith(secret, at)) === true) return true
    }
    return false
  }
  return {
    add: (secret) => {
      for (const part of [secret, ...secret.split(/\r?\n/)]) {
        if (part.trim().length < SHORTEST || secrets.has(part)) continue
        const start = part.slice(0, SHORTEST)
        byStart.set(start, [...(byStart.get(start) ?? []), part])
        secrets.add(part)
        longestFirst = null
      }
    },
    hide: (text) => {
      if (secrets.size === 0 || !holdsOne(text)) return text
      longestFirst ??= [...secrets].sort((a, b) => b.length - a.length)
      return longestFirst.reduce((hidden, secret) => hidden.replaceAll(secret, '***'), text)
    },
  }
}
