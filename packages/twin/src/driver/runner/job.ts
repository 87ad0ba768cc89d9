// One job on one fresh machine: pre stages, steps, post stages, outputs.
import { resolveText, resolveTexts, type Contexts, type Value } from '../reading/expression.ts'
import type { StepsJob } from '../reading/plan.ts'
import { childOf, entriesOf, type Token } from '../reading/token.ts'
import type { RunRequest } from '../request.ts'
import type { JobResult } from '../result.ts'
import type { Tell } from '../timeline.ts'
import { makeJobFolders } from './folders.ts'
import { jobGithubContext } from './github-context.ts'
import { planSteps } from './job-steps.ts'
import { JobState } from './job-state.ts'
import type { ProcessHost } from './process.ts'
import { runStep, type StepSignals } from './step.ts'
import { makeToolbox } from './toolbox.ts'

export interface JobRequest {
  readonly request: RunRequest
  readonly job: StepsJob
  /** As the check is called. */
  readonly name: string
  /** github (of the run), inputs, needs. */
  readonly contexts: Contexts
  /** Of the environment and of the repository, as this job may see them. */
  readonly secrets: Readonly<Record<string, string>>
  readonly environment: { readonly name: string; readonly url: Token | undefined } | null
  readonly cancelled: AbortSignal
  readonly lost: AbortSignal
  readonly tell: Tell
}

/** Throws only for what the driver does not cover; everything else is the result. */
export async function runJob(wanted: JobRequest): Promise<JobResult> {
  const { request, job, name, tell } = wanted
  const { github } = request.services
  const { id: runId, attempt } = request.run
  tell({ kind: 'job-started', job: name })
  const token = github.grantToken({ runId, attempt, job: job.key, permissions: job.permissions })
  const timer = jobTimeout(wanted)
  try {
    const state = await beginJob(wanted, token)
    const idToken = requestToken(wanted, state)
    const host = { request, idToken, orchestrationId: `${runId}.${attempt}.${job.key}` }
    return await runSteps(wanted, {
      state,
      host,
      signals: { cancelled: timer.signal, lost: wanted.lost },
    })
  } finally {
    timer.clear()
    github.revokeToken(token)
  }
}

async function beginJob(wanted: JobRequest, token: string): Promise<JobState> {
  const { request, job, environment } = wanted
  const { source, path, root } = job.file
  const folders = await makeJobFolders(request, job.key)
  const secrets: Record<string, string> = { ...wanted.secrets, GITHUB_TOKEN: token }
  const base = (wanted.contexts.github ?? {}) as Record<string, Value>
  const contexts: Contexts = {
    ...wanted.contexts,
    github: jobGithubContext(base, { jobId: job.id, token, folders }),
    vars: request.services.github.variables(environment?.name ?? null),
    secrets,
    strategy: { 'fail-fast': true, 'job-index': 0, 'job-total': 1, 'max-parallel': 1 },
    matrix: null,
    job: {
      workflow_ref: `${source.repository}/${path}@${source.sha}`,
      workflow_sha: source.sha,
      workflow_repository: source.repository,
      workflow_file_path: path,
    },
  }
  const env = {
    ...resolveTexts(childOf(root, 'env'), { contexts }),
    ...resolveTexts(childOf(job.token, 'env'), { contexts }),
  }
  const toolbox = await makeToolbox(request.machine.folder)
  const state = new JobState({
    name: wanted.name,
    folders,
    contexts,
    env,
    toolbox,
    tell: wanted.tell,
  })
  for (const secret of Object.values(secrets)) state.masker.add(secret)
  return state
}

function requestToken(wanted: JobRequest, state: JobState): Record<string, string> {
  const { request, job, environment } = wanted
  if (job.permissions['id-token'] !== 'write') return {}
  const { run, services, machine } = request
  const token = services.identity.grantRequestToken({
    repository: services.github.slug,
    ref: run.ref,
    environment: environment?.name ?? null,
    runId: run.id,
    attempt: run.attempt,
    job: job.key,
  })
  state.masker.add(token)
  return {
    ACTIONS_ID_TOKEN_REQUEST_URL: machine.urls.idToken,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: token,
  }
}

interface Running {
  readonly state: JobState
  readonly host: ProcessHost
  readonly signals: StepSignals
}

async function runSteps(wanted: JobRequest, running: Running): Promise<JobResult> {
  const { state, host, signals } = running
  const { workspace } = state.facts.folders
  const onCancel = (): void => {
    state.status = 'cancelled'
  }
  signals.cancelled.addEventListener('abort', onCancel, { once: true })
  try {
    const steps = await planSteps(wanted.job, { file: wanted.job.file, workspace, host })
    const runAll = async (plans: typeof steps.main): Promise<void> => {
      for (const plan of plans) if (!signals.lost.aborted) await runStep(state, plan, signals)
    }
    await runAll(steps.pre)
    await runAll(steps.main)
    await runAll(steps.takePosts())
    return endJob(wanted, state, signals.lost.aborted)
  } finally {
    signals.cancelled.removeEventListener('abort', onCancel)
  }
}

function endJob(wanted: JobRequest, state: JobState, lost: boolean): JobResult {
  const { job, name, environment, request } = wanted
  if (lost) {
    state.status = 'failure'
    state.annotateJob('error', 'The runner has lost communication with the server.')
  }
  const outputs = lost ? {} : jobOutputs(state, childOf(job.token, 'outputs'))
  const url = environment === null || lost ? null : environmentUrl(state, environment.url)
  return {
    key: job.key,
    name,
    result: state.status,
    outputs,
    environment: environment === null ? null : { name: environment.name, url },
    steps: state.steps,
    annotations: state.annotations,
    summaries: state.summaries,
    log: state.log,
    attempt: request.run.attempt,
  }
}

/** Empty ones and ones with a masked value do not leave the job. */
function jobOutputs(state: JobState, outputs: Token | undefined): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const { key, value } of entriesOf(outputs)) {
    try {
      const text = resolveText(value, state.scope())
      if (state.masker.hides(text)) {
        state.annotateJob('warning', `Skip output '${key}' since it may contain secret.`)
      } else if (text === '')
        state.annotateJob('warning', `Skip output '${key}' since it is empty.`)
      else kept[key] = text
    } catch (error) {
      state.annotateJob('error', `Output '${key}': ${(error as Error).message}`)
      if (state.status === 'success') state.status = 'failure'
    }
  }
  return kept
}

function environmentUrl(state: JobState, token: Token | undefined): string | null {
  if (token === undefined) return null
  try {
    const url = resolveText(token, state.scope())
    if (!state.masker.hides(url)) return url === '' ? null : url
    state.annotateJob('warning', 'Skip setting environment url as it may contain secret.')
  } catch (error) {
    state.annotateJob('warning', `Environment url: ${(error as Error).message}`)
  }
  return null
}

// Real time: waits of children pass at once, so only a job that hangs is late.
function jobTimeout(wanted: JobRequest): {
  readonly signal: AbortSignal
  readonly clear: () => void
} {
  const minutes = Number(
    resolveText(childOf(wanted.job.token, 'timeout-minutes'), { contexts: wanted.contexts }) ||
      '360',
  )
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(), Math.min(minutes * 60_000, 2 ** 31 - 1))
  return {
    signal: AbortSignal.any([wanted.cancelled, late.signal]),
    clear: () => clearTimeout(timer),
  }
}
