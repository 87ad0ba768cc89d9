// Merging a pull request, and asking people to review it.
import { findPerson, signatureOf, webFlow } from '../actor.ts'
import { moveBranches, recordMerge } from '../branch-moves.ts'
import type { Call } from '../call.ts'
import { isAncestor, writeMerge } from '../history.ts'
import { Refusal, ruleViolations, unprocessable } from '../refusal.ts'
import { ok, route } from '../router.ts'
import { violationsOfMerge } from '../rules.ts'
import { nextId, slugOf, type MergeMethod, type Pull } from '../state.ts'
import { renderLabels, renderPull } from './pull-fields.ts'
import { pullOf } from './pulls.ts'

export const pullMergeRoutes = [
  route('PUT pulls/{number}/merge', { contents: 'write' }, mergePull),
  route('POST pulls/{number}/requested_reviewers', { 'pull-requests': 'write' }, askReviewers),
  route('POST issues/{number}/labels', { issues: 'write', 'pull-requests': 'write' }, addLabels),
]

const notMergeable = (message: string): Refusal => new Refusal(405, message)

async function mergePull(call: Call) {
  const pull = pullOf(call)
  const method = methodOf(call)
  const wanted = call.body.optionalText('sha')
  if (pull.state === 'closed') throw notMergeable('Pull Request is not mergeable')
  if (wanted !== null && wanted !== pull.head.sha) {
    throw new Refusal(409, 'Head branch was modified. Review and try the merge again.')
  }
  if (pull.draft) throw notMergeable('Pull Request is still a draft')
  await refuseByRules(call, pull, method)
  const { head, base } = pull
  const merged = await writeMerge(call.git, {
    ours: base.sha,
    theirs: head.sha,
    message: messageOf(call, pull, method),
    author: signatureOf(call.state, call.actor.login, call.at),
    committer: webFlow(call.at),
    squash: method === 'squash',
  })
  if (merged.kind === 'conflict') throw notMergeable('Pull Request is not mergeable')
  // Closed while the branch moves: it is this merge, not a push, that the base gets.
  pull.state = 'closed'
  const moved = await moveBranches(call, [
    { name: `refs/heads/${base.ref}`, before: base.sha, after: merged.sha },
  ])
  if (!moved) {
    pull.state = 'open'
    throw notMergeable('Base branch was modified. Review and try the merge again.')
  }
  recordMerge(call, pull, merged.sha)
  return ok({ sha: merged.sha, merged: true, message: 'Pull Request successfully merged' })
}

function methodOf(call: Call): MergeMethod {
  const method = call.body.optionalText('merge_method') ?? 'merge'
  if (method !== 'merge' && method !== 'squash' && method !== 'rebase') {
    throw unprocessable('merge_method must be one of merge, squash, rebase')
  }
  const allowed = call.state.repository.mergeMethods.find((each) => each === method)
  if (allowed === undefined) {
    const named =
      method === 'merge' ? 'Merge commits' : method === 'squash' ? 'Squash merges' : 'Rebase merges'
    throw notMergeable(`${named} are not allowed on this repository.`)
  }
  return allowed
}

async function refuseByRules(call: Call, pull: Pull, method: MergeMethod): Promise<void> {
  const violations = violationsOfMerge(call.state, pull.base.ref, {
    sha: pull.head.sha,
    method,
    upToDate: await isAncestor(call.git, pull.base.sha, pull.head.sha),
  })
  if (violations.length > 0) throw ruleViolations(405, violations)
}

function messageOf(call: Call, pull: Pull, method: MergeMethod): string {
  const from = `${call.state.repository.owner}/${pull.head.ref}`
  const title =
    method === 'squash'
      ? `${pull.title} (#${pull.number})`
      : `Merge pull request #${pull.number} from ${from}`
  const text = method === 'squash' ? (pull.body ?? '') : pull.title
  const given = [
    call.body.optionalText('commit_title') ?? title,
    call.body.optionalText('commit_message') ?? text,
  ]
  return given.join('\n\n').trimEnd()
}

async function askReviewers(call: Call) {
  const pull = pullOf(call)
  const reviewers = call.body.has('reviewers') ? call.body.texts('reviewers') : []
  const teams = call.body.has('team_reviewers') ? call.body.texts('team_reviewers') : []
  if (reviewers.includes(pull.author)) {
    throw unprocessable('Review cannot be requested from pull request author.')
  }
  const people = reviewers.map((login) => findPerson(call.state, login))
  const known = people.flatMap((person) => (person === undefined ? [] : [person.login]))
  // One stranger spoils the whole list; teams do not exist here.
  if (known.length < reviewers.length || teams.length > 0) {
    throw unprocessable(
      'Reviews may only be requested from collaborators. One or more of the users or teams you ' +
        `specified is not a collaborator of the ${slugOf(call.state.repository)} repository.`,
    )
  }
  pull.requestedReviewers = [...new Set([...pull.requestedReviewers, ...known])]
  pull.updatedAt = call.at
  return ok(renderPull(call, pull), 201)
}

/** A label that nobody has used yet is made. Only pull requests are simulated, no plain issues. */
async function addLabels(call: Call) {
  const pull = pullOf(call)
  const names = call.body.texts('labels')
  for (const name of names) {
    if (!call.state.labels.some((label) => label.name === name)) {
      call.state.labels.push({ id: nextId(call.state), name })
    }
  }
  pull.labels = [...new Set([...pull.labels, ...names])]
  pull.updatedAt = call.at
  return ok(renderLabels(call, pull))
}
