// The `push` event of a person's branch move: paths for path filters, and the webhook payload.
import type { Scene } from './call.ts'
import { listCommits, readCommit, type Commit } from './commits.ts'
import { changedFiles, changedPaths, EMPTY_TREE } from './history.ts'
import { listReferences, ZERO_SHA, type ReferenceMove } from './references.ts'
import { pageUrl, renderRepository, renderUser } from './render.ts'
import { signatureOf } from './actor.ts'
import type { RepositoryEvent } from './service.ts'

/** GitHub puts no more commits than this into a payload. */
const PAYLOAD_COMMITS = 20

/** Call after the move. A deleted branch starts no workflow: null. */
export async function pushEvent(
  scene: Scene,
  move: ReferenceMove,
  forced: boolean,
): Promise<RepositoryEvent | null> {
  if (move.after === ZERO_SHA || !move.name.startsWith('refs/heads/')) return null
  const created = move.before === ZERO_SHA
  const commits = await newCommits(scene, move)
  const paths = await pathsOf(scene, move, commits)
  const head = await readCommit(scene.git, move.after)
  const { login } = scene.actor
  return {
    name: 'push',
    ref: move.name,
    before: move.before,
    after: move.after,
    actor: login,
    paths,
    payload: {
      ref: move.name,
      before: move.before,
      after: move.after,
      base_ref: null,
      created,
      deleted: false,
      forced,
      compare: pageUrl(scene, 'compare', `${move.before}...${move.after}`),
      commits: await Promise.all(commits.map((commit) => renderPushed(scene, commit))),
      head_commit: await renderPushed(scene, head),
      repository: renderRepository(scene),
      pusher: { name: login, email: signatureOf(scene.state, login, scene.at).email },
      sender: renderUser(scene, login),
    },
  }
}

/** Oldest first: reachable now, and not from where the branch was or from any other branch. */
async function newCommits(scene: Scene, move: ReferenceMove): Promise<readonly Commit[]> {
  const branches = await listReferences(scene.git, 'refs/heads/')
  const others = Object.entries(branches).filter(([name]) => name !== move.name)
  const exclude = move.before === ZERO_SHA ? others.map(([, sha]) => sha) : [move.before]
  const commits = await listCommits(scene.git, {
    include: move.after,
    exclude,
    limit: PAYLOAD_COMMITS,
  })
  return commits.toReversed()
}

/** Two dots for an existing branch; for a new one, from the parent of its oldest new commit. */
async function pathsOf(
  scene: Scene,
  move: ReferenceMove,
  commits: readonly Commit[],
): Promise<readonly string[]> {
  if (move.before !== ZERO_SHA) return changedPaths(scene.git, move.before, move.after)
  const oldest = commits[0]
  if (oldest === undefined) return []
  return changedPaths(scene.git, oldest.parents[0] ?? EMPTY_TREE, move.after)
}

async function renderPushed(scene: Scene, commit: Commit): Promise<object> {
  const files = await changedFiles(scene.git, commit.parents[0] ?? EMPTY_TREE, commit.sha)
  const named = (status: string) =>
    files.filter((file) => file.status === status).map((file) => file.filename)
  return {
    id: commit.sha,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message,
    timestamp: commit.committer.date,
    url: pageUrl(scene, 'commit', commit.sha),
    author: { name: commit.author.name, email: commit.author.email },
    committer: { name: commit.committer.name, email: commit.committer.email },
    added: named('added'),
    removed: named('removed'),
    modified: files
      .filter((file) => file.status !== 'added' && file.status !== 'removed')
      .map((file) => file.filename),
  }
}
