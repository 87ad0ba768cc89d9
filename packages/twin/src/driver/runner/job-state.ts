// What a job knows while it runs: variables, outputs of steps, status, log, masks.
import type { Contexts, Scope, Status, Value } from '../reading/expression.ts'
import type { Annotation, StepResult } from '../result.ts'
import type { Tell } from '../timeline.ts'
import type { JobFolders } from './folders.ts'
import { Masker } from './mask.ts'

export interface JobFacts {
  /** As the check is called. */
  readonly name: string
  readonly folders: JobFolders
  /** github, vars, secrets, needs, inputs, strategy, matrix, and the fixed part of job. */
  readonly contexts: Contexts
  /** Workflow and job `env`, evaluated. */
  readonly env: Readonly<Record<string, string>>
  /** PATH folder. */
  readonly toolbox: string
  readonly tell: Tell
}

export type JobStatus = 'success' | 'failure' | 'cancelled'

const annotationsPerJob = 50
const annotationsPerLevel = 10
const longestMessage = 4096
const summariesPerJob = 20

export class JobState {
  readonly facts: JobFacts
  readonly masker = new Masker()
  readonly steps: StepResult[] = []
  readonly annotations: Annotation[] = []
  readonly summaries: string[] = []
  readonly log: string[] = []
  /** Folders that steps put before PATH, the last one first. */
  readonly paths: string[] = []
  /** `env` as steps see it: of the files, then what steps wrote to GITHUB_ENV. */
  readonly env: Record<string, string>
  status: JobStatus = 'success'
  readonly #stepContext: Record<string, Value> = {}

  constructor(facts: JobFacts) {
    this.facts = facts
    this.env = { ...facts.env }
  }

  get statusFlags(): Status {
    return {
      success: this.status === 'success',
      failure: this.status === 'failure',
      cancelled: this.status === 'cancelled',
    }
  }

  /** The scope of a step; `env` adds the step's own variables. */
  scope(
    extra: { readonly env?: Readonly<Record<string, string>>; readonly github?: Value } = {},
  ): Scope {
    const { contexts, folders } = this.facts
    const github = {
      ...(contexts.github as Record<string, Value>),
      ...(extra.github as object | undefined),
    }
    return {
      status: this.statusFlags,
      contexts: {
        ...contexts,
        github,
        env: { ...this.env, ...extra.env },
        job: { ...(contexts.job as Record<string, Value>), status: this.status },
        runner: runnerContext(folders),
        steps: this.#stepContext,
      },
    }
  }

  write(line: string, step: string): void {
    const masked = this.masker.mask(line)
    this.log.push(masked)
    this.facts.tell({ kind: 'log', job: this.facts.name, step, line: masked })
  }

  /** Masks and cuts; `own` are the annotations of the step that says it. Beyond the limits it is dropped. */
  annotate(annotation: Annotation, own: Annotation[]): void {
    const sameLevel = own.filter((other) => other.level === annotation.level).length
    if (sameLevel >= annotationsPerLevel || this.annotations.length >= annotationsPerJob) return
    const made: Annotation = {
      ...annotation,
      message: this.masker.mask(annotation.message).slice(0, longestMessage),
      ...(annotation.title !== undefined && { title: this.masker.mask(annotation.title) }),
    }
    own.push(made)
    this.annotations.push(made)
    this.facts.tell({ kind: 'annotation', job: this.facts.name, annotation: made })
  }

  /** Of the job itself. */
  annotateJob(level: Annotation['level'], message: string): void {
    this.annotate({ level, message }, [])
  }

  ended(result: StepResult): void {
    this.steps.push(result)
    if (result.summary !== null && this.summaries.length < summariesPerJob)
      this.summaries.push(result.summary)
    if (result.id !== null && result.stage === 'main') {
      this.#stepContext[result.id] = {
        outputs: result.outputs,
        outcome: result.outcome,
        conclusion: result.conclusion,
      }
    }
    if (this.status !== 'success') return
    if (result.conclusion === 'failure') this.status = 'failure'
  }
}

export function runnerContext(folders: JobFolders): Record<string, string> {
  const systems: Record<string, string> = { linux: 'Linux', darwin: 'macOS', win32: 'Windows' }
  const processors: Record<string, string> = { x64: 'X64', arm64: 'ARM64', ia32: 'X86', arm: 'ARM' }
  return {
    os: systems[process.platform] ?? process.platform,
    arch: processors[process.arch] ?? process.arch,
    name: 'Rehearsal 1',
    environment: 'github-hosted',
    tool_cache: folders.tools,
    temp: folders.temp,
    workspace: folders.work,
  }
}
