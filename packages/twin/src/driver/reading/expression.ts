// Expressions and templates, evaluated by GitHub's own engine.
import { data, Evaluator, Lexer, Parser } from '@actions/expressions'
import type { FunctionDefinition } from '@actions/expressions/funcs/info'
import { entriesOf, itemsOf, type Token } from './token.ts'
import { isBasicExpression, isMapping, isSequence, isString } from './parser.ts'

/** A plain JSON value as expressions see it. */
export type Value =
  string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value }

const contextNames = [
  'github',
  'env',
  'vars',
  'job',
  'jobs',
  'steps',
  'runner',
  'secrets',
  'strategy',
  'matrix',
  'needs',
  'inputs',
] as const
export type ContextName = (typeof contextNames)[number]

/** Contexts that are absent read as null. */
export type Contexts = Partial<Record<ContextName, Value>>

export interface Status {
  readonly success: boolean
  readonly failure: boolean
  readonly cancelled: boolean
}

export interface Scope {
  readonly contexts: Contexts
  readonly status?: Status
}

/** An expression that cannot be evaluated: a fault of the workflow, not of the driver. */
export class ExpressionFailed extends Error {
  override readonly name = 'ExpressionFailed'
}

/** Throws ExpressionFailed with the engine's words, as all functions here. */
export function evaluate(expression: string, scope: Scope): Value {
  return fromData(run(expression, scope))
}

/** As `${{ }}` inside text: null is empty, objects read `Object`. */
export function evaluateText(expression: string, scope: Scope): string {
  return run(expression, scope).coerceString()
}

/** As an `if`. */
export function evaluateCondition(expression: string, scope: Scope): boolean {
  const value = fromData(run(expression, scope))
  return !(value === null || value === false || value === 0 || value === '' || Number.isNaN(value))
}

/** A template to a plain value: expressions keep their type. */
export function resolve(token: Token, scope: Scope): Value {
  if (isBasicExpression(token)) return evaluate(token.expression, scope)
  if (isMapping(token)) {
    return Object.fromEntries(
      entriesOf(token).map((entry) => [entry.key, resolve(entry.value, scope)]),
    )
  }
  if (isSequence(token)) return itemsOf(token).map((item) => resolve(item, scope))
  if (token.isExpression) throw new ExpressionFailed('${{ insert }} is not covered by the driver')
  return isString(token) ? token.value : ((token as unknown as { value?: Value }).value ?? null)
}

/** A template to text, as for `env`, `with` and outputs. */
export function resolveText(token: Token | undefined, scope: Scope): string {
  if (token === undefined) return ''
  if (isBasicExpression(token)) return evaluateText(token.expression, scope)
  if (token.isScalar && !token.isExpression) {
    return isString(token) ? token.value : (token as unknown as { toString(): string }).toString()
  }
  throw new ExpressionFailed('text or an expression was expected')
}

/** A mapping of templates to texts, in the order of the file. */
export function resolveTexts(token: Token | undefined, scope: Scope): Record<string, string> {
  if (token !== undefined && isBasicExpression(token)) {
    const value = evaluate(token.expression, scope)
    if (typeof value !== 'object' || value === null)
      throw new ExpressionFailed('a mapping was expected')
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, toData(item).coerceString()]),
    )
  }
  return Object.fromEntries(
    entriesOf(token).map((entry) => [entry.key, resolveText(entry.value, scope)]),
  )
}

function run(expression: string, scope: Scope): data.ExpressionData {
  try {
    return runTree(expression, scope)
  } catch (error) {
    throw new ExpressionFailed(`${(error as Error).message} (in: ${expression})`, { cause: error })
  }
}

function runTree(expression: string, scope: Scope): data.ExpressionData {
  const functions = statusFunctions(scope.status)
  const tree = new Parser(tokensOf(expression), [...contextNames], functions).parse()
  const contexts = new data.Dictionary(
    ...contextNames.map((name) => ({ key: name, value: toData(scope.contexts[name] ?? null) })),
  )
  return new Evaluator(
    tree,
    contexts,
    new Map(functions.map((f) => [f.name.toLowerCase(), f])),
  ).evaluate()
}

// The engine's lexer resolves only the first doubled quote of a text; a script with two of them
// would come out changed.
function tokensOf(expression: string): ReturnType<Lexer['lex']>['tokens'] {
  return new Lexer(expression)
    .lex()
    .tokens.map((token) =>
      token.lexeme.startsWith("'")
        ? { ...token, value: token.lexeme.slice(1, -1).replaceAll("''", "'") }
        : token,
    )
}

function statusFunctions(status: Status | undefined): FunctionDefinition[] {
  const answer = (name: string, value: boolean): FunctionDefinition => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(value),
  })
  const hashFiles: FunctionDefinition = {
    name: 'hashFiles',
    minArgs: 1,
    maxArgs: 255,
    call: () => {
      throw new Error('hashFiles() is not covered by the driver')
    },
  }
  if (status === undefined) return [hashFiles]
  return [
    answer('always', true),
    answer('success', status.success),
    answer('failure', status.failure),
    answer('cancelled', status.cancelled),
    hashFiles,
  ]
}

function toData(value: Value): data.ExpressionData {
  if (value === null) return new data.Null()
  if (typeof value === 'string') return new data.StringData(value)
  if (typeof value === 'number') return new data.NumberData(value)
  if (typeof value === 'boolean') return new data.BooleanData(value)
  if (Array.isArray(value)) return new data.Array(...value.map(toData))
  return new data.Dictionary(
    ...Object.entries(value).map(([key, item]) => ({ key, value: toData(item) })),
  )
}

function fromData(value: data.ExpressionData): Value {
  switch (value.kind) {
    case data.Kind.String:
    case data.Kind.Number:
    case data.Kind.Boolean:
      return (value as data.StringData | data.NumberData | data.BooleanData).value
    case data.Kind.Array:
      return (value as data.Array).values().map(fromData)
    case data.Kind.Dictionary:
      return Object.fromEntries(
        (value as data.Dictionary).pairs().map((p) => [p.key, fromData(p.value)]),
      )
    case data.Kind.Null:
      return null
  }
}
