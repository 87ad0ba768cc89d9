// Pull requests: list, read, create, change.
import type { Call } from '../call.ts'
import { closePull, keepPullHead } from '../branch-moves.ts'
import { distance, isAncestor, mergeBase } from '../history.ts'
import { readBranch } from '../references.ts'
import { notFound, Refusal, validationFailed, type FieldError } from '../refusal.ts'
import { ok, okPage, part, route } from '../router.ts'
import { nextId, type Pull } from '../state.ts'
import { commitOf } from './commits.ts'
import { renderPull, renderPullDetail } from './pull-fields.ts'

const read = { 'pull-requests': 'read' } as const
const write = { 'pull-requests': 'write' } as const

const LONGEST_TITLE = 256
const LONGEST_BODY = 65_536

export const pullRoutes = [
  route('GET pulls', read, (call) =>
    okPage(
      call,
      listPulls(call).map((pull) => renderPull(call, pull)),
    ),
  ),
  route('POST pulls', write, createPull),
  route('GET pulls/{number}', read, async (call) => {
    const pull = pullOf(call)
    const asked = `${pull.base.sha}..${pull.head.sha}`
    const isFirstLook = pull.mergeabilityAskedFor !== asked
    pull.mergeabilityAskedFor = asked
    return ok(await renderPullDetail(call, pull, isFirstLook))
  }),
  route('PATCH pulls/{number}', write, changePull),
  route('GET commits/{ref...}/pulls', read, async (call) => {
    const sha = await commitOf(call, part(call, 'ref'))
    const found = await Promise.all(
      call.state.pulls.map(async (pull) => ((await holds(call, pull, sha)) ? [pull] : [])),
    )
    return okPage(
      call,
      found.flat().map((pull) => renderPull(call, pull)),
    )
  }),
]

export function pullOf(call: Call): Pull {
  const number = part(call, 'number')
  const pull = call.state.pulls.find((each) => String(each.number) === number)
  if (pull === undefined) throw notFound()
  return pull
}

function listPulls(call: Call): readonly Pull[] {
  const state = call.query.get('state') ?? 'open'
  const [owner = '', ...branch] = (call.query.get('head') ?? '').split(':')
  const base = call.query.get('base')
  // Without `owner:` GitHub does not filter by head at all.
  const isHeadGiven = branch.length > 0
  const isOurs = owner.toLowerCase() === call.state.repository.owner.toLowerCase()
  const found = call.state.pulls.filter(
    (pull) =>
      (state === 'all' || pull.state === state) &&
      (!isHeadGiven || (isOurs && pull.head.ref === branch.join(':'))) &&
      (base === null || pull.base.ref === base),
  )
  return sorted(call, found)
}

function sorted(call: Call, pulls: readonly Pull[]): readonly Pull[] {
  const sort = call.query.get('sort') ?? 'created'
  const direction = call.query.get('direction') ?? (sort === 'created' ? 'desc' : 'asc')
  const key = (pull: Pull): string => (sort === 'updated' ? pull.updatedAt : pull.createdAt)
  const ascending = pulls.toSorted(
    (one, other) => key(one).localeCompare(key(other)) || one.number - other.number,
  )
  return direction === 'desc' ? ascending.toReversed() : ascending
}

async function createPull(call: Call) {
  const { body, state } = call
  if (call.actor.kind === 'job' && !state.repository.actionsMayCreatePullRequests) {
    throw new Refusal(403, 'GitHub Actions is not permitted to create or approve pull requests.')
  }
  const sides = await sidesOf(call)
  refuse(textProblems(body.optionalText('title') ?? '', body.optionalText('body')))
  state.lastNumber += 1
  const pull: Pull = {
    id: nextId(state),
    number: state.lastNumber,
    title: body.text('title'),
    body: body.optionalText('body'),
    state: 'open',
    draft: body.flag('draft', false),
    author: call.actor.login,
    head: sides.head,
    base: sides.base,
    labels: [],
    requestedReviewers: [],
    reviews: [],
    maintainerCanModify: body.flag('maintainer_can_modify', true),
    createdAt: call.at,
    updatedAt: call.at,
    closedAt: null,
    mergedAt: null,
    mergedBy: null,
    mergeCommitSha: null,
    mergeabilityAskedFor: '',
  }
  state.pulls.push(pull)
  await keepPullHead(call, pull)
  return ok(await renderPullDetail(call, pull, true), 201)
}

interface Side {
  readonly ref: string
  readonly sha: string
}

