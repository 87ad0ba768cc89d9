// Reviews of pull requests: what people said, in the order in which they said it.
import type { Call } from '../call.ts'
import { Refusal, unprocessable } from '../refusal.ts'
import { nodeId, pageUrl, renderUser } from '../render.ts'
import { ok, okPage, route } from '../router.ts'
import { nextId, type Pull, type PullReview } from '../state.ts'
import { pullOf } from './pulls.ts'

const STATE_OF: Readonly<Record<string, PullReview['state']>> = {
  APPROVE: 'APPROVED',
  REQUEST_CHANGES: 'CHANGES_REQUESTED',
  COMMENT: 'COMMENTED',
}

export const reviewRoutes = [
  route('GET pulls/{number}/reviews', { 'pull-requests': 'read' }, (call) => {
    const pull = pullOf(call)
    return okPage(
      call,
      pull.reviews.map((review) => render(call, pull, review)),
    )
  }),
  route('POST pulls/{number}/reviews', { 'pull-requests': 'write' }, createReview),
]

/** A review is submitted at once; the unsubmitted kind is not simulated. */
async function createReview(call: Call) {
  const pull = pullOf(call)
  const state = STATE_OF[call.body.text('event')]
  const body = call.body.optionalText('body') ?? ''
  if (state === undefined) throw unprocessable('event must be APPROVE, REQUEST_CHANGES or COMMENT')
  if (state === 'APPROVED' && call.actor.kind === 'job') {
    const isAllowed = call.state.repository.actionsMayCreatePullRequests
    if (!isAllowed) {
      throw new Refusal(403, 'GitHub Actions is not permitted to create or approve pull requests.')
    }
  }
  if (state !== 'COMMENTED' && pull.author === call.actor.login) {
    const verb = state === 'APPROVED' ? 'approve' : 'request changes on'
    throw unprocessable(`Review Can not ${verb} your own pull request`)
  }
  if (state !== 'APPROVED' && body === '') throw unprocessable('Review body cannot be blank')
  const review: PullReview = {
    id: nextId(call.state),
    user: call.actor.login,
    state,
    body,
    sha: pull.head.sha,
    submittedAt: call.at,
  }
  pull.reviews.push(review)
  pull.requestedReviewers = pull.requestedReviewers.filter((login) => login !== review.user)
  pull.updatedAt = call.at
  return ok(render(call, pull, review))
}

const render = (call: Call, pull: Pull, review: PullReview): object => ({
  id: review.id,
  node_id: nodeId('PRR', review.id),
  user: renderUser(call, review.user),
  body: review.body,
  state: review.state,
  commit_id: review.sha,
  submitted_at: review.submittedAt,
  html_url: `${pageUrl(call, 'pull', pull.number)}#pullrequestreview-${review.id}`,
  author_association: 'MEMBER',
})
