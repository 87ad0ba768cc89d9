import { table, type Action, type Cell, type Ports, type Report } from '@sluice/action'
import { canonicalJson } from '@sluice/documents'
import {
  githubError,
  observeApprovalEnvironment,
  observeApprovals,
  observeApprovers,
  observeDefaultBranch,
  observeMergedPulls,
  repositoryOf,
  weaknessesOf,
  type MergedPull,
  type Repository,
} from '@sluice/github'
import type { ApprovalConfig } from './config.ts'

/** What one kind of approval looks like; `approvers` null: nobody was asked for by this mode. */
interface Finding {
  readonly ending: string
  readonly approvers: readonly string[] | null
  readonly found: Readonly<Record<string, unknown>>
  readonly warnings: readonly string[]
}

type Look = (repository: Repository, config: ApprovalConfig, run: Ports['run']) => Promise<Finding>

export const main: Action<ApprovalConfig>['main'] = async (config, ports) => {
  const repository = repositoryOf(config.repository, {
    request: ports.github(config.token),
    signal: ports.signal,
  })
  const finding = await LOOKS[config.approval][config.mode](repository, config, ports.run)
  for (const warning of finding.warnings) ports.log.warning(warning)
  return report(config, ports.run.runAttempt, finding)
}

const checkEnvironment: Look = async (repository, { environment: name }) => {
  const environment = await observeApprovalEnvironment(repository, name)
  const weaknesses = weaknessesOf(environment)
  if (weaknesses.length > 0) {
    throw githubError(
      'GITHUB_ENVIRONMENT_UNPROTECTED',
      `environment ${name} cannot be the approval: ${weaknesses.join('; ')}`,
    )
  }
  const bypass = `Administrators may bypass the reviewers of environment ${name}; switch that off under Settings > Environments.`
  return {
    ending: 'protected',
    approvers: null,
    found: { environment: { ...environment } },
    warnings: environment.administratorsMayBypass === false ? [] : [bypass],
  }
}

const confirmEnvironment: Look = async (repository, { environment }, { runId }) => {
  const approvers = await observeApprovals(repository, { runId, environment })
  if (approvers.length === 0) {
    throw githubError(
      'GITHUB_NOT_APPROVED',
      `run ${runId} has no approval for environment ${environment}`,
    )
  }
  return { ending: 'approved', approvers, found: { environment, approvers }, warnings: [] }
}

const lookAtPull =
  (told: 'told' | 'not told'): Look =>
  async (repository, { sha }, { ref }) => {
    const base = branchOf(ref) ?? (await observeDefaultBranch(repository))
    const pulls = await observeMergedPulls(repository, sha)
    const pull = pulls.find((merged) => merged.base === base)
    const approvers = pull === undefined ? [] : await observeApprovers(repository, pull.number)
    if (pull === undefined || approvers.length === 0) {
      const why =
        pull === undefined
          ? `no pull request merged into ${base} made it${foundElsewhere(pulls)}`
          : `no person approved or merged #${pull.number}`
      throw githubError('GITHUB_NOT_APPROVED', `commit ${sha} is not approved: ${why}`, {
        hint: `With \`approval: pull-request\`, production runs only for the merge commit of a pull request into ${base} that a person approved or merged.`,
      })
    }
    return {
      ending: `approved by #${pull.number}`,
      approvers: told === 'told' ? approvers : null,
      found: { pullRequest: pull.number, base, approvers },
      warnings: [],
    }
  }

/** The branch of a run; null for a run on a tag or a pull request. */
const branchOf = (ref: string): string | null => /^refs\/heads\/(.+)$/.exec(ref)?.[1] ?? null

const foundElsewhere = (pulls: readonly MergedPull[]): string =>
  pulls.length === 0
    ? ''
    : ` (found ${pulls.map(({ number, base }) => `#${number} into ${base}`).join(', ')})`

const nobody: Look = () =>
  Promise.resolve({
    ending: 'no approval asked',
    approvers: null,
    found: { approval: 'none' },
    warnings: ['Nobody is asked before traffic moves (`approval: none`).'],
  })

const LOOKS: Readonly<Record<ApprovalConfig['approval'], Record<ApprovalConfig['mode'], Look>>> = {
  environment: { check: checkEnvironment, confirm: confirmEnvironment },
  'pull-request': { check: lookAtPull('not told'), confirm: lookAtPull('told') },
  none: { check: nobody, confirm: nobody },
}

function report(config: ApprovalConfig, attempt: string, finding: Finding): Report {
  const { ending, approvers, found } = finding
  const rows: readonly (readonly Cell[])[] = [
    ['Asked of', config.approval],
    ['Attempt', attempt],
    ...(approvers === null ? [] : [['Approved by', approvers.join(', ')]]),
    ...foundRows(found),
  ]
  return {
    subject: config.approval === 'environment' ? config.environment : config.approval,
    ending,
    outputs: {
      ...(approvers === null ? {} : { approvers: approvers.join(',') }),
      'run-attempt': attempt,
      found: canonicalJson(found),
    },
    summary: table(['', ''], rows),
  }
}

/** `administratorsMayBypass: false` as `administrators may bypass | no`. */
function foundRows(found: Readonly<Record<string, unknown>>): readonly (readonly Cell[])[] {
  return Object.entries(found).flatMap(([key, value]) => {
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
      return foundRows(value as Readonly<Record<string, unknown>>)
    }
    const label = key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    return [[label, inWords(value)]]
  })
}

const inWords = (value: unknown): string =>
  Array.isArray(value)
    ? value.join(', ') || 'none'
    : typeof value === 'boolean'
      ? value
        ? 'yes'
        : 'no'
      : String(value)
