// commits, compare, merges.
import { signatureOf, webFlow } from '../actor.ts'
import { moveBranches, violationsOf } from '../branch-moves.ts'
import type { Call } from '../call.ts'
import { listCommits, readCommit } from '../commits.ts'
import {
  changedFiles,
  distance,
  EMPTY_TREE,
  isAncestor,
  mergeBase,
  writeMerge,
} from '../history.ts'
import { readBranch, resolveCommit } from '../references.ts'
import { notFound, Refusal, ruleViolations, unprocessable } from '../refusal.ts'
import { apiUrl, pageUrl, renderCommit, renderFile } from '../render.ts'
import { ok, okPage, part, route } from '../router.ts'

const read = { contents: 'read' } as const

/** GitHub's own limits of a comparison that is not read in pages. */
const MOST_COMMITS = 250
const MOST_FILES = 300

export const commitRoutes = [
  route('GET compare/{basehead...}', read, compare),
  route('POST merges', { contents: 'write' }, merge),
]

/** Last of all routes: a branch name may hold slashes. */
export const singleCommitRoute = route('GET commits/{ref...}', read, async (call) => {
  const sha = await commitOf(call, part(call, 'ref'))
  if (call.accept.includes('application/vnd.github.sha')) {
    return { status: 200, headers: { 'content-type': 'application/vnd.github.sha' }, body: sha }
  }
  const commit = await readCommit(call.git, sha)
  const files = await changedFiles(call.git, commit.parents[0] ?? EMPTY_TREE, sha)
  const additions = files.reduce((sum, file) => sum + file.additions, 0)
  const deletions = files.reduce((sum, file) => sum + file.deletions, 0)
  return ok({
    ...renderCommit(call, commit),
    stats: { additions, deletions, total: additions + deletions },
    files: files.slice(0, MOST_FILES).map((file) => renderFile(call, sha, file)),
  })
})

/** The commit that a reference or SHA in a path names; GitHub answers 422 for a stranger. */
export async function commitOf(call: Call, ref: string): Promise<string> {
  const sha = await resolveCommit(call.git, ref)
  if (sha === null) throw unprocessable(`No commit found for SHA: ${ref}`)
  return sha
}

async function compare(call: Call) {
  const basehead = part(call, 'basehead')
  const sides = basehead.split('...')
  if (sides.length !== 2) throw notFound()
  const [base, head] = await Promise.all(sides.map((side) => sideOf(call, side)))
  if (base === undefined || head === undefined) throw notFound()
  const ancestor = await mergeBase(call.git, base, head)
  if (ancestor === null) throw notFound(`No common ancestor between ${sides.join(' and ')}.`)
  const ahead = await distance(call.git, base, head)
  const behind = await distance(call.git, head, base)
  const isPaged = call.query.has('page') || call.query.has('per_page')
  const commits = await listCommits(call.git, {
    include: head,
    exclude: [base],
    limit: isPaged ? ahead : MOST_COMMITS,
  })
  const files = await changedFiles(call.git, ancestor, head)
  const comparison = {
    url: apiUrl(call, 'compare', basehead),
    html_url: pageUrl(call, 'compare', basehead),
    base_commit: renderCommit(call, await readCommit(call.git, base)),
    merge_base_commit: renderCommit(call, await readCommit(call.git, ancestor)),
    status: statusOf(ahead, behind),
    ahead_by: ahead,
    behind_by: behind,
    total_commits: ahead,
    // The files are on the first page only.
    files:
      Number(call.query.get('page') ?? 1) > 1
        ? []
        : files.slice(0, MOST_FILES).map((file) => renderFile(call, head, file)),
  }
  const rendered = commits.toReversed().map((commit) => renderCommit(call, commit))
  return isPaged
    ? okPage(call, rendered, (page) => ({ ...comparison, commits: page }))
    : ok({ ...comparison, commits: rendered })
}

/** `owner:branch` is this repository when the owner is; forks are not simulated. */
async function sideOf(call: Call, side: string): Promise<string> {
  const colon = side.indexOf(':')
  const owner = colon === -1 ? call.state.repository.owner : side.slice(0, colon)
  if (owner.toLowerCase() !== call.state.repository.owner.toLowerCase()) throw notFound()
  const sha = await resolveCommit(call.git, side.slice(colon + 1))
  if (sha === null) throw notFound()
  return sha
}

function statusOf(ahead: number, behind: number): string {
  if (ahead > 0) return behind > 0 ? 'diverged' : 'ahead'
  return behind > 0 ? 'behind' : 'identical'
}

async function merge(call: Call) {
  const base = call.body.text('base')
  const head = call.body.text('head')
  const ours = await readBranch(call.git, base)
  if (ours === null) throw notFound('Base does not exist')
  const theirs = await resolveCommit(call.git, head)
  if (theirs === null) throw notFound('Head does not exist')
  if (await isAncestor(call.git, theirs, ours)) return { status: 204 }
  const merged = await writeMerge(call.git, {
    ours,
    theirs,
    message: call.body.optionalText('commit_message') ?? `Merge ${head} into ${base}`,
    author: signatureOf(call.state, call.actor.login, call.at),
    committer: webFlow(call.at),
    squash: false,
  })
  if (merged.kind === 'conflict') throw new Refusal(409, 'Merge conflict')
  const move = { name: `refs/heads/${base}`, before: ours, after: merged.sha }
  const violations = await violationsOf(call, move)
  if (violations.length > 0) throw ruleViolations(409, violations)
  if (!(await moveBranches(call, [move]))) {
    throw new Refusal(409, 'Base branch was modified. Review and try the merge again.')
  }
  return ok(renderCommit(call, await readCommit(call.git, merged.sha)), 201)
}
