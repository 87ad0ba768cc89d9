// Runs and the gates of their environments: what the driver asks and what reviewers decide.
import { iso } from './commits.ts'
import type { Review, Run } from './service.ts'
import { nextId, type Environment, type Gate, type GitHubState, type RunRecord } from './state.ts'

export function startRun(
  state: GitHubState,
  facts: Omit<Run, 'id' | 'number' | 'attempt'>,
  now: number,
): Run {
  const earlier = state.runs.filter((run) => run.workflow === facts.workflow)
  const run: RunRecord = {
    ...facts,
    id: nextId(state),
    number: earlier.length + 1,
    attempt: 1,
    status: 'in_progress',
    conclusion: null,
    createdAt: iso(now),
    updatedAt: iso(now),
    gates: [],
    approvals: [],
  }
  state.runs.push(run)
  return factsOf(run)
}

/** Gates begin anew; approvals stay listed, without a word about their attempt. */
export function rerun(state: GitHubState, runId: number, now: number): Run {
  const run = findRun(state, runId)
  if (run.status !== 'completed') throw new Error(`run ${runId} still runs: it cannot be run again`)
  const again: RunRecord = {
    ...run,
    attempt: run.attempt + 1,
    status: 'in_progress',
    conclusion: null,
    updatedAt: iso(now),
  }
  state.runs[state.runs.indexOf(run)] = again
  return factsOf(again)
}

export function endAttempt(
  state: GitHubState,
  runId: number,
  end: { readonly conclusion: 'success' | 'failure' | 'cancelled'; readonly now: number },
): void {
  const run = findRun(state, runId)
  run.status = 'completed'
  run.conclusion = end.conclusion
  run.updatedAt = iso(end.now)
  for (const gate of run.gates) if (gate.review === 'pending') gate.review = 'withdrawn'
}

/**
 * A job wants to enter. An open question is joined; a decided one is asked again, since a review
 * covers the jobs that were waiting when it was given.
 */
export function requestEnvironment(
  state: GitHubState,
  runId: number,
  wish: { readonly environment: string; readonly now: number },
): void {
  const run = findRun(state, runId)
  const environment = findEnvironment(state, wish.environment) ?? create(state, wish)
  const last = lastGate(run, environment.name)
  if (last?.review === 'pending') return
  const isGated = environment.reviewers.length > 0 || environment.customRules.length > 0
  run.gates.push({
    environment: environment.name,
    attempt: run.attempt,
    review: isGated ? 'pending' : 'not-needed',
  })
  refreshStatus(run)
}

/** Of the last request of this attempt; asking without one is a mistake of the caller. */
export function reviewOf(state: GitHubState, runId: number, environment: string): Review {
  const run = findRun(state, runId)
  const gate = lastGate(run, environment)
  if (gate === undefined) {
    throw new Error(`attempt ${run.attempt} of run ${runId} has not asked for "${environment}"`)
  }
  return gate.review === 'withdrawn' ? 'rejected' : gate.review
}

export function pendingEnvironments(state: GitHubState, run: RunRecord): readonly Environment[] {
  return state.environments.filter((each) => lastGate(run, each.name)?.review === 'pending')
}

/** The reviewer's right is checked by the caller. */
export function decideGate(
  run: RunRecord,
  environment: string,
  decision: {
    readonly state: 'approved' | 'rejected'
    readonly comment: string
    readonly user: string
  },
): void {
  const gate = lastGate(run, environment)
  if (gate === undefined) throw new Error(`run ${run.id} does not wait for ${environment}`)
  gate.review = decision.state
  run.approvals.push({ environment, ...decision })
  refreshStatus(run)
}

export function findRun(state: GitHubState, runId: number): RunRecord {
  const run = state.runs.find((each) => each.id === runId)
  if (run === undefined) throw new Error(`there is no run ${runId}`)
  return run
}

/** Environment names are compared without case. */
export const findEnvironment = (state: GitHubState, name: string): Environment | undefined =>
  state.environments.find((each) => each.name.toLowerCase() === name.toLowerCase())

function create(
  state: GitHubState,
  wish: { readonly environment: string; readonly now: number },
): Environment {
  const environment: Environment = {
    id: nextId(state),
    name: wish.environment,
    createdAt: iso(wish.now),
    reviewers: [],
    preventSelfReview: false,
    customRules: [],
    canAdminsBypass: true,
    variables: {},
    secrets: {},
  }
  state.environments.push(environment)
  return environment
}

const lastGate = (run: RunRecord, environment: string): Gate | undefined =>
  run.gates.findLast(
    (gate) =>
      gate.attempt === run.attempt && gate.environment.toLowerCase() === environment.toLowerCase(),
  )

function refreshStatus(run: RunRecord): void {
  const isWaiting = run.gates.some(
    (gate) => gate.attempt === run.attempt && gate.review === 'pending',
  )
  run.status = isWaiting ? 'waiting' : 'in_progress'
}

const factsOf = (run: RunRecord): Run => ({
  id: run.id,
  number: run.number,
  attempt: run.attempt,
  workflow: run.workflow,
  event: run.event,
  ref: run.ref,
  sha: run.sha,
  actor: run.actor,
})
