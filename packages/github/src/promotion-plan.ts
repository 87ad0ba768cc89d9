// What a promotion does, decided from what was read: pure.
import type { LockEntry, RevisionLock } from '@sluice/rollout'
import type { Block } from './block.ts'
import type { Commit, Relation } from './commits.ts'
import { entryOf, parseLock, pinEndpoint, pinsSame, renderLock } from './lock.ts'
import { mergeTrees, pathsThatDiffer } from './merge.ts'
import type { NewerPromotion } from './newer-promotion.ts'
import type { OpenPull } from './pulls.ts'
import type { BranchStanding, TestedPlace } from './tested-branch.ts'
import type { Tree, TreeEntry } from './trees.ts'

/** What somebody wants promoted. */
export interface PromotionWish extends TestedPlace {
  readonly base: string
  readonly lockPath: string
  /** Key of the endpoint in the lock. */
  readonly name: string
  readonly entry: LockEntry
}

/** The promotion branch as it is now. */
export interface BranchScene {
  readonly head: Commit
  /** First parent of the head; null for a root commit. */
  readonly parent: Commit | null
  readonly tree: Tree
  readonly lockText: string | null
}

/** Everything that the decision looks at. */
export interface PromotionScene {
  readonly tested: Commit
  readonly standing: BranchStanding
  readonly base: Commit
  /** What the tested commit is, seen from the base. */
  readonly relation: Relation
  readonly trees: { readonly ancestor: Tree; readonly tested: Tree; readonly base: Tree }
  readonly baseLock: RevisionLock
  readonly branch: BranchScene | null
  readonly pull: OpenPull | null
  /** What the pull request's text says of itself; null without our block. */
  readonly block: Block | null
  readonly newer: NewerPromotion | null
}

interface Standing {
  /** The entry that the branch holds or will hold. */
  readonly entry: LockEntry
  readonly lockBefore: string
  readonly lockText: string
  /** Paths beside the lock at which the promoted tree is not the tested one. */
  readonly untested: readonly string[]
}

/** On what the lock commit stands: the tested commit, the base, or a merge of both. */
export type Foundation =
  | { readonly kind: 'tested' | 'base'; readonly commit: Commit }
  | { readonly kind: 'merge'; readonly changes: ReadonlyMap<string, TreeEntry | null> }

export type PromotionPlan =
  | { readonly kind: 'conflict'; readonly files: readonly string[] }
  /** `pull`: the open pull request that stands in the way. */
  | { readonly kind: 'nothing'; readonly reason: string; readonly pull: OpenPull | null }
  | ({ readonly kind: 'keep'; readonly head: string } & Standing)
  | ({ readonly kind: 'write'; readonly foundation: Foundation } & Standing)

export const promotionBranch = (base: string): string => `promote/${base}`

export function planPromotion(wish: PromotionWish, scene: PromotionScene): PromotionPlan {
  if (scene.newer !== null) return behind(wish, scene, scene.newer)
  const merge = mergeTrees({ ...scene.trees, lockPath: wish.lockPath })
  if (!merge.ok) return { kind: 'conflict', files: merge.conflicts }
  const { tree } = merge
  if (bringsNothing(wish, scene, tree)) {
    return {
      kind: 'nothing',
      reason: `${wish.base} already pins this revision of ${wish.name}, and nothing but the lock would differ`,
      pull: null,
    }
  }
  const untested = pathsThatDiffer(tree, scene.trees.tested, wish.lockPath)
  const kept = keptEntry(wish, scene, tree)
  const entry = kept ?? wish.entry
  const standing: Standing = {
    entry,
    lockBefore: renderLock(scene.baseLock),
    lockText: lockTextOf(wish, scene, entry),
    untested,
  }
  if (kept !== null && scene.branch !== null) {
    return { kind: 'keep', head: scene.branch.head.sha, ...standing }
  }
  return { kind: 'write', foundation: foundationOf(scene, tree), ...standing }
}

function behind(
  { base, testedCommit }: PromotionWish,
  { pull }: PromotionScene,
  newer: NewerPromotion,
): PromotionPlan {
  if (newer.place === 'pull request' && pull !== null) {
    const reason = `a newer commit was promoted already: #${pull.number} is for ${newer.testedCommit}, which has ${testedCommit} in its history`
    return { kind: 'nothing', reason, pull }
  }
  const reason = `a newer commit was promoted already: ${base} pins what was tested at ${newer.testedCommit}, which has ${testedCommit} in its history; to go back, revert its promotion on ${base}`
  return { kind: 'nothing', reason, pull: null }
}

const bringsNothing = (wish: PromotionWish, { baseLock, trees }: PromotionScene, tree: Tree) =>
  pinsSame(entryOf(baseLock, wish.name), wish.entry) &&
  pathsThatDiffer(tree, trees.base, wish.lockPath).length === 0

const lockTextOf = (wish: PromotionWish, { baseLock }: PromotionScene, entry: LockEntry) =>
  renderLock(pinEndpoint(baseLock, { name: wish.name, entry }))

/**
 * The entry that the branch holds when the branch can stay as it is; null when it must be written.
 * A re-run of staging brings newer evidence of the same thing: the first one, which people have read
 * in the pull request, stays.
 */
function keptEntry(wish: PromotionWish, scene: PromotionScene, tree: Tree): LockEntry | null {
  const { branch, block } = scene
  if (branch === null || !standsRight(branch, scene)) return null
  if (pathsThatDiffer(branch.tree, tree, wish.lockPath).length > 0) return null
  const shown = block?.intact === true ? [{ ...wish.entry, evidenceDigest: block.evidence }] : []
  const candidates = [wish.entry, ...shown]
  return candidates.find((entry) => branch.lockText === lockTextOf(wish, scene, entry)) ?? null
}

/** True when the branch is one commit on top of what a new one would be on top of. */
function standsRight({ head, parent }: BranchScene, scene: PromotionScene): boolean {
  if (parent === null || head.parents.length !== 1) return false
  if (scene.relation === 'behind') return parent.sha === scene.base.sha
  if (scene.relation !== 'diverged') return parent.sha === scene.tested.sha
  return parent.parents.join() === [scene.tested.sha, scene.base.sha].join()
}

function foundationOf({ relation, tested, base, trees }: PromotionScene, tree: Tree): Foundation {
  // The base already holds the tested commit: merging it in is a fast-forward.
  if (relation === 'behind') return { kind: 'base', commit: base }
  if (relation !== 'diverged') return { kind: 'tested', commit: tested }
  const paths = pathsThatDiffer(tree, trees.tested, '')
  return { kind: 'merge', changes: new Map(paths.map((path) => [path, tree.get(path) ?? null])) }
}

/** The lock of the base, read from its text. */
export const baseLockOf = (text: string | null, wish: PromotionWish): RevisionLock =>
  parseLock(text, `${wish.lockPath} on ${wish.base}`)
