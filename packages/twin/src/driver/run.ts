// A run of a workflow, from plan to conclusion.
import { gitSource } from './reading/source.ts'
import type { Value } from './reading/expression.ts'
import { decideInputs, parseInputDefinitions, type Inputs } from './reading/input.ts'
import { planWorkflow, type PlannedWorkflow } from './reading/plan.ts'
import { WorkflowRefused } from './reading/refusal.ts'
import { RunControl } from './control.ts'
import type { RunFrame } from './frame.ts'
import { runFrame } from './jobs.ts'
import { decideKept } from './rerun.ts'
import { restrictedDefault, type RunRequest } from './request.ts'
import type { RunResult } from './result.ts'
import { githubContext } from './runner/github-context.ts'
import { standInFor } from './standins/stand-in.ts'

/**
 * Runs one attempt and ends it at the GitHub service. Throws WorkflowRefused, before anything has
 * run, when the workflow is wrong or asks for something that the driver does not cover.
 */
export async function runWorkflow(request: RunRequest): Promise<RunResult> {
  try {
    return await runAttempt(request)
  } catch (error) {
    request.services.github.endAttempt(request.run.id, 'failure')
    throw error
  }
}

async function runAttempt(request: RunRequest): Promise<RunResult> {
  const plan = await planRun(request)
  const inputs = runInputs(request, plan)
  const { services, control = new RunControl() } = request
  const run: RunFrame = {
    request,
    control,
    tell: (happening) => request.onEvent?.({ ...happening, at: services.time.now() }),
    github: githubContext({ request, workflow: plan.file.name }),
    kept: request.rerunFailedOf === undefined ? new Map() : decideKept(plan, request.rerunFailedOf),
    results: [],
  }
  run.tell({ kind: 'run-started', run: request.run, workflow: plan.file.name })
  const { conclusion } = await runFrame({
    run,
    workflow: plan,
    inputs,
    secrets: (environment) => services.github.secrets(environment),
    namePrefix: '',
    cancelled: control.cancelled,
  })
  const ending = conclusion === 'skipped' ? 'success' : conclusion
  services.github.endAttempt(request.run.id, ending)
  run.tell({ kind: 'run-ended', run: request.run, conclusion: ending })
  const artifactsSince = request.rerunFailedOf?.artifactsSince ?? request.run.attempt
  return { run: request.run, conclusion: ending, jobs: run.results, artifactsSince }
}

function planRun(request: RunRequest): Promise<PlannedWorkflow> {
  const { run, machine, services } = request
  const source = gitSource({
    repository: services.github.slug,
    sha: run.sha,
    gitDirectory: services.github.gitDirectory,
    scratch: machine.folder,
  })
  const place = {
    source,
    path: run.workflow,
    granted: request.defaultPermissions ?? restrictedDefault,
  }
  return planWorkflow(place, {
    repositories: machine.repositories,
    isKnown: (repository, path, ref) =>
      machine.repositories[repository] !== undefined || standInFor(repository, path, ref) !== null,
  })
}

/** Inputs of a dispatched run. */
function runInputs(request: RunRequest, plan: PlannedWorkflow): Inputs {
  if (request.run.event !== 'workflow_dispatch') return {}
  const { values, problems } = decideInputs({
    definitions: parseInputDefinitions(plan.file.root, 'workflow_dispatch'),
    given: (request.event.payload['inputs'] ?? {}) as Readonly<Record<string, Value>>,
    scope: { contexts: {} },
    texts: true,
  })
  if (problems.length > 0) {
    throw new WorkflowRefused(
      problems.map((message) => ({ file: plan.file.label, line: 0, message })),
    )
  }
  return values
}
