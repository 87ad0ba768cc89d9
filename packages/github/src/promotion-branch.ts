// Writes the promotion branch: the merge where one is needed, one lock commit, then one move.
import { oneLine } from '@sluice/documents'
import { writeCommit, type Commit } from './commits.ts'
import { moveBranch } from './move-branch.ts'
import {
  promotionBranch,
  type PromotionPlan,
  type PromotionScene,
  type PromotionWish,
} from './promotion-plan.ts'
import type { Repository } from './repository.ts'
import { writeTree } from './trees.ts'

export interface BranchWork {
  readonly wish: PromotionWish
  readonly scene: PromotionScene
  readonly plan: PromotionPlan & { readonly kind: 'write' }
}

/** Resolves with the new head. Objects of a lost race stay unreachable. Throws GITHUB_BRANCH_MOVED. */
export async function applyBranch(repository: Repository, work: BranchWork): Promise<string> {
  const { wish, scene, plan } = work
  const foundation = await layFoundation(repository, work)
  const tree = await writeTree(repository, {
    base: foundation.tree,
    changes: new Map([[wish.lockPath, { text: plan.lockText }]]),
  })
  const head = await writeCommit(repository, {
    message: messageOf(work),
    tree,
    parents: [foundation.sha],
    date: scene.tested.date,
  })
  const from = scene.branch?.head.sha ?? null
  await moveBranch(repository, { branch: promotionBranch(wish.base), from, to: head.sha })
  return head.sha
}

async function layFoundation(
  repository: Repository,
  { wish, scene, plan }: BranchWork,
): Promise<Pick<Commit, 'sha' | 'tree'>> {
  const { foundation } = plan
  if (foundation.kind !== 'merge') return foundation.commit
  const { tested, base } = scene
  return writeCommit(repository, {
    message: `Merge ${wish.base} into ${promotionBranch(wish.base)}`,
    tree: await writeTree(repository, { base: tested.tree, changes: foundation.changes }),
    // Tested first: a second promotion then finds its own lock commit on the base's side only.
    parents: [tested.sha, base.sha],
    date: tested.date,
  })
}

const messageOf = ({ wish, plan }: BranchWork): string =>
  [
    `Promote ${oneLine(wish.name).slice(0, 100)} to ${wish.base}`,
    '',
    `Revision: ${plan.entry.revisionDigest}`,
    `Evidence: ${plan.entry.evidenceDigest}`,
    `Tested commit: ${plan.entry.testedCommit}`,
    '',
  ].join('\n')
