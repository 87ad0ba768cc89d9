// The command files of one step: fresh and empty before, read once after its process has ended.
import { randomUUID } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseCommandFile, parsePathFile, type Setting } from './command-file.ts'
import type { JobFolders } from './folders.ts'

export interface StepFiles {
  readonly variables: Readonly<Record<string, string>>
  read(): Promise<StepFileContents>
}

export interface StepFileContents {
  readonly outputs: readonly Setting[]
  readonly env: readonly Setting[]
  readonly state: readonly Setting[]
  readonly paths: readonly string[]
  /** null: nothing written. */
  readonly summary: string | null
  /** What was wrong with a file: the step fails. */
  readonly problems: readonly string[]
}

const kinds = {
  GITHUB_OUTPUT: 'set_output',
  GITHUB_ENV: 'set_env',
  GITHUB_STATE: 'save_state',
  GITHUB_PATH: 'add_path',
  GITHUB_STEP_SUMMARY: 'step_summary',
  GITHUB_ARTIFACTS: 'artifacts',
  GITHUB_ARTIFACTS_LIST: 'artifacts_list',
} as const

export async function makeStepFiles(folders: JobFolders): Promise<StepFiles> {
  const id = randomUUID()
  const variables: Record<string, string> = {}
  for (const [variable, kind] of Object.entries(kinds)) {
    const path = join(folders.commandFiles, `${kind}_${id}`)
    await writeFile(path, '')
    variables[variable] = path
  }
  return { variables, read: () => readFiles(variables) }
}

async function readFiles(variables: Readonly<Record<string, string>>): Promise<StepFileContents> {
  const problems: string[] = []
  const text = (variable: keyof typeof kinds): Promise<string> =>
    readText(variables[variable] ?? '')
  const settings = async (
    variable: keyof typeof kinds,
    word: string,
  ): Promise<readonly Setting[]> => {
    try {
      return parseCommandFile(await text(variable))
    } catch (error) {
      problems.push(
        `Unable to process file command '${word}' successfully.`,
        (error as Error).message,
      )
      return []
    }
  }
  const summary = await text('GITHUB_STEP_SUMMARY')
  return {
    outputs: await settings('GITHUB_OUTPUT', 'output'),
    env: await settings('GITHUB_ENV', 'env'),
    state: await settings('GITHUB_STATE', 'state'),
    paths: parsePathFile(await text('GITHUB_PATH')),
    summary: summary === '' ? null : summary,
    problems,
  }
}

// A step may have removed its files: that is the same as writing nothing.
async function readText(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).replace(/^\uFEFF/, '')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}
