import { readInputs, type Action } from '@sluice/action'
import { fitDescription, parseState, type CommitStatus } from '@sluice/github'

export interface CommitStatusConfig {
  readonly token: string
  /** owner/name */
  readonly repository: string
  readonly status: CommitStatus
  readonly dryRun: boolean
}

export const INPUTS = [
  'token',
  'sha',
  'context',
  'state',
  'description',
  'target-url',
  'dry-run',
] as const

const WORDS = ['success', 'failure', 'pending', 'error', 'cancelled', 'skipped'] as const

export const readConfig: Action<CommitStatusConfig>['readConfig'] = (raw, { run }) => {
  const read = readInputs(raw)
  const sha = (read.optional('sha') ?? run.sha).toLowerCase()
  if (!/^[0-9a-f]{40}$/.test(sha)) {
    read.problem('sha', `found "${sha.slice(0, 80)}"; wanted the full SHA, 40 hex digits`)
  }
  const targetUrl = read.optional('target-url') ?? run.runUrl
  if (targetUrl !== '' && !/^https?:\/\/\S+$/.test(targetUrl)) {
    read.problem('target-url', `found "${targetUrl.slice(0, 80)}"; wanted an http or https address`)
  }
  if (!/^[^/\s]+\/[^/\s]+$/.test(run.repository)) {
    read.problem('GITHUB_REPOSITORY', 'is not owner/name; the action runs in a workflow of GitHub')
  }
  return read.done({
    token: read.required('token'),
    repository: run.repository,
    status: {
      sha,
      context: read.required('context'),
      state: parseState(read.oneOf('state', WORDS)) ?? 'error',
      description: fitDescription(read.text('description')),
      targetUrl,
    },
    dryRun: read.flag('dry-run'),
  })
}
