// What beside weights decides which slot a request gets: a match (A/B) and a mirror (shadow).

export type MatchKind = 'header' | 'cookie'

/** Requests with this header or cookie of exactly this value. */
export interface RequestMatch {
  readonly kind: MatchKind
  readonly name: string
  readonly value: string
}

export interface SlotMatch extends RequestMatch {
  readonly slot: string
}

/** Two matches, or none, that say the same. */
export const sameMatch = (a: SlotMatch | null, b: SlotMatch | null): boolean =>
  a === null || b === null
    ? a === b
    : a.slot === b.slot && a.kind === b.kind && a.name === b.name && a.value === b.value

/** Slot to the percent of requests that are copied to it; answers to copies are dropped. */
export type Mirror = Readonly<Record<string, number>>
