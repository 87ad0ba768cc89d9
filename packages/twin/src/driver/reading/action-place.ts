// The folder of an action that is there before a job begins.
import { join } from 'node:path'
import { readAction } from './action-file.ts'
import { parseReference } from './reference.ts'
import { WorkflowRefused, type Problem } from './refusal.ts'
import type { Source } from './source.ts'
import { childOf, itemsOf, literalOf, type Token } from './token.ts'

export interface PlacedAction {
  readonly folder: string
  readonly label: string
  readonly repository: string
  readonly ref: string
}

/** null: in the workspace (`./`), or not mapped to a folder. */
export async function placeAction(
  uses: string,
  from: Source,
  repositories: Readonly<Record<string, string>>,
): Promise<PlacedAction | null> {
  const reference = parseReference(uses)
  if (reference.kind === 'self') {
    const folder = join(await from.folder(), reference.path)
    return {
      folder,
      label: `${from.repository}/${reference.path}`,
      repository: from.repository,
      ref: from.sha,
    }
  }
  if (reference.kind !== 'remote') return null
  const root = repositories[reference.repository]
  if (root === undefined) return null
  const { repository, path, ref } = reference
  return { folder: join(root, path), label: `${repository}/${path}`, repository, ref }
}

/** What is wrong with the actions that a job uses, found before anything runs. */
export async function problemsOfActions(
  job: Token,
  from: Source,
  repositories: Readonly<Record<string, string>>,
): Promise<readonly Problem[]> {
  const problems: Problem[] = []
  for (const step of itemsOf(childOf(job, 'steps'))) {
    const uses = literalOf(childOf(step, 'uses'))
    const placed = uses === undefined ? null : await placeAction(uses, from, repositories)
    if (placed === null) continue
    try {
      await readAction(placed.folder, placed.label)
    } catch (error) {
      if (!(error instanceof WorkflowRefused)) throw error
      problems.push(...error.problems)
    }
  }
  return problems
}
