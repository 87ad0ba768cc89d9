// References of the bare repository: resolving names, listing, and moving all or none.
import type { Git } from './git.ts'
import { lines } from './commits.ts'

export const ZERO_SHA = '0'.repeat(40)

/** Full name to object SHA. */
export type References = Readonly<Record<string, string>>

export interface ReferenceMove {
  /** Full: `refs/heads/...` */
  readonly name: string
  /** What the reference must point at now; `ZERO_SHA`: must not exist. */
  readonly before: string
  /** `ZERO_SHA` deletes. */
  readonly after: string
}

export const isFullSha = (text: string): boolean => /^[0-9a-f]{40}$/.test(text)

/** Object SHA of a full reference name, or null. Names that git refuses have no object. */
export async function readReference(git: Git, name: string): Promise<string | null> {
  return (await readReferences(git, [name]))[name] ?? null
}

/** Those of the full names that exist. Anything that is no full name does not. */
async function readReferences(git: Git, names: readonly string[]): Promise<References> {
  const possible = names.filter((name) => name.startsWith('refs/') && !name.includes('\0'))
  if (possible.length === 0) return {}
  const text = await git.text(['for-each-ref', '--format=%(objectname) %(refname)', ...possible])
  // git takes the names as patterns and prefixes.
  return Object.fromEntries(pairsOf(text).filter(([name]) => possible.includes(name)))
}

export const readBranch = (git: Git, branch: string): Promise<string | null> =>
  readReference(git, `refs/heads/${branch}`)

/** git's own rules, with the `refs/` prefix required. Options and revision syntax do not pass. */
export async function isReferenceName(git: Git, name: string): Promise<boolean> {
  if (!name.startsWith('refs/') || name.split('/').length < 3 || name.includes('\0')) return false
  return (await git.run(['check-ref-format', name])).code === 0
}

/** Commit SHA of a branch, tag, full reference name or commit SHA (7 digits or more), or null. */
export async function resolveCommit(git: Git, name: string): Promise<string | null> {
  if (isFullSha(name) || name === 'HEAD') return peel(git, name)
  const candidates = [`refs/heads/${name}`, `refs/tags/${name}`, `refs/${name}`, name]
  const found = await readReferences(git, candidates)
  const first = candidates.map((each) => found[each]).find((sha) => sha !== undefined)
  if (first !== undefined) return peel(git, first)
  return /^[0-9a-f]{7,39}$/.test(name) ? peel(git, name) : null
}

async function peel(git: Git, sha: string): Promise<string | null> {
  const answer = await git.run(['rev-parse', '--verify', '--quiet', `${sha}^{commit}`])
  return answer.code === 0 ? answer.stdout.toString('utf8').trim() : null
}

export async function listReferences(git: Git, prefix = 'refs/'): Promise<References> {
  const text = await git.text(['for-each-ref', '--format=%(objectname) %(refname)'])
  return Object.fromEntries(pairsOf(text).filter(([name]) => name.startsWith(prefix)))
}

const pairsOf = (text: string): readonly (readonly [string, string])[] =>
  lines(text).map((line) => [line.slice(41), line.slice(0, 40)] as const)

/** True when all moved; false when one did not stand at `before`, or a name is in the way. */
export async function moveReferences(git: Git, moves: readonly ReferenceMove[]): Promise<boolean> {
  const commands = moves.map((move) => `update ${move.name}\0${move.after}\0${move.before}\0`)
  const answer = await git.run(['update-ref', '-z', '--stdin'], {
    input: ['start\0', ...commands, 'prepare\0', 'commit\0'].join(''),
  })
  return answer.code === 0
}

/** Brings every reference back to what a list says; the objects are still there. */
export async function resetReferences(git: Git, wanted: References): Promise<void> {
  const present = await listReferences(git)
  const gone = Object.keys(present).filter((name) => !(name in wanted))
  const other = Object.keys(wanted).filter((name) => wanted[name] !== present[name])
  // Two steps: a name below a deleted one cannot come back in the same transaction.
  await change(
    git,
    gone.map((name) => `delete ${name}\0\0`),
  )
  await change(
    git,
    other.map((name) => `update ${name}\0${wanted[name]}\0\0`),
  )
}

async function change(git: Git, commands: readonly string[]): Promise<void> {
  if (commands.length === 0) return
  await git.text(['update-ref', '-z', '--stdin'], { input: commands.join('') })
}
