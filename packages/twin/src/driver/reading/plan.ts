// A run before it runs: the workflow with everything it calls, jobs in order, permissions settled.
// All reasons not to start are found here.
import { problemsOfActions } from './action-place.ts'
import { convertToIfCondition } from './parser.ts'
import { uncoveredInJob, uncoveredInWorkflow, type IsKnown } from './coverage.ts'
import { decideGrant, excessOf, parsePermissions, type Grant } from './permission.ts'
import { parseReference } from './reference.ts'
import { WorkflowRefused, type Problem } from './refusal.ts'
import { folderSource, type Source } from './source.ts'
import { childOf, entriesOf, itemsOf, lineOf, literalOf, type Token } from './token.ts'
import { readWorkflow, type WorkflowFile } from './workflow-file.ts'

interface JobFacts {
  /** Job ids from the caller down, joined by `/`. */
  readonly key: string
  readonly id: string
  readonly token: Token
  readonly file: WorkflowFile
  readonly needs: readonly string[]
  /** With the implied `success() && (...)`. */
  readonly condition: string
}

export interface StepsJob extends JobFacts {
  readonly kind: 'steps'
  readonly permissions: Grant
}

export interface CallJob extends JobFacts {
  readonly kind: 'call'
  readonly callee: PlannedWorkflow
}

export type PlannedJob = StepsJob | CallJob

export interface PlannedWorkflow {
  readonly file: WorkflowFile
  /** Every job after the jobs that it needs. */
  readonly jobs: readonly PlannedJob[]
}

export interface Planning {
  /** `owner/name` to a folder. */
  readonly repositories: Readonly<Record<string, string>>
  readonly isKnown: IsKnown
}

const deepest = 10

/** Throws WorkflowRefused with every problem of the file and of the files it calls. */
export async function planWorkflow(
  place: { readonly source: Source; readonly path: string; readonly granted: Grant },
  planning: Planning,
): Promise<PlannedWorkflow> {
  const problems: Problem[] = []
  const planned = await planFile({ ...place, prefix: '', depth: 1 }, planning, problems)
  if (problems.length > 0 || planned === null) throw new WorkflowRefused(problems)
  return planned
}

interface Place {
  readonly source: Source
  readonly path: string
  /** What the caller's token may do; for the first file the repository's default. */
  readonly granted: Grant
  readonly prefix: string
  readonly depth: number
}

async function planFile(
  place: Place,
  planning: Planning,
  problems: Problem[],
): Promise<PlannedWorkflow | null> {
  const file = await tryRead(place, planning, problems)
  if (file === null) return null
  problems.push(...uncoveredInWorkflow(file.label, file.root))
  const jobs: PlannedJob[] = []
  for (const job of orderedJobs(childOf(file.root, 'jobs'))) {
    const facts = factsOf(job, file, place.prefix)
    problems.push(...uncoveredInJob(file.label, facts.token, planning.isKnown))
    problems.push(...(await problemsOfActions(facts.token, place.source, planning.repositories)))
    const permissions = grantOf(facts, place, problems)
    const uses = childOf(facts.token, 'uses')
    if (uses === undefined) jobs.push({ ...facts, kind: 'steps', permissions })
    else {
      const callee = await planCall({ facts, uses, permissions, place }, planning, problems)
      if (callee !== null) jobs.push({ ...facts, kind: 'call', callee })
    }
  }
  return { file, jobs }
}

async function tryRead(
  place: Place,
  planning: Planning,
  problems: Problem[],
): Promise<WorkflowFile | null> {
  const calledText = async (reference: string): Promise<string | null> => {
    const called = calledPlace(reference, place.source, planning)
    return called === null ? null : called.source.read(called.path)
  }
  try {
    return await readWorkflow({ source: place.source, path: place.path, calledText })
  } catch (error) {
    if (!(error instanceof WorkflowRefused)) throw error
    problems.push(...error.problems)
    return null
  }
}

async function planCall(
  call: { facts: JobFacts; uses: Token; permissions: Grant; place: Place },
  planning: Planning,
  problems: Problem[],
): Promise<PlannedWorkflow | null> {
  const { facts, uses, place } = call
  const text = literalOf(uses) ?? ''
  const refuse = (message: string): null => {
    problems.push({ file: facts.file.label, line: lineOf(uses), message })
    return null
  }
  if (place.depth >= deepest) return refuse(`more than ${deepest} workflows call each other`)
  const called = calledPlace(text, place.source, planning)
  if (called === null)
    return refuse(`'uses: ${text}' is not covered by the driver: no such repository is mapped`)
  const inner = {
    ...called,
    granted: call.permissions,
    prefix: `${facts.key}/`,
    depth: place.depth + 1,
  }
  const planned = await planFile(inner, planning, problems)
  if (planned !== null && planned.file.events.workflow_call === undefined) {
    return refuse(`${planned.file.label} has no 'workflow_call' trigger`)
  }
  return planned
}

function calledPlace(
  text: string,
  from: Source,
  planning: Planning,
): { readonly source: Source; readonly path: string } | null {
  const reference = parseReference(text)
  if (reference.kind === 'self' || reference.kind === 'local')
    return { source: from, path: reference.path }
  if (reference.kind === 'unknown') return null
  const folder = planning.repositories[reference.repository]
  if (folder === undefined) return null
  return { source: folderSource(reference.repository, reference.ref, folder), path: reference.path }
}

// The first file's own `permissions` replace the default; below that nothing may grow.
function grantOf(facts: JobFacts, place: Place, problems: Problem[]): Grant {
  const ofJob = childOf(facts.token, 'permissions')
  const stated = ofJob ?? childOf(facts.file.root, 'permissions')
  const wanted = parsePermissions(stated)
  if (place.depth === 1) return wanted ?? place.granted
  const excess = wanted === null ? [] : excessOf(wanted, place.granted)
  if (excess.length > 0) {
    const message = `the nested job '${facts.id}' asks for ${excess.join(', ')}: more than its caller grants`
    problems.push({ file: facts.file.label, line: lineOf(stated), message })
  }
  return decideGrant(wanted, place.granted)
}

interface NamedJob {
  readonly id: string
  readonly token: Token
  readonly needs: readonly string[]
}

function factsOf(job: NamedJob, file: WorkflowFile, prefix: string): JobFacts {
  const condition = childOf(job.token, 'if')
  const converted =
    condition === undefined ? undefined : convertToIfCondition(file.context, condition)
  return {
    ...job,
    key: `${prefix}${job.id}`,
    file,
    condition: converted?.expression ?? 'success()',
  }
}

// The parser has refused cycles and unknown names, so every round places at least one job.
function orderedJobs(jobs: Token | undefined): readonly NamedJob[] {
  let waiting = entriesOf(jobs).map(({ key, value }) => ({
    id: key,
    token: value,
    needs: needsOf(value),
  }))
  const placed: NamedJob[] = []
  while (waiting.length > 0) {
    const next = waiting.find((job) =>
      job.needs.every((need) => placed.some((done) => done.id === need)),
    )
    if (next === undefined) break
    placed.push(next)
    waiting = waiting.filter((job) => job !== next)
  }
  return placed
}

function needsOf(job: Token): readonly string[] {
  const needs = childOf(job, 'needs')
  const single = literalOf(needs)
  return single === undefined ? itemsOf(needs).flatMap((item) => literalOf(item) ?? []) : [single]
}
