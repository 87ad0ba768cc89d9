// The nearest known name, for typing errors.

/** `did you mean x? Known: ...`; only the list when nothing is near. */
export function didYouMean(name: string, known: readonly string[]): string {
  const list = `known: ${known.join(', ')}`
  const near = nearest(name, known)
  return near === null ? list : `did you mean ${near}? (${list})`
}

/** The known name that differs least, if by no more than a third of its length; null otherwise. */
export function nearest(name: string, known: readonly string[]): string | null {
  const ranked = known
    .map((other) => ({ other, distance: distanceOf(simple(name), simple(other)) }))
    .sort((a, b) => a.distance - b.distance)
  const [best] = ranked
  return best !== undefined && best.distance <= Math.max(1, best.other.length / 3)
    ? best.other
    : null
}

/** Case and the way words are joined are the most usual errors. */
const simple = (name: string): string => name.toLowerCase().replaceAll(/[-_ ]/g, '')

/** Letters to insert, delete or replace to get from one name to the other. */
function distanceOf(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (const [i, letter] of Array.from(from).entries()) {
    const next = [i + 1]
    for (const [j, other] of Array.from(to).entries()) {
      const replaced = (row[j] ?? 0) + (letter === other ? 0 : 1)
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1))
    }
    row = next
  }
  return row[to.length] ?? 0
}
