export function weigh(verdict: 'pass' | 'fail' | 'inconclusive'): number {
  switch (verdict) {
    case 'pass':
      return 1
    case 'fail':
      return 2
  }
  return 0
}
