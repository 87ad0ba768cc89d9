// Inputs of an action: what the step gives, then the defaults of action.yml.
import { resolveText, resolveTexts, type Scope } from '../reading/expression.ts'
import { childOf, type Token } from '../reading/token.ts'

export interface KnownInput {
  readonly name: string
  readonly default: Token | undefined
  readonly deprecation: string | undefined
}

/** Names as given or as defined; warnings as the runner words them. */
export function decideActionInputs(
  known: readonly KnownInput[],
  step: Token,
  scope: Scope,
): { readonly inputs: Readonly<Record<string, string>>; readonly warnings: readonly string[] } {
  const given = resolveTexts(childOf(step, 'with'), scope)
  const warnings: string[] = []
  const unexpected = Object.keys(given).filter(
    (name) => !known.some((input) => isSame(input.name, name)),
  )
  if (unexpected.length > 0) {
    const names = (list: readonly string[]): string => list.map((name) => `'${name}'`).join(', ')
    const valid = names(known.map((input) => input.name))
    warnings.push(`Unexpected input(s) ${names(unexpected)}, valid inputs are [${valid}]`)
  }
  const inputs: Record<string, string> = { ...given }
  for (const input of known) {
    const isGiven = Object.keys(given).some((name) => isSame(name, input.name))
    if (isGiven && input.deprecation !== undefined) {
      warnings.push(`Input '${input.name}' has been deprecated with message: ${input.deprecation}`)
    }
    if (!isGiven) inputs[input.name] = resolveText(input.default, scope)
  }
  return { inputs, warnings }
}

/** Blanks become underscores, letters capitals; hyphens stay. */
export function inputVariables(inputs: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [
      `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
      value,
    ]),
  )
}

const isSame = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()
