// Commit objects: reading them and making them.
import { signatureEnvironment, type Git, type Signature } from './git.ts'

export interface Commit {
  readonly sha: string
  readonly tree: string
  readonly parents: readonly string[]
  readonly author: Signature
  readonly committer: Signature
  readonly message: string
}

const FIELDS = ['%H', '%T', '%P', '%an', '%ae', '%at', '%cn', '%ce', '%ct', '%B']
const FORMAT = FIELDS.join('%x00')

export async function readCommit(git: Git, sha: string): Promise<Commit> {
  const [commit] = await logOf(git, ['--no-walk', sha])
  if (commit === undefined) throw new Error(`${sha} is no commit`)
  return commit
}

/** Newest first, `limit` at most, of everything reachable from `include` and not from `exclude`. */
export async function listCommits(
  git: Git,
  range: { readonly include: string; readonly exclude: readonly string[]; readonly limit: number },
): Promise<readonly Commit[]> {
  const exclude = range.exclude.map((sha) => `^${sha}`)
  return logOf(git, [`--max-count=${range.limit}`, range.include, ...exclude])
}

async function logOf(git: Git, selection: readonly string[]): Promise<readonly Commit[]> {
  const options = ['--no-show-signature', '-z', `--format=${FORMAT}`]
  const fields = await git.fields(['log', ...options, ...selection, '--'])
  return Array.from({ length: fields.length / FIELDS.length }, (_, index) =>
    commitOf(fields.slice(index * FIELDS.length, (index + 1) * FIELDS.length)),
  )
}

/** Makes the object only; no reference moves. */
export async function writeCommit(git: Git, commit: Omit<Commit, 'sha'>): Promise<string> {
  return git.text(
    ['commit-tree', commit.tree, ...commit.parents.flatMap((parent) => ['-p', parent]), '-F', '-'],
    {
      input: commit.message,
      environment: signatureEnvironment(commit.author, commit.committer),
    },
  )
}

export const lines = (text: string): readonly string[] => (text === '' ? [] : text.split('\n'))

function commitOf(fields: readonly string[]): Commit {
  const [sha, tree, parents, an, ae, at, cn, ce, ct, message] = fields
  return {
    sha: sha ?? '',
    tree: tree ?? '',
    parents: (parents ?? '').split(' ').filter((parent) => parent !== ''),
    author: { name: an ?? '', email: ae ?? '', date: isoOf(at) },
    committer: { name: cn ?? '', email: ce ?? '', date: isoOf(ct) },
    message: (message ?? '').replace(/\n+$/, ''),
  }
}

const isoOf = (seconds: string | undefined): string => iso(Number(seconds ?? 0) * 1000)

/** GitHub's form of an instant: no milliseconds. */
export const iso = (instant: number): string =>
  new Date(instant).toISOString().replace(/\.\d{3}Z$/, 'Z')
