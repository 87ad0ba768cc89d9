// The environment of a step's process: the machine's, the files', the runner's.
import { delimiter } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { dirname, join } from 'node:path'
import type { Value } from '../reading/expression.ts'
import { githubVariables } from './github-context.ts'
import { runnerContext } from './job-state.ts'
import type { RunningStep } from './step.ts'

export interface MachineFacts {
  /** Of the machine's owner: addresses of services, certificates. */
  readonly environment: Readonly<Record<string, string>>
  /** Virtual milliseconds at the start of the child. */
  readonly now: number
  /** The child appends its virtual time here. */
  readonly clockFile: string
  /** ACTIONS_ID_TOKEN_REQUEST_URL and _TOKEN, or empty without the permission. */
  readonly idToken: Readonly<Record<string, string>>
  readonly orchestrationId: string
}

// From src and from lib alike: the preload is plain JavaScript and is used where it stands.
const here = dirname(fileURLToPath(import.meta.url))
export const preloadPath = join(here, '..', '..', '..', 'src', 'preload', 'preload.mjs')

/** Later ones win: machine, job and step env, inputs, and last what the runner itself says. */
export function stepVariables(
  step: RunningStep,
  machine: MachineFacts,
  extra: {
    readonly inputs?: Readonly<Record<string, string>>
    readonly state?: Readonly<Record<string, string>>
  } = {},
): Record<string, string> {
  const { facts, paths } = step.job
  const github = step.scope.contexts.github as Record<string, Value>
  const own = step.env['NODE_OPTIONS']
  const preload = `--import=${pathToFileURL(preloadPath).href}`
  const variables = {
    LANG: 'C.UTF-8',
    HOME: facts.folders.home,
    ...machine.environment,
    ...step.env,
    ...extra.inputs,
    ...extra.state,
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    ...githubVariables(github),
    ...step.files,
    ...runnerVariables(step),
    ...machine.idToken,
    ACTIONS_ORCHESTRATION_ID: machine.orchestrationId,
    NODE_OPTIONS: own === undefined || own === '' ? preload : `${preload} ${own}`,
    TWIN_NOW: String(machine.now),
    TWIN_CLOCK_FILE: machine.clockFile,
  }
  return { ...variables, PATH: [...paths, step.env['PATH'] ?? facts.toolbox].join(delimiter) }
}

function runnerVariables(step: RunningStep): Record<string, string> {
  const named = Object.entries(runnerContext(step.job.facts.folders))
  return Object.fromEntries(named.map(([name, value]) => [`RUNNER_${name.toUpperCase()}`, value]))
}
