// Inputs of stand-ins: the names that the real action knows, and which of them mean something here.
import type { KnownInput } from '../runner/action-inputs.ts'

export const inputsNamed = (...names: readonly string[]): readonly KnownInput[] =>
  names.map((name) => ({ name, default: undefined, deprecation: undefined }))

/** Throws when an input that has no effect here is set to something else than its harmless values. */
export function refuseInputs(
  action: string,
  inputs: Readonly<Record<string, string>>,
  harmless: Readonly<Record<string, readonly string[]>>,
): void {
  const refused = Object.entries(harmless).flatMap(([name, values]) => {
    const value = valueOf(inputs, name)
    return value === '' || values.includes(value) ? [] : [`'${name}: ${value}'`]
  })
  if (refused.length === 0) return
  throw new Error(`${refused.join(', ')} of ${action} is not covered by the driver's stand-in`)
}

/** Trimmed; empty when absent. Names are compared without case. */
export function valueOf(inputs: Readonly<Record<string, string>>, name: string): string {
  const found = Object.entries(inputs).find(([key]) => key.toLowerCase() === name.toLowerCase())
  return found?.[1].trim() ?? ''
}

export function flagOf(
  inputs: Readonly<Record<string, string>>,
  name: string,
  absent: boolean,
): boolean {
  const value = valueOf(inputs, name)
  if (value === '') return absent
  if (/^(true|True|TRUE)$/.test(value)) return true
  if (/^(false|False|FALSE)$/.test(value)) return false
  throw new Error(`Input '${name}' must be true or false, found '${value}'`)
}
