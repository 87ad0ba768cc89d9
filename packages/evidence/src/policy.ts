// What a policy wants: expectations per request file, and the thresholds of the gate.
import { bad, good, type Problem, type Result } from '@sluice/rollout'
import type { GateRules } from './document.ts'
import { parseJsonPath, type JsonPath } from './json-path.ts'
import { matchesGlob } from './glob.ts'

/** All parts that are given must hold. */
export interface TextExpectation {
  readonly contains?: string
  readonly equals?: string
  readonly matches?: RegExp
}

export interface ValueExpectation {
  readonly path: JsonPath
  readonly equals: unknown
  /** Absolute; 0 unless told. Applies to numbers, at any depth of `equals`. */
  readonly tolerance: number
}

export interface Expectation {
  /** Which request files; the first expectation that fits a name is the one that counts. */
  readonly glob: string
  readonly status: number
  readonly text?: TextExpectation
  readonly values?: readonly ValueExpectation[]
}

export interface Policy {
  readonly expectations: readonly Expectation[]
  readonly gate: GateRules
}

/** Longest `matches` that a policy may hold, characters. */
const LONGEST_PATTERN = 1000

/** For request files that no expectation fits, and for all of them without a policy. */
export const DEFAULT_EXPECTATION: Expectation = { glob: '**', status: 200 }

export const DEFAULT_GATE: GateRules = {
  minimumSamples: 1,
  maximumFailureShare: 0,
  // Platforms throttle and new slots come up slowly; a slot that is silent more often than it speaks
  // has not been shown to serve.
  maximumUnansweredShare: 0.5,
  maximumP95Ms: null,
}

export const DEFAULT_POLICY: Policy = { expectations: [], gate: DEFAULT_GATE }

export const expectationFor = (policy: Policy, name: string): Expectation =>
  policy.expectations.find(({ glob }) => matchesGlob(glob, name)) ?? DEFAULT_EXPECTATION

/** Where a part of the policy stands, for people: `sluice.policy.yml:12`. */
export type Locate = (path: readonly (string | number)[]) => string

type Fields = Readonly<Record<string, unknown>>

/**
 * A policy value that fits the schema becomes a typed policy. Reports, all at once, what a schema
 * cannot see: paths and regular expressions that do not parse.
 */
export function parsePolicy(value: unknown, locate: Locate = dotted): Result<Policy> {
  const problems: Problem[] = []
  const fields = fieldsOf(value)
  const expectations = Object.entries(fieldsOf(fields['expect'])).map(([glob, item]) =>
    readExpectation(glob, fieldsOf(item), {
      report: (message, ...path) => {
        problems.push({ where: locate(['expect', glob, ...path]), message })
      },
    }),
  )
  const gate = fieldsOf(fields['gate'])
  const policy: Policy = {
    expectations,
    gate: {
      minimumSamples: numberIn(gate, 'minimum-samples') ?? DEFAULT_GATE.minimumSamples,
      maximumFailureShare:
        numberIn(gate, 'maximum-failure-share') ?? DEFAULT_GATE.maximumFailureShare,
      maximumUnansweredShare:
        numberIn(gate, 'maximum-unanswered-share') ?? DEFAULT_GATE.maximumUnansweredShare,
      maximumP95Ms: numberIn(gate, 'maximum-p95-ms') ?? DEFAULT_GATE.maximumP95Ms,
    },
  }
  return problems.length > 0 ? bad(...problems) : good(policy)
}

interface Reporter {
  report(message: string, ...path: readonly (string | number)[]): void
}

function readExpectation(glob: string, fields: Fields, reporter: Reporter): Expectation {
  const text = fields['text'] === undefined ? null : readText(fieldsOf(fields['text']), reporter)
  const values = Array.isArray(fields['values'])
    ? fields['values'].flatMap((item: unknown, index) => readValue(fieldsOf(item), index, reporter))
    : null
  return {
    glob,
    status: numberIn(fields, 'status') ?? DEFAULT_EXPECTATION.status,
    ...(text !== null && { text }),
    ...(values !== null && { values }),
  }
}

function readText(fields: Fields, { report }: Reporter): TextExpectation {
  const contains = textIn(fields, 'contains')
  const equals = textIn(fields, 'equals')
  const pattern = textIn(fields, 'matches')
  let matches: RegExp | null = null
  if (pattern !== null && pattern.length > LONGEST_PATTERN) {
    report(
      `found ${pattern.length} characters; wanted at most ${LONGEST_PATTERN}`,
      'text',
      'matches',
    )
  } else if (pattern !== null) {
    try {
      matches = new RegExp(pattern, 'u')
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      report(`wanted a JavaScript regular expression (flag u): ${why}`, 'text', 'matches')
    }
  }
  return {
    ...(contains !== null && { contains }),
    ...(equals !== null && { equals }),
    ...(matches !== null && { matches }),
  }
}

function readValue(fields: Fields, index: number, { report }: Reporter): ValueExpectation[] {
  const path = parseJsonPath(textIn(fields, 'path') ?? '')
  if (!path.ok) {
    for (const { message } of path.problems) report(message, 'values', index, 'path')
    return []
  }
  return [
    { path: path.value, equals: fields['equals'], tolerance: numberIn(fields, 'tolerance') ?? 0 },
  ]
}

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {}

const textIn = (fields: Fields, key: string): string | null =>
  typeof fields[key] === 'string' ? fields[key] : null

const numberIn = (fields: Fields, key: string): number | null =>
  typeof fields[key] === 'number' ? fields[key] : null

const dotted: Locate = (path) => path.map(String).join('.')
