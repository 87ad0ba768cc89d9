// Where a workflow file or an action comes from: a repository at a commit.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { exportAt, readAt } from './git.ts'

export interface Source {
  /** owner/name */
  readonly repository: string
  readonly sha: string
  /** Text, or null when there is no such file. */
  read(path: string): Promise<string | null>
  /** A folder on disk with the files of this commit. */
  folder(): Promise<string>
}

/** The user's repository at the run's commit; exported to `scratch` when a folder is wanted. */
export function gitSource(facts: {
  readonly repository: string
  readonly sha: string
  readonly gitDirectory: string
  readonly scratch: string
}): Source {
  let exported: Promise<string> | null = null
  const exportOnce = async (): Promise<string> => {
    const folder = join(facts.scratch, 'sources', facts.sha)
    await exportAt(facts.gitDirectory, facts.sha, folder)
    return folder
  }
  return {
    repository: facts.repository,
    sha: facts.sha,
    read: (path) => readAt(facts.gitDirectory, facts.sha, path),
    folder: () => (exported ??= exportOnce()),
  }
}

/** A repository that is mapped to a folder: every ref gives the same files. */
export function folderSource(repository: string, sha: string, folder: string): Source {
  return {
    repository,
    sha,
    read: async (path) => {
      try {
        return await readFile(join(folder, path), 'utf8')
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
        throw error
      }
    },
    folder: async () => folder,
  }
}
