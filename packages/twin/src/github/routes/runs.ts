// Workflow runs: reading them, their approvals, reviewing what waits, and dispatching.
import type { Call } from '../call.ts'
import { readCommit } from '../commits.ts'
import { resolveCommit } from '../references.ts'
import { notAccessible, notFound, unprocessable } from '../refusal.ts'
import { apiUrl, nodeId, pageUrl, renderRepository, renderUser } from '../render.ts'
import { ok, part, route } from '../router.ts'
import { decideGate, findEnvironment, pendingEnvironments } from '../runs.ts'
import { entryAt } from '../trees.ts'
import type { Environment, RunRecord } from '../state.ts'
import { renderEnvironmentName, renderReviewers } from './environments.ts'

const read = { actions: 'read' } as const

export const runRoutes = [
  route('GET actions/runs/{run}', read, (call) => ok(renderRun(call, runOf(call)))),
  route('GET actions/runs/{run}/approvals', read, (call) => ok(renderApprovals(call, runOf(call)))),
  route('GET actions/runs/{run}/pending_deployments', read, (call) => {
    const run = runOf(call)
    return ok(pendingEnvironments(call.state, run).map((each) => renderPending(call, run, each)))
  }),
  route('POST actions/runs/{run}/pending_deployments', { deployments: 'write' }, review),
  route('POST actions/workflows/{file}/dispatches', { actions: 'write' }, dispatch),
]

function runOf(call: Call): RunRecord {
  const run = call.state.runs.find((each) => String(each.id) === part(call, 'run'))
  if (run === undefined) throw notFound()
  return run
}

/** GitHub gives neither a time nor an attempt. */
const renderApprovals = (call: Call, run: RunRecord): readonly object[] =>
  run.approvals.map((approval) => {
    const environment = findEnvironment(call.state, approval.environment)
    return {
      state: approval.state,
      comment: approval.comment,
      environments: environment === undefined ? [] : [approvedEnvironment(call, environment)],
      user: renderUser(call, approval.user),
    }
  })

const approvedEnvironment = (call: Call, environment: Environment): object => ({
  ...renderEnvironmentName(call, environment),
  created_at: environment.createdAt,
  updated_at: environment.createdAt,
})

const renderPending = (call: Call, run: RunRecord, environment: Environment): object => ({
  environment: renderEnvironmentName(call, environment),
  wait_timer: 0,
  wait_timer_started_at: null,
  current_user_can_approve: mayReview(call, run, environment),
  reviewers: renderReviewers(call, environment),
})

/** A reviewer of the environment, and not the one who started the run where that is forbidden. */
const mayReview = (call: Call, run: RunRecord, environment: Environment): boolean =>
  call.actor.kind === 'person' &&
  environment.reviewers.includes(call.actor.login) &&
  !(environment.preventSelfReview && run.actor === call.actor.login)

async function review(call: Call) {
  const run = runOf(call)
  if (call.actor.kind === 'job') throw notAccessible('deployments=write')
  const ids = call.body.list('environment_ids')
  const state = call.body.text('state')
  const comment = call.body.text('comment')
  if (state !== 'approved' && state !== 'rejected') {
    throw unprocessable('state must be one of approved, rejected')
  }
  const pending = pendingEnvironments(call.state, run)
  const chosen = ids.map((id) => pending.find((environment) => environment.id === id))
  const allowed = chosen.flatMap((environment) =>
    environment !== undefined && mayReview(call, run, environment) ? [environment] : [],
  )
  // All or nothing: one that does not wait, or is not this person's to decide, spoils the request.
  if (allowed.length === 0 || allowed.length < ids.length) {
    throw unprocessable('There are no pending deployment requests to approve or reject')
  }
  for (const environment of allowed) {
    decideGate(run, environment.name, { state, comment, user: call.actor.login })
  }
  // Deployment records of waiting jobs; the simulated environments make none.
  return ok([])
}

/** Both a person and a job may dispatch; the event is the same. */
async function dispatch(call: Call) {
  const file = part(call, 'file')
  const ref = call.body.text('ref')
  const inputs = call.body.child('inputs').raw
  const branch = ref.replace(/^refs\/heads\//, '')
  const sha = await resolveCommit(call.git, branch)
  if (sha === null) throw unprocessable(`No ref found for: ${ref}`)
  const workflow = `.github/workflows/${file}`
  const { tree } = await readCommit(call.git, sha)
  if (file.includes('/') || (await entryAt(call.git, tree, workflow)) === null) throw notFound()
  const full = `refs/heads/${branch}`
  call.state.events.push({
    name: 'workflow_dispatch',
    ref: full,
    before: sha,
    after: sha,
    actor: call.actor.login,
    paths: [],
    payload: {
      inputs,
      ref: full,
      workflow,
      repository: renderRepository(call),
      sender: renderUser(call, call.actor.login),
    },
  })
  return { status: 204 }
}

function renderRun(call: Call, run: RunRecord): object {
  const url = apiUrl(call, 'actions/runs', run.id)
  return {
    id: run.id,
    node_id: nodeId('WFR', run.id),
    name: run.workflow,
    path: run.workflow,
    display_title: run.workflow,
    head_branch: run.ref.replace(/^refs\/heads\//, ''),
    head_sha: run.sha,
    run_number: run.number,
    run_attempt: run.attempt,
    event: run.event,
    status: run.status,
    conclusion: run.conclusion,
    url,
    html_url: pageUrl(call, 'actions/runs', run.id),
    jobs_url: `${url}/jobs`,
    created_at: run.createdAt,
    updated_at: run.updatedAt,
    run_started_at: run.createdAt,
    actor: renderUser(call, run.actor),
    triggering_actor: renderUser(call, run.actor),
    pull_requests: [],
    repository: renderRepository(call),
    head_repository: renderRepository(call),
  }
}
