// The name that somebody meant: the closest of those that exist.

/** null when none is close: fewer than a third of the letters may differ, and at least one may. */
export function nearest(found: string, names: readonly string[]): string | null {
  const limit = Math.max(1, Math.floor(found.length / 3))
  const ranked = names
    .map((name) => ({ name, distance: distance(found.toLowerCase(), name.toLowerCase()) }))
    .toSorted((a, b) => a.distance - b.distance)
  const [best] = ranked
  return best !== undefined && best.distance <= limit ? best.name : null
}

/** Letters to insert, delete or replace to turn one text into the other. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1]
    for (const [j, other] of [...b].entries()) {
      const replace = (row[j] ?? 0) + (letter === other ? 0 : 1)
      next.push(Math.min(replace, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
