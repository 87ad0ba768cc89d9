// Deployment records and their statuses.
import { readBranch, resolveCommit } from '../references.ts'
import type { Call } from '../call.ts'
import { isAncestor } from '../history.ts'
import { notFound, Refusal, unprocessable, validationFailed } from '../refusal.ts'
import { apiUrl, nodeId, renderUser } from '../render.ts'
import { ok, okPage, part, route } from '../router.ts'
import { nextId, type Deployment, type DeploymentStatus } from '../state.ts'
import { combinedState, latestStatuses } from './statuses.ts'

const read = { deployments: 'read' } as const
const write = { deployments: 'write' } as const

const STATES = ['error', 'failure', 'inactive', 'in_progress', 'queued', 'pending', 'success']

export const deploymentRoutes = [
  route('GET deployments', read, (call) =>
    okPage(
      call,
      list(call).map((deployment) => render(call, deployment)),
    ),
  ),
  route('POST deployments', write, create),
  route('GET deployments/{id}', read, (call) => ok(render(call, deploymentOf(call)))),
  route('GET deployments/{id}/statuses', read, (call) => {
    const deployment = deploymentOf(call)
    const newest = deployment.statuses.toReversed()
    return okPage(
      call,
      newest.map((status) => renderStatus(call, deployment, status)),
    )
  }),
  route('POST deployments/{id}/statuses', write, createStatus),
]

function deploymentOf(call: Call): Deployment {
  const found = call.state.deployments.find((each) => String(each.id) === part(call, 'id'))
  if (found === undefined) throw notFound()
  return found
}

/** Newest first. */
const list = (call: Call): readonly Deployment[] =>
  call.state.deployments
    .filter((deployment) =>
      (['sha', 'ref', 'task', 'environment'] as const).every(
        (field) => !call.query.has(field) || call.query.get(field) === deployment[field],
      ),
    )
    .toReversed()

async function create(call: Call) {
  const { body } = call
  const ref = body.text('ref')
  const sha = await resolveCommit(call.git, ref)
  if (sha === null) throw unprocessable(`No ref found for: ${ref}`)
  if (body.flag('auto_merge', true)) await refuseAutoMerge(call, ref, sha)
  refuseRedContexts(call, ref, sha)
  const deployment: Deployment = {
    id: nextId(call.state),
    sha,
    ref,
    task: body.optionalText('task') ?? 'deploy',
    environment: body.optionalText('environment') ?? 'production',
    description: body.optionalText('description'),
    payload: body.raw['payload'] ?? {},
    creator: call.actor.login,
    createdAt: call.at,
    updatedAt: call.at,
    transient: body.flag('transient_environment', false),
    production: body.flag(
      'production_environment',
      (body.optionalText('environment') ?? 'production') === 'production',
    ),
    statuses: [],
  }
  call.state.deployments.push(deployment)
  return ok(render(call, deployment), 201)
}

/** GitHub would merge the default branch into the ref; the twin says that it does not. */
async function refuseAutoMerge(call: Call, ref: string, sha: string): Promise<void> {
  const trunk = await readBranch(call.git, call.state.repository.defaultBranch)
  const isBranch = (await readBranch(call.git, ref)) !== null
  if (trunk === null || !isBranch || (await isAncestor(call.git, trunk, sha))) return
  throw new Refusal(
    501,
    'The twin does not simulate auto_merge of deployments: send auto_merge: false',
  )
}

/** Left out, every context must be green; an empty list asks for none. */
function refuseRedContexts(call: Call, ref: string, sha: string): void {
  const latest = latestStatuses(call, sha)
  const wanted = call.body.has('required_contexts') ? call.body.texts('required_contexts') : null
  const judged = wanted === null ? latest : latest.filter((each) => wanted.includes(each.context))
  const isComplete = wanted === null || judged.length === wanted.length
  if (judged.length === 0 && isComplete) return
  if (isComplete && combinedState(judged) === 'success') return
  throw new Refusal(409, `Conflict: Commit status checks failed for ${ref}.`, {
    errors: [{ resource: 'Deployment', code: 'invalid', field: 'required_contexts' }],
  })
}

async function createStatus(call: Call) {
  const deployment = deploymentOf(call)
  const { body } = call
  const state = body.text('state')
  if (!STATES.includes(state)) {
    throw validationFailed({ resource: 'DeploymentStatus', code: 'invalid', field: 'state' })
  }
  const status: DeploymentStatus = {
    id: nextId(call.state),
    state,
    description: body.optionalText('description') ?? '',
    logUrl: body.optionalText('log_url') ?? body.optionalText('target_url') ?? '',
    environmentUrl: body.optionalText('environment_url') ?? '',
    creator: call.actor.login,
    createdAt: call.at,
  }
  if (state === 'success' && body.flag('auto_inactive', true)) retireEarlier(call, deployment)
  deployment.statuses.push(status)
  deployment.updatedAt = call.at
  return ok(renderStatus(call, deployment, status), 201)
}

/** A success ends the earlier ones of the same environment that are neither transient nor production. */
function retireEarlier(call: Call, deployment: Deployment): void {
  const earlier = call.state.deployments.filter(
    (each) =>
      each.id < deployment.id &&
      each.environment === deployment.environment &&
      !each.transient &&
      !each.production &&
      each.statuses.at(-1)?.state === 'success',
  )
  for (const each of earlier) {
    const last = each.statuses.at(-1)
    if (last === undefined) continue
    each.statuses.push({ ...last, id: nextId(call.state), state: 'inactive', createdAt: call.at })
  }
}

const render = (call: Call, deployment: Deployment): object => ({
  url: apiUrl(call, 'deployments', deployment.id),
  id: deployment.id,
  node_id: nodeId('DE', deployment.id),
  sha: deployment.sha,
  ref: deployment.ref,
  task: deployment.task,
  payload: deployment.payload,
  original_environment: deployment.environment,
  environment: deployment.environment,
  description: deployment.description,
  creator: renderUser(call, deployment.creator),
  created_at: deployment.createdAt,
  updated_at: deployment.updatedAt,
  statuses_url: `${apiUrl(call, 'deployments', deployment.id)}/statuses`,
  repository_url: apiUrl(call),
  transient_environment: deployment.transient,
  production_environment: deployment.production,
})

const renderStatus = (call: Call, deployment: Deployment, status: DeploymentStatus): object => ({
  url: `${apiUrl(call, 'deployments', deployment.id)}/statuses/${status.id}`,
  id: status.id,
  node_id: nodeId('DES', status.id),
  state: status.state,
  creator: renderUser(call, status.creator),
  description: status.description,
  environment: deployment.environment,
  target_url: status.logUrl,
  log_url: status.logUrl,
  environment_url: status.environmentUrl,
  created_at: status.createdAt,
  updated_at: status.createdAt,
  deployment_url: apiUrl(call, 'deployments', deployment.id),
  repository_url: apiUrl(call),
})
