// Is `models:` of a rehearsal.yml what azure/behaviours.ts can play?
import type { ModelBehaviour } from '../../azure/behaviours.ts'

type Kind = ModelBehaviour['kind']
type Shape = readonly [wanted: string, fits: (value: unknown) => boolean]

const text: Shape = ['a text', (value) => typeof value === 'string']
const number: Shape = ['a number', (value) => Number.isFinite(value)]
const status: Shape = [
  'a status from 200 to 599',
  (value) => Number.isInteger(value) && Number(value) >= 200 && Number(value) <= 599,
]
const numbers: Shape = [
  'a map of column to number',
  (value) => isMap(value) && Object.values(value).every(Number.isFinite),
]
const anything: Shape = ['a value', (value) => value !== undefined]

/** The keys that each kind needs. */
const SHAPES: { readonly [K in Kind]: Readonly<Record<string, Shape>> } = {
  linear: { rows: text, intercept: number, terms: numbers },
  fixed: { body: anything },
  'error-text': { text },
  status: { status, text },
}

/** One sentence per problem, with its place; empty when all models can be played. */
export function problemsOfModels(models: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(models).flatMap(([model, versions]) =>
    isMap(versions)
      ? Object.entries(versions).flatMap(([version, behaviour]) =>
          problemsOf(behaviour, `models.${model}.${version}`),
        )
      : [`models.${model} must be a map of version to behaviour`],
  )
}

function problemsOf(behaviour: unknown, where: string): readonly string[] {
  if (!isMap(behaviour)) return [`${where} must be a map with a \`kind\``]
  const kind = Object.keys(SHAPES).find((name) => name === behaviour['kind'])
  if (kind === undefined) {
    const found = behaviour['kind'] === undefined ? 'no kind' : JSON.stringify(behaviour['kind'])
    return [`${where}.kind: found ${found}; the kinds are ${Object.keys(SHAPES).join(', ')}`]
  }
  return Object.entries(SHAPES[kind as Kind])
    .filter(([key, [, fits]]) => !fits(behaviour[key]))
    .map(([key, [wanted]]) => `${where}.${key}: kind ${kind} wants ${wanted} here`)
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
