// Reads `rehearsal.yml` and what it names, and says what is missing by file and key.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse, YAMLParseError } from 'yaml'
import { RehearsalRefused } from './refusal.ts'

export interface DescriptionFile {
  /** For messages. */
  readonly path: string
  readonly value: Readonly<Record<string, unknown>>
}

/** `example`: the rehearsal.yml that a person can copy. Throws RehearsalRefused. */
export async function readDescriptionFile(
  repository: string,
  example: { readonly path: string; readonly settings: string },
): Promise<DescriptionFile> {
  const path = join(repository, 'rehearsal.yml')
  const hint = `copy ${example.path} there and set ${example.settings} (docs/rehearsal.md, Your own repository)`
  return { path, value: readYaml(path, await readText(path, hint)) }
}

function readYaml(file: string, text: string): Record<string, unknown> {
  try {
    return objectOf(parse(text), 'the whole file', file)
  } catch (error) {
    if (error instanceof RehearsalRefused) throw error
    const line = error instanceof YAMLParseError ? error.linePos?.[0].line : undefined
    const [message = ''] = (error as Error).message.split('\n')
    const at = line === undefined ? file : `${file}:${line}`
    throw new RehearsalRefused(`${at}: this is no YAML: ${message.replace(/:$/, '')}`, {
      cause: error,
    })
  }
}

/** `hint`: who wants the file, or what to do. */
export async function readText(file: string, hint: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const found = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`
    throw new RehearsalRefused(`${file} ${found}; ${hint}`, { cause: error })
  }
}

export function objectOf(value: unknown, where: string, file: string): Record<string, unknown> {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new RehearsalRefused(`${file}: ${where} must be a map`)
  }
  return value as Record<string, unknown>
}

export function textOf(value: unknown, where: string, file: string): string {
  if (typeof value !== 'string' || value === '') {
    throw new RehearsalRefused(`${file}: ${where} must be a text`)
  }
  return value
}
