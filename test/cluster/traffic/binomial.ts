// Where a count must lie when each of n requests goes to a slot with the same chance: exact, no normal curve.

export interface Draws {
  /** How many requests. */
  readonly count: number
  /** The chance of each, 0 to 1. */
  readonly share: number
  /** Default: 0.999 */
  readonly level?: number
}

export interface Interval {
  readonly lowest: number
  readonly highest: number
}

/**
 * The counts from `lowest` to `highest`, both included: fewer come with a chance of at most half of
 * what `level` leaves, and so do more.
 */
export function binomialInterval({ count, share, level = 0.999 }: Draws): Interval {
  const chances = binomialChances(count, share)
  const tail = (1 - level) / 2
  return {
    lowest: countUntil(chances, tail),
    highest: count - countUntil(chances.toReversed(), tail),
  }
}

/** How many of the first chances add up to no more than `tail`. */
function countUntil(chances: readonly number[], tail: number): number {
  let sum = 0
  for (const [index, chance] of chances.entries()) {
    sum += chance
    if (sum > tail) return index
  }
  return chances.length - 1
}

/** Of 0, 1, ... count. Through logarithms: 0.5 to the power of 2,000 is no number of this machine. */
function binomialChances(count: number, share: number): readonly number[] {
  if (share <= 0 || share >= 1)
    return Array.from({ length: count + 1 }, (_, hits) =>
      hits === (share <= 0 ? 0 : count) ? 1 : 0,
    )
  const logs = [count * Math.log1p(-share)]
  for (let hits = 1; hits <= count; hits += 1)
    logs.push(
      (logs[hits - 1] ?? 0) +
        Math.log((count - hits + 1) / hits) +
        Math.log(share) -
        Math.log1p(-share),
    )
  return logs.map((log) => Math.exp(log))
}
