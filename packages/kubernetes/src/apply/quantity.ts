// Amounts as the API server writes them back: `1000m` becomes `1`, `0.5` becomes `500m`.

/** Numbers that are the same amount in the same family of suffixes; null: no quantity. */
interface Amount {
  readonly digits: bigint
  /** The value is digits * 10^tens * 2^twos. */
  readonly tens: number
  readonly twos: number
  readonly family: 'binary' | 'decimal' | 'exponent'
}

const SHAPE = /^([+-]?)(\d*)(?:\.(\d*))?(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?\d{1,3}))?$/
const DECIMAL = { n: -9, u: -6, m: -3, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 } as const
const BINARY = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 } as const

function parseAmount(value: unknown): Amount | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null
  const found = SHAPE.exec(String(value))
  if (found === null) return null
  const [, sign = '', whole = '', fraction = '', suffix = '', exponent] = found
  if (whole === '' && fraction === '') return null
  const digits = BigInt(`${sign === '-' ? '-' : ''}${whole}${fraction}`)
  const tens = -fraction.length
  if (suffix in BINARY) {
    return { digits, tens, twos: BINARY[suffix as keyof typeof BINARY], family: 'binary' }
  }
  const more = suffix === '' ? Number(exponent ?? 0) : DECIMAL[suffix as keyof typeof DECIMAL]
  const family = exponent === undefined ? 'decimal' : 'exponent'
  return { digits, tens: tens + more, twos: 0, family }
}

/** The same amount, in suffixes of the same family, so that the server writes both the same way. */
export function sameAmount(a: unknown, b: unknown): boolean {
  const [left, right] = [parseAmount(a), parseAmount(b)]
  if (left === null || right === null || left.family !== right.family) return false
  // Finer than a nano is rounded up by the server: not decided here.
  if (Math.min(left.tens, right.tens) < -9) return false
  return scaled(left, right) === scaled(right, left)
}

const scaled = (one: Amount, other: Amount): bigint =>
  one.digits *
  10n ** BigInt(Math.max(one.tens - other.tens, 0)) *
  2n ** BigInt(Math.max(one.twos - other.twos, 0))
