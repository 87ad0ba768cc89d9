// Typed inputs of workflow_dispatch and workflow_call.
import { resolve, type Scope, type Value } from './expression.ts'
import { childOf, entriesOf, itemsOf, lineOf, literalOf, type Token } from './token.ts'

export interface InputDefinition {
  readonly name: string
  readonly type: 'string' | 'boolean' | 'number' | 'choice' | 'environment'
  readonly required: boolean
  readonly default: Token | undefined
  readonly options: readonly string[]
  readonly line: number
}

export type Inputs = Readonly<Record<string, Value>>

/** Definitions below `on: {workflow_dispatch|workflow_call}: inputs:`. */
export function parseInputDefinitions(
  root: Token,
  trigger: 'workflow_dispatch' | 'workflow_call',
): readonly InputDefinition[] {
  const inputs = childOf(childOf(childOf(root, 'on'), trigger), 'inputs')
  return entriesOf(inputs).map(({ key, keyToken, value }) => ({
    name: key,
    type: (literalOf(childOf(value, 'type')) ?? 'string') as InputDefinition['type'],
    required: literalOf(childOf(value, 'required')) === 'true',
    default: childOf(value, 'default'),
    options: itemsOf(childOf(value, 'options')).flatMap((item) => literalOf(item) ?? []),
    line: lineOf(keyToken),
  }))
}

/** Values with defaults, or every problem. `given` comes from the form, the API or a caller. */
export function decideInputs(request: {
  readonly definitions: readonly InputDefinition[]
  readonly given: Readonly<Record<string, Value>>
  readonly scope: Scope
  /** A form sends texts only; a caller sends typed values. */
  readonly texts: boolean
}): { readonly values: Inputs; readonly problems: readonly string[] } {
  const { definitions, given } = request
  const values: Record<string, Value> = {}
  const names = definitions.map((definition) => definition.name)
  const problems = Object.keys(given)
    .filter((name) => !names.some((known) => known.toLowerCase() === name.toLowerCase()))
    .map((name) => `unexpected input '${name}', known: ${names.join(', ') || 'none'}`)
  for (const definition of definitions) {
    const value = valueOf(given, definition.name) ?? defaultOf(definition, request.scope)
    if (value === undefined && definition.required) {
      problems.push(`input '${definition.name}' is required and was not given`)
      continue
    }
    const typed = typedValue(definition, value, request.texts)
    if (typeof typed === 'object') problems.push(typed.problem)
    else values[definition.name] = typed
  }
  return { values, problems }
}

const valueOf = (given: Readonly<Record<string, Value>>, name: string): Value | undefined =>
  Object.entries(given).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1]

function defaultOf(definition: InputDefinition, scope: Scope): Value | undefined {
  return definition.default === undefined ? undefined : resolve(definition.default, scope)
}

function typedValue(
  definition: InputDefinition,
  value: Value | undefined,
  texts: boolean,
): string | number | boolean | { readonly problem: string } {
  const { name, type, options } = definition
  const wrong = (wanted: string) => ({
    problem: `input '${name}' must be ${wanted}, found ${JSON.stringify(value)}`,
  })
  if (type === 'boolean') {
    if (value === undefined) return false
    if (typeof value === 'boolean') return value
    if (texts && (value === 'true' || value === 'false')) return value === 'true'
    return wrong('true or false')
  }
  if (type === 'number') {
    if (value === undefined) return 0
    if (typeof value === 'number') return value
    if (
      texts &&
      typeof value === 'string' &&
      value.trim() !== '' &&
      Number.isFinite(Number(value))
    ) {
      return Number(value)
    }
    return wrong('a number')
  }
  if (value === undefined || value === null) return ''
  if (typeof value === 'object') return wrong('text')
  if (type === 'choice' && !options.includes(String(value)))
    return wrong(`one of ${options.join(', ')}`)
  return String(value)
}
