// Reads one mapping of a YAML file field by field and collects every problem with its line.
import { didYouMean, nearest, type Path, type YamlFile } from '@sluice/documents'
import type { Problem } from '@sluice/rollout'
import { isObject, type JsonObject } from './json.ts'

export interface FieldsParts {
  readonly doc: YamlFile
  readonly path: Path
  readonly value: unknown
  readonly problems: Problem[]
}

/** Each method takes a key once; what nobody took is reported by `end` as unknown. */
export interface Fields {
  readonly present: boolean
  has(key: string): boolean
  /** The raw value, whatever it is; null when it is absent or null. */
  raw(key: string): unknown
  text(key: string): string | null
  /** A whole number from `least` on. */
  count(key: string, least: number): number | null
  flag(key: string): boolean | null
  /** One of the keys of `choices`, as its value. */
  choice(key: string, choices: Readonly<Record<string, string>>): string | null
  /** Texts to texts; numbers and booleans become texts, as Azure wants them. */
  texts(key: string): Readonly<Record<string, string>>
  nested(key: string): Fields
  /** Reports at the end that a key is not there, unless an unknown key looks like it misspelt. */
  missing(key: string, wanted: string): void
  /** Known to Azure, not to us: taken, and reported with `why`. */
  refuse(key: string, why: string): void
  /** Known and of no use here: taken and dropped. */
  drop(...keys: readonly string[]): void
  problem(key: string | null, message: string): void
  where(key: string | null): string
  end(): void
}

export function createFields({ doc, path, value, problems }: FieldsParts): Fields {
  const keys = createKeys()
  const object: JsonObject = isObject(value) ? value : {}
  const where = (key: string | null): string =>
    `${doc.file}:${doc.lineOf(key === null ? path : [...path, key])}`
  const label = (key: string): string => [...path, key].join('.')
  const problem = (key: string | null, message: string): void => {
    problems.push({
      where: where(key),
      message: `${key === null ? path.join('.') || 'the file' : label(key)}: ${message}`,
    })
  }
  if (value !== null && value !== undefined && !isObject(value)) {
    problem(null, 'wanted a mapping of names to values')
  }
  const take = (key: string): unknown => {
    keys.known.add(key)
    return object[key] ?? null
  }
  const typed = <T>(key: string, read: (raw: unknown) => T | null, wanted: string): T | null => {
    const raw = take(key)
    if (raw === null) return null
    const result = read(raw)
    if (result === null) problem(key, `found ${show(raw)}; wanted ${wanted}`)
    return result
  }
  return {
    present: isObject(value),
    has: (key) => (object[key] ?? null) !== null,
    raw: take,
    where,
    problem,
    text: (key) => typed(key, readText, 'a text'),
    count: (key, least) =>
      typed(key, (raw) => readCount(raw, least), `a whole number, ${least} or more`),
    flag: (key) => typed(key, (raw) => (typeof raw === 'boolean' ? raw : null), 'true or false'),
    choice: (key, choices) =>
      typed(
        key,
        (raw) =>
          typeof raw === 'string' && Object.hasOwn(choices, raw) ? (choices[raw] ?? null) : null,
        Object.keys(choices).join(' or '),
      ),
    texts: (key) => typed(key, readTexts, 'a mapping of names to texts') ?? {},
    nested: (key) => createFields({ doc, path: [...path, key], value: take(key), problems }),
    refuse(key, why) {
      keys.unlisted.add(key)
      if (take(key) !== null) problem(key, why)
    },
    drop: (...names) => names.forEach((name) => keys.unlisted.add(name)),
    missing: (key, wanted) => void keys.absent.set(key, wanted),
    end: () => reportKeys(keys, Object.keys(object), problem),
  }
}

interface Keys {
  readonly known: Set<string>
  /** Taken in silence; nobody should be told to write them. */
  readonly unlisted: Set<string>
  /** Key to what was wanted of it. */
  readonly absent: Map<string, string>
}

const createKeys = (): Keys => ({ known: new Set(), unlisted: new Set(), absent: new Map() })

function reportKeys(
  { known, unlisted, absent }: Keys,
  given: readonly string[],
  problem: Fields['problem'],
): void {
  const listed = [...known].filter((name) => !unlisted.has(name))
  const unknown = given.filter((key) => !known.has(key) && !unlisted.has(key))
  for (const key of unknown) problem(key, `unknown key; ${didYouMean(key, listed)}`)
  const misspelt = new Set(unknown.map((key) => nearest(key, listed)))
  for (const [key, wanted] of absent) {
    if (!misspelt.has(key)) problem(key, `is missing; wanted ${wanted}`)
  }
}

const readText = (raw: unknown): string | null =>
  typeof raw === 'string' && raw.trim() !== '' ? raw : typeof raw === 'number' ? String(raw) : null

const readCount = (raw: unknown, least: number): number | null =>
  typeof raw === 'number' && Number.isInteger(raw) && raw >= least ? raw : null

function readTexts(raw: unknown): Readonly<Record<string, string>> | null {
  if (!isObject(raw)) return null
  const entries = Object.entries(raw)
  const plain = entries.every(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))
  return plain ? Object.fromEntries(entries.map(([key, value]) => [key, String(value)])) : null
}

function show(raw: unknown): string {
  const text = JSON.stringify(raw)
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
