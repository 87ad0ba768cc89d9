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
  return {
    add: (secret) => {
      for (const part of [secret, ...secret.split(/\r?\n/)]) {
        if (part.trim().length >= SHORTEST) secrets.add(part)
      }
    },
    hide: (text) =>
      [...secrets]
        .sort((a, b) => b.length - a.length)
        .reduce((hidden, secret) => hidden.replaceAll(secret, '***'), text),
  }
}
