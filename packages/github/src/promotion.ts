// A promotion from end to end: read, decide, write the branch once, then the pull request.
import type { Sha256 } from '@sluice/rollout'
import type { Evidence } from '@sluice/evidence'
import { cutDigest, placeBlock, roomIn } from './block.ts'
import { applyCompanions, type Companions } from './companions.ts'
import { githubError } from './errors.ts'
import { applyBranch } from './promotion-branch.ts'
import {
  planPromotion,
  promotionBranch,
  type PromotionPlan,
  type PromotionScene,
  type PromotionWish,
} from './promotion-plan.ts'
import { observePromotion } from './promotion-scene.ts'
import { renderPromotion, renderTitle, renderUntestedReason } from './promotion-text.ts'
import { createPull, observeOpenPull, updatePull, type OpenPull, type PullText } from './pulls.ts'
import type { Repository } from './repository.ts'
import { notesOn, renderMovedOn } from './tested-branch.ts'

export interface PromotionOrder {
  readonly wish: PromotionWish
  readonly evidence: Evidence
  /** Name of the tested branch; for people. */
  readonly head: string
  readonly runUrl: string
  /** Null: one is made from the endpoint and its model. */
  readonly title: string | null
  readonly companions: Companions
  /** Read only; the result tells the writes. */
  readonly dryRun: boolean
  readonly sha256: Sha256
}

export interface PromotionResult {
  readonly operation: 'created' | 'updated' | 'unchanged' | 'none'
  readonly pull: OpenPull | null
  /** Head of the promotion branch; null when there is none to speak of. */
  readonly headSha: string | null
  /** True: that head's tree is the tested one in everything but the lock. */
  readonly statusAllowed: boolean
  /** Why the status is not allowed or nothing was done, and that the tested branch moved on; or ''. */
  readonly reason: string
  readonly changed: boolean
  /** What was written, or would have been in a dry run, in order. */
  readonly writes: readonly string[]
  readonly warnings: readonly string[]
  /** For the log. */
  readonly notes: readonly string[]
}

type Ending = Omit<PromotionResult, 'notes'>

/**
 * Opens or updates the one promotion pull request. Throws GITHUB_PROMOTION_CONFLICT with the files,
 * GITHUB_BRANCH_MOVED when somebody else was faster; a re-run is always a no-op or progress.
 */
export async function promote(
  repository: Repository,
  order: PromotionOrder,
): Promise<PromotionResult> {
  const scene = await observePromotion(repository, order.wish, order.sha256)
  const ending = await carryOut(repository, order, scene)
  return { ...ending, notes: notesOn(order.wish, scene.standing) }
}

async function carryOut(
  repository: Repository,
  order: PromotionOrder,
  scene: PromotionScene,
): Promise<Ending> {
  const plan = planPromotion(order.wish, scene)
  if (plan.kind === 'conflict') throw conflictOf(order.wish, plan.files)
  if (plan.kind === 'nothing') return { ...nothing(plan.reason), pull: plan.pull }
  const pullPlan = planPull({ order, plan, pull: scene.pull, scene })
  const writes = [...branchWrites(order, scene, plan), ...pullWrites(order, pullPlan)]
  if (order.dryRun) return dryResult({ order, scene, plan, writes })
  const headSha =
    plan.kind === 'keep'
      ? plan.head
      : await applyBranch(repository, { wish: order.wish, scene, plan })
  const ending = await applyPull(repository, { order, plan, scene, pullPlan })
  if (ending.pull === null) {
    const branchChanges = branchWrites(order, scene, plan)
    const reason = `${order.wish.base} already holds every commit`
    return { ...nothing(reason), changed: branchChanges.length > 0, writes: branchChanges }
  }
  const changed = writes.length > 0
  return {
    operation: ending.created ? 'created' : changed ? 'updated' : 'unchanged',
    pull: ending.pull,
    headSha,
    ...statusOf(order, scene, plan),
    changed,
    writes,
    warnings: ending.warnings,
  }
}

type Standing = PromotionPlan & { readonly kind: 'keep' | 'write' }

type PullPlan =
  | ({ readonly kind: 'create' } & PullText)
  | { readonly kind: 'update'; readonly pull: OpenPull; readonly change: Partial<PullText> }
  | { readonly kind: 'same'; readonly pull: OpenPull }

interface PullWork {
  readonly order: PromotionOrder
  readonly plan: Standing
  readonly scene: PromotionScene
  readonly pull: OpenPull | null
}

function planPull({ order, plan, scene, pull }: PullWork): PullPlan {
  const title = order.title ?? renderTitle(order)
  const evidence = plan.entry.evidenceDigest
  const render = (body: string) => {
    const content = renderPromotion({ ...order, plan }, roomIn(body))
    return placeBlock(body, { content, title, evidence }, order.sha256)
  }
  if (pull === null) return { kind: 'create', title, body: render('') }
  // The text shows the evidence that the lock names; a newer one of the same thing is not shown.
  if (evidence !== order.wish.entry.evidenceDigest) return { kind: 'same', pull }
  const body = render(pull.body)
  const titleIsOurs = scene.block?.title === cutDigest(pull.title, order.sha256)
  const change: Partial<PullText> = {
    ...(sameText(body, pull.body) ? {} : { body }),
    ...(titleIsOurs && title !== pull.title ? { title } : {}),
  }
  return Object.keys(change).length === 0
    ? { kind: 'same', pull }
    : { kind: 'update', pull, change }
}

