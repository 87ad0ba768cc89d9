// Moving branches with everything that follows: rules, pull requests, events.
import type { Scene } from './call.ts'
import { isAncestor } from './history.ts'
import { pushEvent } from './push-event.ts'
import { moveReferences, ZERO_SHA, type ReferenceMove } from './references.ts'
import { violationsOfMove } from './rules.ts'
import type { Pull } from './state.ts'

/** Rules that forbid this direct move, as sentences; references that are no branches have none. */
export async function violationsOf(scene: Scene, move: ReferenceMove): Promise<readonly string[]> {
  const branch = branchOf(move.name)
  if (branch === null) return []
  return violationsOfMove(scene.state, branch, {
    kind: move.before === ZERO_SHA ? 'create' : move.after === ZERO_SHA ? 'delete' : 'update',
    fastForward: await isFastForward(scene, move),
    sha: move.after,
  })
}

export async function isFastForward(scene: Scene, move: ReferenceMove): Promise<boolean> {
  if (move.before === ZERO_SHA || move.after === ZERO_SHA) return true
  return isAncestor(scene.git, move.before, move.after)
}

/**
 * All or none; false when one did not stand at `before`. Pull requests follow, and a person's
 * move of a branch is an event. Rules are the caller's business: a merge has others than a push.
 */
export async function moveBranches(
  scene: Scene,
  moves: readonly ReferenceMove[],
): Promise<boolean> {
  const effective = moves.filter((move) => move.before !== move.after)
  if (!(await moveReferences(scene.git, moves))) return false
  for (const move of effective) {
    await followPulls(scene, move)
    if (scene.actor.kind === 'person') {
      const event = await pushEvent(scene, move, !(await isFastForward(scene, move)))
      if (event !== null) scene.state.events.push(event)
    }
  }
  return true
}

export const branchOf = (name: string): string | null =>
  name.startsWith('refs/heads/') ? name.slice('refs/heads/'.length) : null

/** Keeps `refs/pull/<n>/head`, so that the commits of a pull request outlive its branch. */
export async function keepPullHead(scene: Scene, pull: Pull): Promise<void> {
  const name = `refs/pull/${pull.number}/head`
  await scene.git.text(['update-ref', name, pull.head.sha])
}

async function followPulls(scene: Scene, move: ReferenceMove): Promise<void> {
  const branch = branchOf(move.name)
  if (branch === null) return
  for (const pull of scene.state.pulls.filter((each) => each.state === 'open')) {
    if (pull.head.ref === branch) await followHead(scene, pull, move.after)
    if (pull.base.ref === branch) await followBase(scene, pull, move.after)
  }
}

/** A deleted head closes the pull request. */
async function followHead(scene: Scene, pull: Pull, after: string): Promise<void> {
  pull.updatedAt = scene.at
  if (after === ZERO_SHA) return closePull(scene, pull)
  pull.head.sha = after
  await keepPullHead(scene, pull)
}

/**
 * A base that has come to contain the head has merged it, whoever pushed it there. Like GitHub, a
 * merged pull request keeps the base that it was merged into.
 */
async function followBase(scene: Scene, pull: Pull, after: string): Promise<void> {
  pull.updatedAt = scene.at
  if (after === ZERO_SHA) return closePull(scene, pull)
  if (await isAncestor(scene.git, pull.head.sha, after)) recordMerge(scene, pull, after)
  else pull.base.sha = after
}

export function recordMerge(scene: Scene, pull: Pull, sha: string): void {
  closePull(scene, pull)
  pull.mergedAt = scene.at
  pull.mergedBy = scene.actor.login
  pull.mergeCommitSha = sha
}

export function closePull(scene: Scene, pull: Pull): void {
  pull.state = 'closed'
  pull.closedAt = scene.at
  pull.updatedAt = scene.at
}
