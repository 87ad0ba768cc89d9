// Questions about two commits: common ancestor, distance, changed files, and what a merge gives.
import type { Git } from './git.ts'
import { readCommit, writeCommit } from './commits.ts'
import type { Signature } from './git.ts'

export interface ChangedFile {
  readonly filename: string
  readonly previousFilename?: string
  readonly status: 'added' | 'removed' | 'modified' | 'renamed' | 'changed'
  /** Of the new blob, or of the removed one. */
  readonly sha: string
  readonly additions: number
  readonly deletions: number
}

export type MergeResult =
  | { readonly kind: 'clean'; readonly tree: string }
  | { readonly kind: 'conflict'; readonly files: readonly string[] }

export const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904'

export async function mergeBase(git: Git, one: string, other: string): Promise<string | null> {
  const answer = await git.run(['merge-base', one, other])
  return answer.code === 0 ? answer.stdout.toString('utf8').trim() : null
}

export async function isAncestor(git: Git, older: string, newer: string): Promise<boolean> {
  return (await git.run(['merge-base', '--is-ancestor', older, newer])).code === 0
}

/** Commits reachable from `include` and not from `exclude`. */
export async function distance(git: Git, exclude: string, include: string): Promise<number> {
  return Number(await git.text(['rev-list', '--count', include, `^${exclude}`, '--']))
}

/** Files that differ between two trees (commits will do), renames found as GitHub does. */
export async function changedFiles(
  git: Git,
  before: string,
  after: string,
): Promise<readonly ChangedFile[]> {
  const options = ['-r', '-z', '-M', '--no-commit-id', '--no-ext-diff', '--no-abbrev']
  const fields = await git.fields(['diff-tree', ...options, '--raw', '--numstat', before, after])
  const rest = [...fields]
  return joinCounts(takeRawEntries(rest), rest)
}

/** Every path that a push touched, old names of renames included. */
export async function changedPaths(
  git: Git,
  before: string,
  after: string,
): Promise<readonly string[]> {
  return git.fields(['diff-tree', '-r', '-z', '--no-renames', '--name-only', before, after])
}

/** A real merge of two trees; nothing is written but objects. */
export async function mergeTrees(git: Git, ours: string, theirs: string): Promise<MergeResult> {
  const answer = await git.run([
    'merge-tree',
    '--write-tree',
    '-z',
    '--name-only',
    '--no-messages',
    ours,
    theirs,
  ])
  const [tree = '', ...files] = answer.stdout.toString('utf8').split('\0')
  if (answer.code === 0) return { kind: 'clean', tree }
  // Any other code: the histories have no common commit, which GitHub shows as a conflict too.
  return { kind: 'conflict', files: [...new Set(files.filter((file) => file !== ''))] }
}

/** A merge commit of `theirs` into `ours`, or the files in conflict. No reference moves. */
export async function writeMerge(
  git: Git,
  merge: {
    readonly ours: string
    readonly theirs: string
    readonly message: string
    readonly author: Signature
    readonly committer: Signature
    /** A squash has one parent: the branch it lands on. */
    readonly squash: boolean
  },
): Promise<
  { readonly kind: 'merged'; readonly sha: string } | (MergeResult & { kind: 'conflict' })
> {
  const merged = await mergeTrees(git, merge.ours, merge.theirs)
  if (merged.kind === 'conflict') return merged
  const sha = await writeCommit(git, {
    tree: merged.tree,
    parents: merge.squash ? [merge.ours] : [merge.ours, merge.theirs],
    // A commit message cannot hold a null byte.
    message: merge.message.replaceAll('\0', ''),
    author: merge.author,
    committer: merge.committer,
  })
  return { kind: 'merged', sha }
}

export async function treeOf(git: Git, commit: string): Promise<string> {
  return (await readCommit(git, commit)).tree
}

interface RawEntry {
  readonly letter: string
  readonly sha: string
  readonly from: string
  readonly to: string
}

/** The raw lines come first and begin with a colon; what is left are the counts. */
function takeRawEntries(rest: string[]): readonly RawEntry[] {
  const entries: RawEntry[] = []
  while (rest[0]?.startsWith(':') === true) {
    const [, , oldSha = '', newSha = '', letters = ''] = (rest.shift() ?? '').split(' ')
    const letter = letters.charAt(0)
    const from = rest.shift() ?? ''
    const to = letter === 'R' || letter === 'C' ? (rest.shift() ?? '') : from
    entries.push({ letter, sha: letter === 'D' ? oldSha : newSha, from, to })
  }
  return entries
}

const statusOf: Readonly<Record<string, ChangedFile['status']>> = {
  A: 'added',
  D: 'removed',
  M: 'modified',
  R: 'renamed',
  T: 'changed',
}

/** Both listings are in the same order; a rename takes three fields of the second. */
function joinCounts(
  entries: readonly RawEntry[],
  fields: readonly string[],
): readonly ChangedFile[] {
  const rest = [...fields]
  return entries.map((entry) => {
    const [added = '0', deleted = '0', path = ''] = (rest.shift() ?? '').split('\t')
    if (path === '') rest.splice(0, 2)
    return {
      filename: entry.to,
      ...(entry.from !== entry.to && { previousFilename: entry.from }),
      status: statusOf[entry.letter] ?? 'changed',
      sha: entry.sha,
      // Binary files are counted as `-`.
      additions: Number(added) || 0,
      deletions: Number(deleted) || 0,
    }
  })
}
