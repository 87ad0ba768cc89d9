// `Warning:` headers of the server: deprecated versions, fields that it does not know.
import type { KubernetesLog } from '../ports.ts'

const MOST = 20
const LONGEST = 500

/**
 * The texts of a `Warning` header. Several headers of one answer arrive joined by commas:
 * `299 - "first", 299 - "second \"quoted\""`.
 */
export function parseWarnings(header: string): readonly string[] {
  return [...header.matchAll(/\b\d{3} \S+ "((?:[^"\\]|\\.)*)"/gs)].map(([, text = '']) =>
    text.replace(/\\(.)/gs, '$1'),
  )
}

export interface Warnings {
  /** One annotation for each text that was not told before. */
  tell(header: string | undefined): void
  /** How many more there were; call it once, at the end. */
  close(): void
}

export function createWarnings(log: Pick<KubernetesLog, 'warning'>): Warnings {
  const told = new Set<string>()
  return {
    tell: (header) => {
      if (header === undefined) return
      for (const text of parseWarnings(header)) {
        if (told.has(text)) continue
        told.add(text)
        if (told.size <= MOST) log.warning(`the API server warns: ${cut(text)}`)
      }
    },
    close: () => {
      const more = told.size - MOST
      if (more > 0) log.warning(`the API server gave ${more} more warnings, not shown`)
      told.clear()
    },
  }
}

const cut = (text: string): string =>
  text.length <= LONGEST ? text : `${text.slice(0, LONGEST).toWellFormed()}...`
