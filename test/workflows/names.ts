// Names that branch rules know: contexts of commit statuses, and check runs of jobs.
import {
  exists,
  fieldsOf,
  jobsOf,
  type Job,
  readWorkflow,
  resolveOwn,
  textOf,
  type WorkflowFile,
} from './file.ts'

export interface KnownNames {
  /** `cd/staging` */
  readonly contexts: readonly string[]
  /** `production / cd-status` */
  readonly checks: readonly string[]
}

/** What GitHub will call the statuses and check runs of these workflow files. */
export function computeNames(files: readonly WorkflowFile[]): KnownNames {
  return {
    contexts: files.flatMap((file) => jobsOf(file)).flatMap(contextsOf),
    checks: files
      .filter((file) => fieldsOf(file.value['on'])['workflow_call'] === undefined)
      .flatMap((file) => jobsOf(file).flatMap((job) => checksOf(job, file))),
  }
}

function contextsOf(job: Job): readonly string[] {
  return job.steps
    .filter((step) => step['uses'] === '$/actions/commit-status')
    .map((step) => textOf(fieldsOf(step['with'])['context']))
}

function checksOf(job: Job, file: WorkflowFile): readonly string[] {
  const path = resolveOwn(textOf(job.fields['uses']), file)
  if (path === null || !exists(path)) return [shown(job)]
  return jobsOf(readWorkflow(path)).map((called) => `${shown(job)} / ${shown(called)}`)
}

const shown = (job: Job): string => textOf(job.fields['name']) || job.id

/** Code spans that look like the name of a status (`cd/...`) or of a called job (`x / y`). */
export function findNamedChecks(markdown: string): readonly string[] {
  return [...markdown.matchAll(/`([^`\n]+)`/g)]
    .map((match) => match[1] ?? '')
    .filter((span) => /^cd\/[\w-]+$/.test(span) || /^(…|<?[\w-]+>?) \/ [\w-]+$/.test(span))
}

/** Whether a name of the documentation is one that GitHub will show; `…` and `<x>` stand for any caller. */
export function isKnown(name: string, known: KnownNames): boolean {
  if (known.contexts.includes(name) || known.checks.includes(name)) return true
  const [caller = '', called] = name.split(' / ')
  return /^(…|<.+>)$/.test(caller) && known.checks.some((check) => check.endsWith(` / ${called}`))
}