async function sidesOf(call: Call): Promise<{ readonly head: Side; readonly base: Side }> {
  const head = headBranch(call, call.body.text('head'))
  const base = call.body.text('base')
  const headSha = head === null ? null : await readBranch(call.git, head)
  const baseSha = await readBranch(call.git, base)
  refuse([
    ...(headSha === null ? [invalidField('head')] : []),
    ...(baseSha === null ? [invalidField('base')] : []),
  ])
  if (head === null || headSha === null || baseSha === null) throw notFound()
  const sides = { head: { ref: head, sha: headSha }, base: { ref: base, sha: baseSha } }
  refuse(duplicates(call, head, base))
  refuse(await emptiness(call, sides))
  return sides
}

/** `branch` or `owner:branch`; null for another owner, since forks are not simulated. */
function headBranch(call: Call, head: string): string | null {
  const colon = head.indexOf(':')
  if (colon === -1) return head
  const isOurs = head.slice(0, colon).toLowerCase() === call.state.repository.owner.toLowerCase()
  return isOurs ? head.slice(colon + 1) : null
}

const invalidField = (field: string): FieldError => ({
  resource: 'PullRequest',
  field,
  code: 'invalid',
})

const custom = (message: string): FieldError => ({
  resource: 'PullRequest',
  code: 'custom',
  message,
})

function refuse(errors: readonly FieldError[]): void {
  if (errors.length > 0) throw validationFailed(...errors)
}

const duplicates = (call: Call, head: string, base: string): readonly FieldError[] =>
  call.state.pulls.some(
    (pull) => pull.state === 'open' && pull.head.ref === head && pull.base.ref === base,
  )
    ? [custom(`A pull request already exists for ${call.state.repository.owner}:${head}.`)]
    : []

async function emptiness(
  call: Call,
  sides: { readonly head: Side; readonly base: Side },
): Promise<readonly FieldError[]> {
  const { head, base } = sides
  if ((await mergeBase(call.git, base.sha, head.sha)) === null) {
    return [custom(`The ${head.ref} branch has no history in common with ${base.ref}`)]
  }
  const ahead = await distance(call.git, base.sha, head.sha)
  return ahead === 0 ? [custom(`No commits between ${base.ref} and ${head.ref}`)] : []
}

function textProblems(title: string, body: string | null): readonly FieldError[] {
  const tooLong = (field: string, most: number) => ({
    ...custom(`${field} is too long (maximum is ${most} characters)`),
    field,
  })
  return [
    ...(title.trim() === ''
      ? [{ resource: 'PullRequest', code: 'missing_field', field: 'title' }]
      : []),
    ...(title.length > LONGEST_TITLE ? [tooLong('title', LONGEST_TITLE)] : []),
    ...((body ?? '').length > LONGEST_BODY ? [tooLong('body', LONGEST_BODY)] : []),
  ]
}

async function changePull(call: Call) {
  const pull = pullOf(call)
  const { body } = call
  const title = body.optionalText('title') ?? pull.title
  const text = 'body' in body.raw ? body.optionalText('body') : pull.body
  const base = body.optionalText('base')
  const state = body.optionalText('state')
  refuse(textProblems(title, text))
  const baseSha = base === null ? null : await readBranch(call.git, base)
  if (base !== null && baseSha === null) refuse([invalidField('base')])
  if (state !== null) await changeState(call, pull, state)
  pull.title = title
  pull.body = text
  if (base !== null && baseSha !== null) pull.base = { ref: base, sha: baseSha }
  pull.updatedAt = call.at
  return ok(await renderPullDetail(call, pull, true))
}

async function changeState(call: Call, pull: Pull, state: string): Promise<void> {
  if (state !== 'open' && state !== 'closed') refuse([invalidField('state')])
  if (state === pull.state) return
  if (state === 'closed') return closePull(call, pull)
  const head = await readBranch(call.git, pull.head.ref)
  const base = await readBranch(call.git, pull.base.ref)
  if (pull.mergedAt !== null || head === null || base === null) {
    refuse([custom('state cannot be changed. The pull request cannot be reopened.')])
  }
  refuse(duplicates(call, pull.head.ref, pull.base.ref))
  pull.state = 'open'
  pull.closedAt = null
  pull.head.sha = head ?? pull.head.sha
  pull.base.sha = base ?? pull.base.sha
  await keepPullHead(call, pull)
}

/** Whether the pull request brings this commit to its base, or is the merge of it. */
async function holds(call: Call, pull: Pull, sha: string): Promise<boolean> {
  if (pull.mergeCommitSha === sha) return true
  const isInHead = await isAncestor(call.git, sha, pull.head.sha)
  return isInHead && !(await isAncestor(call.git, sha, pull.base.sha))
}