const sameText = (one: string, other: string): boolean =>
  one.replaceAll('\r\n', '\n') === other.replaceAll('\r\n', '\n')

interface PullEnding {
  /** Null: GitHub sees nothing to merge. */
  readonly pull: OpenPull | null
  readonly created: boolean
  readonly warnings: readonly string[]
}

interface PullApplication {
  readonly order: PromotionOrder
  readonly plan: Standing
  readonly scene: PromotionScene
  readonly pullPlan: PullPlan
}

async function applyPull(
  repository: Repository,
  { order, plan, scene, pullPlan }: PullApplication,
): Promise<PullEnding> {
  if (pullPlan.kind === 'same') return { pull: pullPlan.pull, created: false, warnings: [] }
  if (pullPlan.kind === 'update') {
    const pull = await updatePull(repository, pullPlan.pull.number, pullPlan.change)
    return { pull, created: false, warnings: [] }
  }
  const { base } = order.wish
  const ends = { head: promotionBranch(base), base }
  const creation = await createPull(repository, { ...pullPlan, ...ends })
  if (creation.kind === 'no-commits') return { pull: null, created: false, warnings: [] }
  if (creation.kind === 'created') {
    const warnings = await applyCompanions(repository, creation.pull, order.companions)
    return { pull: creation.pull, created: true, warnings }
  }
  const pull = await observeOpenPull(repository, ends)
  if (pull === null) {
    throw githubError(
      'GITHUB_UNEXPECTED_ANSWER',
      `GitHub says that a pull request from ${ends.head} to ${base} exists, and lists none`,
    )
  }
  const again = planPull({ order, plan, scene, pull })
  return applyPull(repository, { order, plan, scene, pullPlan: again })
}

function branchWrites(
  { wish }: PromotionOrder,
  scene: PromotionScene,
  plan: Standing,
): readonly string[] {
  if (plan.kind === 'keep') return []
  const branch = promotionBranch(wish.base)
  const from = scene.branch?.head.sha ?? null
  return [
    ...(plan.foundation.kind === 'merge' ? [`commit: merge ${wish.base} into ${branch}`] : []),
    `commit: pin ${wish.name} in ${wish.lockPath}`,
    from === null ? `branch ${branch}: create` : `branch ${branch}: move from ${from}`,
  ]
}

function pullWrites({ wish, companions }: PromotionOrder, plan: PullPlan): readonly string[] {
  if (plan.kind === 'same') return []
  if (plan.kind === 'update') {
    return [
      `pull request #${plan.pull.number}: change its ${Object.keys(plan.change).join(' and ')}`,
    ]
  }
  const { labels, reviewers } = companions
  return [
    `pull request: open from ${promotionBranch(wish.base)} to ${wish.base}`,
    ...(labels.length === 0 ? [] : [`labels: ${labels.join(', ')}`]),
    ...(reviewers.length === 0 ? [] : [`reviewers: ${reviewers.join(', ')}`]),
  ]
}

const statusOf = (
  { wish }: PromotionOrder,
  { standing }: PromotionScene,
  { untested }: Standing,
) => ({
  statusAllowed: untested.length === 0,
  reason: [renderUntestedReason(wish, untested), renderMovedOn(wish, standing)]
    .filter((sentence) => sentence !== '')
    .join(' '),
})

const nothing = (reason: string): Ending => ({
  operation: 'none',
  pull: null,
  headSha: null,
  statusAllowed: false,
  reason,
  changed: false,
  writes: [],
  warnings: [],
})

interface DryWork {
  readonly order: PromotionOrder
  readonly scene: PromotionScene
  readonly plan: Standing
  readonly writes: readonly string[]
}

/** Only what is true without a write: a head that does not exist yet can have no status. */
function dryResult({ order, scene, plan, writes }: DryWork): Ending {
  const stays = writes.length === 0 && plan.kind === 'keep'
  return {
    ...nothing(stays ? '' : 'this was a dry run'),
    operation: stays ? 'unchanged' : 'none',
    pull: scene.pull,
    ...(stays ? { headSha: plan.head, ...statusOf(order, scene, plan) } : {}),
    writes,
  }
}

function conflictOf(wish: PromotionWish, files: readonly string[]) {
  const more = files.length > 20 ? ` and ${files.length - 20} more` : ''
  const { base, testedCommit } = wish
  return githubError(
    'GITHUB_PROMOTION_CONFLICT',
    `${base} and the tested commit ${testedCommit} changed the same files: ${files.slice(0, 20).join(', ')}${more}`,
    { hint: `Merge ${base} into the tested branch and run staging again.` },
  )
}
