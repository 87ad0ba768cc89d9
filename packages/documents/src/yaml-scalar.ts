// Plain YAML scalars as kubectl reads them: YAML 1.1 for words, Go for numbers, dates and times stay text.

export type ScalarValue = string | number | boolean | null

/** `note`: it reads as something that its author may not have meant. `trouble`: it cannot be carried. */
export interface PlainScalar {
  readonly value: ScalarValue
  readonly note?: string
  readonly trouble?: string
}

const WORDS: ReadonlyMap<string, boolean | null> = new Map([
  ...['true', 'True', 'TRUE'].map((word) => [word, true] as const),
  ...['false', 'False', 'FALSE'].map((word) => [word, false] as const),
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
])

/** Booleans in YAML 1.1, texts in 1.2. */
const OLD_WORDS: ReadonlyMap<string, boolean> = new Map([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'on', 'On', 'ON'].map((word) => [word, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'off', 'Off', 'OFF'].map((word) => [word, false] as const),
])

const NOT_FINITE = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/
const FLOAT = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/
const POINT_FIRST = /^\.\d+(?:_\d+)*(?:[eE][-+]?\d+)?$/
const INTEGER =
  /^[-+]?(?:0[xX](?<hex>[0-9a-fA-F]+)|0[bB](?<two>[01]+)|0[oO]?(?<eight>[0-7]+)|(?<ten>0|[1-9]\d*))$/

/** The value of a scalar that has no quotes and no tag. */
export function readPlain(text: string): PlainScalar {
  const first = text.charCodeAt(0)
  // Digits, signs and a point; all that can begin a number.
  const numeric = (first >= 48 && first <= 57) || first === 43 || first === 45 || first === 46
  return numeric ? readNumber(text) : readWord(text)
}

function readWord(text: string): PlainScalar {
  // The longest word has five letters.
  if (text.length > 5) return { value: text }
  const word = WORDS.get(text)
  if (word !== undefined) return { value: word }
  const old = OLD_WORDS.get(text)
  return old === undefined ? { value: text } : { value: old, note: renderNote(text, old) }
}

function readNumber(text: string): PlainScalar {
  if (NOT_FINITE.test(text)) {
    return {
      value: text,
      trouble: `found ${text}, which JSON cannot say; put quotes around a text`,
    }
  }
  if (text.startsWith('.')) {
    const fits = POINT_FIRST.test(text)
    return { value: fits ? finite(text.replaceAll('_', ''), text) : text }
  }
  const plain = text.includes('_') ? text.replaceAll('_', '') : text
  const groups = INTEGER.exec(plain)?.groups
  if (groups !== undefined) return readInteger(text, plain, groups)
  if (!FLOAT.test(plain)) return { value: text }
  const value = finite(plain, text)
  return plain === text ? { value } : { value, note: renderNote(text, value) }
}

type Groups = Readonly<Record<string, string | undefined>>

function readInteger(text: string, plain: string, groups: Groups): PlainScalar {
  const { hex, two, eight, ten } = groups
  const digits = hex ?? two ?? eight ?? ten ?? ''
  const prefix =
    hex === undefined ? (two === undefined ? (eight === undefined ? '' : '0o') : '0b') : '0x'
  const exact = BigInt(`${prefix}${digits}`)
  const value = Number(exact)
  if (!Number.isSafeInteger(value)) {
    const message = `found a whole number beyond 9007199254740991 (2^53 - 1), which cannot be carried exactly; put quotes around a text`
    return { value: text, trouble: message }
  }
  const signed = plain.startsWith('-') && value !== 0 ? -value : value
  const clear = plain === text && (eight === undefined || !/^[-+]?0\d/.test(plain))
  return clear ? { value: signed } : { value: signed, note: renderNote(text, signed) }
}

/** Go keeps a number that is too large for it as text. `-0` has no other form in JSON than 0. */
function finite(plain: string, text: string): ScalarValue {
  const value = Number(plain)
  return Number.isFinite(value) ? value + 0 : text
}

const renderNote = (text: string, value: ScalarValue): string =>
  `${text} is read as ${String(value)}, as kubectl does; put quotes around it if it is a text`

/** A key in JSON for what stands as a key in YAML; null: there is none that all readers agree on. */
export function keyOfScalar(value: ScalarValue): string | null {
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return String(value)
  if (value === null) return null
  if (Number.isInteger(value)) return Math.abs(value) < 1e21 ? String(value) : null
  // kubectl rounds such a key to single precision.
  const short = Number(value.toPrecision(6)) === value && Math.abs(value) >= 1e-4
  return short && Math.abs(value) < 1e6 ? String(value) : null
}
