// Relative weights as whole percents, for objects whose weights need not sum to 100.

export interface Weighted {
  readonly slot: string
  /** 0 or more, relative to the other one. */
  readonly weight: number
}

/**
 * Whole percents that sum to 100, the nearest where the true ones are not whole (1 to 2 gives 33 and
 * 67). A slot with any weight has at least 1, so that one with requests never looks idle. At most two
 * slots; those without weight are left out. Empty: nothing has weight.
 */
export function wholePercents(weighted: readonly Weighted[]): Readonly<Record<string, number>> {
  const [first, second] = weighted.filter(({ weight }) => weight > 0)
  if (first === undefined) return {}
  if (second === undefined) return { [first.slot]: 100 }
  const nearest = Math.round((100 * first.weight) / (first.weight + second.weight))
  const percent = Math.min(99, Math.max(1, nearest))
  return { [first.slot]: percent, [second.slot]: 100 - percent }
}
