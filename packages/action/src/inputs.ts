// Reads raw inputs into values and collects what is wrong with them, so that all is told at once.
import { bad, good, type Problem, type Result } from '@sluice/rollout'
import type { RawInputs } from './action.ts'

export interface Range {
  readonly min: number
  readonly max: number
}

/**
 * Every reader returns a value of its type at once; where the input is wrong it notes a problem and
 * returns a stand-in that nobody sees, because `done` then gives the problems instead.
 */
export interface InputReader {
  /** '' when not given. */
  text(name: string): string
  /** null when not given. */
  optional(name: string): string | null
  /** A problem when not given. */
  required(name: string): string
  /** One of the words; the first is a stand-in only: an empty input is a problem. */
  oneOf<const Word extends string>(name: string, words: readonly [Word, ...Word[]]): Word
  /** A whole number in decimal digits, within the range. */
  wholeNumber(name: string, range: Range): number
  /** The same, null when not given. */
  optionalWholeNumber(name: string, range: Range): number | null
  /** Several whole numbers with commas between. */
  wholeNumbers(name: string, range: Range): readonly number[]
  /** `true` or `false`, nothing else; a missing one is a problem, as action.yml gives the default. */
  flag(name: string): boolean
  /** Entries with commas or line ends between; blanks around them and empty ones are dropped. */
  list(name: string): readonly string[]
  /** The value of a result, or null after noting its problems. */
  take<Value>(result: Result<Value>): Value | null
  /** Notes a problem that only the caller can see, such as two inputs that exclude each other. */
  problem(name: string, message: string): void
  /** The frozen config, or every problem noted so far. */
  done<Config extends object>(config: Config): Result<Readonly<Config>>
}

/** `const read = readInputs(raw)`, then one reader per field, then `read.done({...})`. */
export function readInputs(raw: RawInputs): InputReader {
  const problems: Problem[] = []
  const problem = (name: string, message: string): void => {
    problems.push({ where: `input ${name}`, message })
  }
  const text = (name: string): string => (raw[name] ?? '').trim()
  const required = (name: string): string => {
    if (text(name) === '') problem(name, 'is empty; wanted a value')
    return text(name)
  }
  return {
    ...simpleReaders({ text, required, problem }),
    ...numberReaders({ text, required, problem }),
    text,
    required,
    problem,
    take: (result) => {
      if (result.ok) return result.value
      problems.push(...result.problems)
      return null
    },
    done: (config) => (problems.length > 0 ? bad(...problems) : good(Object.freeze(config))),
  }
}

type Basics = Pick<InputReader, 'text' | 'required' | 'problem'>

function simpleReaders({
  text,
  problem,
}: Basics): Pick<InputReader, 'optional' | 'oneOf' | 'flag' | 'list'> {
  return {
    optional: (name) => (text(name) === '' ? null : text(name)),
    oneOf: (name, words) => {
      const known = words.find((word) => word === text(name))
      if (known === undefined) problem(name, `${found(text(name))}; wanted ${oneOfText(words)}`)
      return known ?? words[0]
    },
    flag: (name) => {
      const given = text(name)
      if (given !== 'true' && given !== 'false')
        problem(name, `${found(given)}; wanted true or false`)
      return given === 'true'
    },
    list: (name) =>
      text(name)
        .split(/[,\n]/)
        .map((entry) => entry.trim())
        .filter((entry) => entry !== ''),
  }
}

function numberReaders({
  text,
  required,
  problem,
}: Basics): Pick<InputReader, 'wholeNumber' | 'optionalWholeNumber' | 'wholeNumbers'> {
  const parse = (name: string, entry: string, { min, max }: Range): number => {
    const value = /^\d{1,15}$/.test(entry) ? Number(entry) : NaN
    if (value >= min && value <= max) return value
    problem(name, `${found(entry)}; wanted a whole number from ${min} to ${max}`)
    return min
  }
  return {
    wholeNumber: (name, range) => parse(name, text(name), range),
    optionalWholeNumber: (name, range) =>
      text(name) === '' ? null : parse(name, text(name), range),
    wholeNumbers: (name, range) => {
      const given = required(name)
      return given === '' ? [] : given.split(',').map((entry) => parse(name, entry.trim(), range))
    },
  }
}

const LONGEST_SHOWN = 80

const found = (given: string): string =>
  given === ''
    ? 'is empty'
    : `found "${given.length > LONGEST_SHOWN ? `${given.slice(0, LONGEST_SHOWN)}...` : given}"`

const oneOfText = (words: readonly string[]): string =>
  words.length === 1 ? String(words[0]) : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
