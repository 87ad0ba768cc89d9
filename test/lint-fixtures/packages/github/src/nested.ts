export function count(rows: readonly boolean[]): number {
  let found = 0
  for (const a of rows) {
    for (const b of rows) {
      for (const c of rows) {
        for (const d of rows) {
          if (a && b && c && d) {
            found += 1
          }
        }
      }
    }
  }
  return found
}
