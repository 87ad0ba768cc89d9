// Reads everything that a promotion is decided from. Writes nothing.
import type { Sha256 } from '@sluice/rollout'
import { parseBlock } from './block.ts'
import {
  compareCommits,
  observeBranch,
  observeCommit,
  refuseCrissCross,
  type Commit,
} from './commits.ts'
import { githubError } from './errors.ts'
import { pathsThatDiffer } from './merge.ts'
import { observeNewerPromotion } from './newer-promotion.ts'
import {
  baseLockOf,
  promotionBranch,
  type BranchScene,
  type PromotionScene,
  type PromotionWish,
} from './promotion-plan.ts'
import { observeOpenPull } from './pulls.ts'
import type { Repository } from './repository.ts'
import { observeStanding } from './tested-branch.ts'
import { observeBlob, observeTree, type Tree } from './trees.ts'

/**
 * Throws GITHUB_BRANCH_MISSING, GITHUB_COMMIT_MISSING, GITHUB_COMMIT_NOT_ON_BRANCH,
 * GITHUB_LOCK_UNREADABLE, GITHUB_PROMOTION_HISTORY.
 */
export async function observePromotion(
  repository: Repository,
  wish: PromotionWish,
  sha256: Sha256,
): Promise<PromotionScene> {
  const baseSha = await observeBranch(repository, wish.base)
  if (baseSha === null) {
    throw githubError(
      'GITHUB_BRANCH_MISSING',
      `branch ${wish.base} is not in ${repository.owner}/${repository.name}; it is the base of the promotion (or the token may not read this repository)`,
    )
  }
  const tested = await observeCommit(repository, wish.testedCommit)
  const standing = await observeStanding(repository, wish)
  const base = await observeCommit(repository, baseSha)
  const { relation, trees } = await observeSides(repository, { tested, base, wish })
  const pull = await observeOpenPull(repository, {
    head: promotionBranch(wish.base),
    base: wish.base,
  })
  const baseLock = baseLockOf(await textAt(repository, trees.base, wish.lockPath), wish)
  const branch = await observeBranchScene(repository, wish)
  const newer = await observeNewerPromotion(repository, {
    name: wish.name,
    testedCommit: tested.sha,
    relation,
    baseLock,
    openLock: pull === null ? null : (branch?.lockText ?? null),
  })
  const block = pull === null ? null : parseBlock(pull.body, sha256)
  return { tested, standing, base, relation, trees, baseLock, branch, pull, block, newer }
}

interface Sides {
  readonly tested: Commit
  readonly base: Commit
  readonly wish: PromotionWish
}

async function observeSides(repository: Repository, { tested, base, wish }: Sides) {
  const pair = { base: base.sha, head: tested.sha }
  const { relation, mergeBase } = await compareCommits(repository, pair)
  const known = new Map<string, Tree>()
  const treeOf = async (sha: string): Promise<Tree> => {
    const tree = known.get(sha) ?? (await observeTree(repository, sha))
    known.set(sha, tree)
    return tree
  }
  const ancestorTree = [tested, base].find(({ sha }) => sha === mergeBase)?.tree
  const trees = {
    tested: await treeOf(tested.tree),
    base: await treeOf(base.tree),
    ancestor: await treeOf(ancestorTree ?? (await observeCommit(repository, mergeBase)).tree),
  }
  // Where the base changed nothing but the lock, the merge is the tested tree, whatever the ancestor.
  const baseMoved = pathsThatDiffer(trees.ancestor, trees.base, wish.lockPath).length > 0
  if (relation === 'diverged' && baseMoved) {
    await refuseCrissCross(repository, { ...pair, mergeBase })
  }
  return { relation, trees }
}

async function observeBranchScene(
  repository: Repository,
  wish: PromotionWish,
): Promise<BranchScene | null> {
  const sha = await observeBranch(repository, promotionBranch(wish.base))
  if (sha === null) return null
  const head = await observeCommit(repository, sha)
  const [parent] = head.parents
  const tree = await observeTree(repository, head.tree)
  return {
    head,
    parent: parent === undefined ? null : await observeCommit(repository, parent),
    tree,
    lockText: await textAt(repository, tree, wish.lockPath),
  }
}

async function textAt(repository: Repository, tree: Tree, path: string): Promise<string | null> {
  const entry = tree.get(path)
  return entry === undefined ? null : observeBlob(repository, entry.sha)
}
