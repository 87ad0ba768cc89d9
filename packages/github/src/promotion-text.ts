// Title and text of the promotion pull request: what a reviewer needs to say yes or no.
import { link, oneLine, table } from '@sluice/documents'
import { totalCounts, type Evidence } from '@sluice/evidence'
import { inertBlock, shortCode } from './markdown.ts'
import type { PromotionPlan, PromotionWish } from './promotion-plan.ts'

export interface PromotionFacts {
  readonly wish: PromotionWish
  readonly plan: PromotionPlan & { readonly kind: 'keep' | 'write' }
  readonly evidence: Evidence
  /** Name of the branch that was tested; for people. */
  readonly head: string
  readonly runUrl: string
}

/** One line without characters that GitHub would read as more than text. */
export function renderTitle({ wish, evidence }: Pick<PromotionFacts, 'wish' | 'evidence'>): string {
  const model = modelOf(evidence)
  const what = model === null ? wish.name : `${wish.name} (${model})`
  const flat = oneLine(what).replaceAll('@', '@\u200b')
  return cutText(`Promote ${cutText(flat, 80)} to ${wish.base}`, 120)
}

const cutText = (text: string, limit: number): string => Array.from(text).slice(0, limit).join('')

/** The content of our block, at most `room` characters: what does not fit is left out and said so. */
export function renderPromotion(facts: PromotionFacts, room: number): string {
  const [first = '', ...others] = [
    renderFacts(facts),
    renderUntested(facts),
    renderCounts(facts.evidence),
    renderLockDiff(facts),
    renderWayBack(facts.wish),
  ].filter((section) => section !== '')
  const leftOut = '\n\n_Some sections are left out: the text would be longer than GitHub allows._'
  let text = first
  for (const section of others) {
    if (text.length + section.length + 2 + leftOut.length > room)
      return `${text}${leftOut}`.slice(0, room)
    text = `${text}\n\n${section}`
  }
  return text.slice(0, room)
}

/** Files at which the promoted tree is not the tested one, as one sentence; '' when there are none. */
export function renderUntestedReason(wish: PromotionWish, untested: readonly string[]): string {
  if (untested.length === 0) return ''
  const more = untested.length > 10 ? ` and ${untested.length - 10} more` : ''
  const files = `${untested.slice(0, 10).join(', ')}${more}`
  return `${wish.base} moved on: the promoted tree is not the tested one in ${files}. Merge ${wish.base} into the tested branch and run staging again.`
}

function renderFacts({ wish, plan, evidence, head, runUrl }: PromotionFacts): string {
  const { target } = evidence
  const model = modelOf(evidence)
  const rows: readonly (readonly [string, string])[] = [
    ['Verdict', `**${evidence.verdict}**: ${shortCode(evidence.reasons.join('; '), 400)}`],
    ['Endpoint', `${shortCode(target.endpoint)} on ${shortCode(target.platform)}`],
    ['Slot tested', shortCode(target.slot)],
    ...(model === null ? [] : [['Model', shortCode(model)] as const]),
    ['Revision', shortCode(plan.entry.revisionDigest)],
    ['Tested commit', `${plan.entry.testedCommit} of ${shortCode(head)}`],
    ['Evidence', shortCode(plan.entry.evidenceDigest)],
    ['Run', link('staging run', runUrl).markdown],
  ]
  return [
    `### Promote ${shortCode(wish.name)} to ${shortCode(wish.base)}`,
    '',
    table(
      ['', ''],
      rows.map(([what, is]) => [what, { markdown: is }]),
    ).trimEnd(),
  ].join('\n')
}

function renderUntested({ wish, plan }: PromotionFacts): string {
  const reason = renderUntestedReason(wish, plan.untested)
  return reason === '' ? '' : `**Not what was tested.** ${shortCode(reason, 1000)}`
}

const MOST_ROWS = 30

function renderCounts({ requests, latencyMs }: Evidence): string {
  const total = totalCounts(requests)
  const shown = [...requests.slice(0, MOST_ROWS), { name: `all ${requests.length}`, ...total }]
  const latency =
    latencyMs === null
      ? 'Latency: nothing was answered.'
      : `Latency: p50 ${latencyMs.p50} ms, p95 ${latencyMs.p95} ms, p99 ${latencyMs.p99} ms, most ${latencyMs.max} ms.`
  return [
    '### What the test found',
    '',
    '| request | sent | passed | failed | unanswered | unproven |',
    '|---|--:|--:|--:|--:|--:|',
    ...shown.map(
      ({ name, sent, passed, failed, unanswered, unproven }) =>
        `| ${shortCode(name, 80)} | ${[sent, passed, failed, unanswered, unproven].join(' | ')} |`,
    ),
    '',
    latency,
  ].join('\n')
}

function renderLockDiff({ wish, plan }: PromotionFacts): string {
  return [
    `### Change of ${shortCode(wish.lockPath)}`,
    '',
    '<details><summary>Lines</summary>',
    '',
    inertBlock(diffOf(plan.lockBefore, plan.lockText), 'diff'),
    '',
    '</details>',
  ].join('\n')
}

const renderWayBack = (wish: PromotionWish): string =>
  [
    '### After the merge, and back',
    '',
    'The merge starts production, which deploys what the lock pins, tests it there, and asks for approval before traffic moves. Use a merge commit: a squash makes the next promotion conflict.',
    `To go back at once, run ${shortCode('traffic-swap')} with ${shortCode('mode: rollback')}. To go back for good, revert this pull request on ${shortCode(wish.base)}: the lock then pins what was there before.`,
  ].join('\n')

const CONTEXT = 3

/** The lines from the first to the last that differ, with a little around them. */
function diffOf(before: string, after: string): string {
  const [old, fresh] = [before.trimEnd().split('\n'), after.trimEnd().split('\n')]
  const shorter = Math.min(old.length, fresh.length)
  let head = 0
  while (head < shorter && old[head] === fresh[head]) head += 1
  let tail = 0
  while (tail < shorter - head && old.at(-1 - tail) === fresh.at(-1 - tail)) tail += 1
  const end = fresh.length - tail
  return [
    ...fresh.slice(Math.max(0, head - CONTEXT), head).map((line) => `  ${line}`),
    ...old.slice(head, old.length - tail).map((line) => `- ${line}`),
    ...fresh.slice(head, end).map((line) => `+ ${line}`),
    ...fresh.slice(end, end + CONTEXT).map((line) => `  ${line}`),
  ].join('\n')
}

/** What the revision calls its model, in the forms that adapters use; null without one. */
function modelOf({ target }: Evidence): string | null {
  const { model } = target.contents
  if (typeof model === 'string') return model
  if (typeof model !== 'object' || model === null) return null
  const { id, name, version } = model as Readonly<Record<string, unknown>>
  if (typeof id === 'string') return id
  if (typeof name !== 'string') return null
  return typeof version === 'string' ? `${name}:${version}` : name
}
