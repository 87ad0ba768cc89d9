// Trees and blobs of the bare repository.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { GitFailure, type Git } from './git.ts'

export interface TreeEntry {
  readonly path: string
  readonly mode: string
  readonly type: 'blob' | 'tree' | 'commit'
  readonly sha: string
  /** Bytes; only blobs have it. */
  readonly size?: number
}

/** `sha: null` removes the path. */
export interface TreeChange {
  readonly path: string
  readonly mode: string
  readonly sha: string | null
}

export async function readTree(
  git: Git,
  tree: string,
  recursive: boolean,
): Promise<readonly TreeEntry[]> {
  const fields = await git.fields([
    'ls-tree',
    '-z',
    '-l',
    '--full-tree',
    ...(recursive ? ['-r', '-t'] : []),
    tree,
  ])
  return fields.map(entryOf)
}

/** The entry at a path of a commit's tree, or null. The empty path is the root. */
export async function entryAt(git: Git, tree: string, path: string): Promise<TreeEntry | null> {
  if (path === '') return { path: '', mode: '040000', type: 'tree', sha: tree }
  const isClean = path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  if (!isClean || path.includes('\0')) return null
  const fields = await git.fields([
    '--literal-pathspecs',
    'ls-tree',
    '-z',
    '-l',
    '--full-tree',
    tree,
    '--',
    path,
  ])
  return fields.map(entryOf).find((entry) => entry.path === path) ?? null
}

export const readBlob = (git: Git, sha: string): Promise<Buffer> =>
  git.bytes(['cat-file', 'blob', sha])

export const writeBlob = (git: Git, content: Uint8Array): Promise<string> =>
  git.text(['hash-object', '-w', '--stdin', '--no-filters'], { input: content })

/** `blob`, `tree`, `commit`, `tag`, or null when the repository has no such object. */
export async function typeOfObject(git: Git, sha: string): Promise<string | null> {
  const answer = await git.run(['cat-file', '-t', sha])
  return answer.code === 0 ? answer.stdout.toString('utf8').trim() : null
}

let indexNumber = 0

/** A new tree: `base` (or nothing) with the changes. Uses an index file of its own. */
export async function writeTree(
  git: Git,
  base: string | null,
  changes: readonly TreeChange[],
): Promise<string> {
  indexNumber += 1
  const index = join(git.directory, `twin-index-${process.pid}-${indexNumber}`)
  const environment = { GIT_INDEX_FILE: index }
  try {
    await git.text(['read-tree', ...(base === null ? ['--empty'] : [base])], { environment })
    const input = changes.flatMap(indexLines).join('')
    const changed = await git.run(['update-index', '-z', '--replace', '--index-info'], {
      environment,
      input,
    })
    // git leaves a path that it does not accept out, and only says so.
    if (changed.code !== 0 || changed.stderr !== '') throw new GitFailure('update-index', changed)
    return await git.text(['write-tree'], { environment })
  } finally {
    await rm(index, { force: true })
  }
}

const ZERO = '0'.repeat(40)

const indexLines = (change: TreeChange): readonly string[] =>
  change.sha === null
    ? [`0 ${ZERO}\t${change.path}\0`]
    : [`${change.mode} ${change.sha}\t${change.path}\0`]

function entryOf(field: string): TreeEntry {
  const tab = field.indexOf('\t')
  const [mode = '', type = '', sha = '', size = '-'] = field.slice(0, tab).split(/ +/)
  return {
    path: field.slice(tab + 1),
    mode,
    type: type === 'tree' || type === 'commit' ? type : 'blob',
    sha,
    ...(size !== '-' && { size: Number(size) }),
  }
}
