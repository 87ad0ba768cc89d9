// Programs that render manifests, and what they say when they do not.
import type { ManifestPorts } from './reading.ts'

export type Rendered =
  | { readonly ok: true; readonly text: string }
  /** `missing`: it is not installed. */
  | { readonly ok: false; readonly missing: boolean; readonly message: string }

const NOT_FOUND = 127

export interface Command {
  readonly program: string
  readonly args: readonly string[]
  /** Texts that may be secrets: they are not shown when the program repeats them. */
  readonly hidden: readonly string[]
}

export async function runRenderer(
  { program, args, hidden }: Command,
  { exec, signal }: ManifestPorts,
): Promise<Rendered> {
  const { code, stdout, stderr } = await exec(program, args, signal)
  if (code === 0) return { ok: true, text: stdout }
  if (code === NOT_FOUND)
    return { ok: false, missing: true, message: `${program} is not installed` }
  const said = showErrors(stderr, hidden)
  const ended = `${program} ${args[0] ?? ''} ended with ${code}`
  return { ok: false, missing: false, message: said === '' ? ended : `${ended}: ${said}` }
}

/** A path that no program can take for an option. */
export const asArgument = (path: string): string => (path.startsWith('-') ? `./${path}` : path)

const MOST_LINES = 5
const LONGEST_LINE = 300
/** Shorter ones destroy the message and protect nothing. */
const SHORTEST_HIDDEN = 4
/** Whole documents, which some programs repeat. */
const DOCUMENT = /^\s*(?:kind:\s*Secret|(?:string)?[dD]ata:)\s*$/m

/** kustomize repeats a literal of a generator without a key, from whichever folder it came. */
const LITERAL = /(literal sources? )(?:\[[^\n]*?\]|[^\n]*?(?=, expected))/g

/** The first lines, on one line, without what may be a secret. */
function showErrors(stderr: string, hidden: readonly string[]): string {
  const document = DOCUMENT.exec(stderr)
  const shown = document === null ? stderr : stderr.slice(0, document.index)
  const safe = shown.replace(LITERAL, '$1***')
  const masked = hidden
    .filter((text) => text.length >= SHORTEST_HIDDEN)
    .toSorted((a, b) => b.length - a.length)
    .reduce((text, secret) => text.replaceAll(secret, '***'), safe)
  return masked
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .slice(0, MOST_LINES)
    .map((line) => (line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}...` : line))
    .join(' / ')
}

/** Every text in a value, at any depth; of texts with several lines each line, too. */
export function textsBelow(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value, ...value.split('\n')]
  if (typeof value === 'number') return [String(value)]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(textsBelow)
}
