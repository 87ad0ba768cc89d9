// Makes the bare repository of a scenario from a folder.
import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { iso, writeCommit } from './commits.ts'
import { Git } from './git.ts'
import { moveReferences, ZERO_SHA } from './references.ts'

export interface Seed {
  /** Made; must not hold a repository yet. */
  readonly gitDirectory: string
  /** Its files become the first commit; what its `.gitignore` names stays out. */
  readonly folder: string
  /** The first is the default branch; all stand at the first commit. */
  readonly branches: readonly string[]
  /** Login of the author. */
  readonly person: string
  /** Milliseconds since 1970, virtual. */
  readonly at: number
  readonly message: string
}

/** The SHA of the first commit: the same for the same folder, person and time. */
export async function seedRepository(seed: Seed): Promise<string> {
  await mkdir(seed.gitDirectory, { recursive: true })
  const git = new Git(seed.gitDirectory)
  const trunk = seed.branches[0] ?? 'main'
  await git.text(['init', '--bare', '--quiet', `--initial-branch=${trunk}`, seed.gitDirectory])
  // Unreachable commits must outlive a restore.
  await git.text(['config', 'gc.auto', '0'])
  const tree = await treeOfFolder(git, seed.folder)
  const person = {
    name: seed.person,
    email: `${seed.person}@users.noreply.github.com`,
    date: iso(seed.at),
  }
  const sha = await writeCommit(git, {
    tree,
    parents: [],
    author: person,
    committer: person,
    message: seed.message,
  })
  const moves = seed.branches.map((branch) => ({
    name: `refs/heads/${branch}`,
    before: ZERO_SHA,
    after: sha,
  }))
  if (!(await moveReferences(git, moves))) {
    throw new Error(`the branches ${seed.branches.join(', ')} cannot be made in ${git.directory}`)
  }
  return sha
}

async function treeOfFolder(git: Git, folder: string): Promise<string> {
  const index = join(tmpdir(), `sluice-seed-${randomUUID()}`)
  const environment = { GIT_INDEX_FILE: index }
  try {
    await git.text([`--work-tree=${folder}`, 'add', '--all', '--', folder], { environment })
    return await git.text(['write-tree'], { environment })
  } finally {
    await rm(index, { force: true })
  }
}
