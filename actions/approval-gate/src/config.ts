import { readInputs, type Action } from '@sluice/action'

export interface ApprovalConfig {
  readonly token: string
  /** owner/name */
  readonly repository: string
  readonly mode: 'check' | 'confirm'
  readonly approval: 'environment' | 'pull-request' | 'none'
  readonly environment: string
  /** 40 hex. */
  readonly sha: string
}

export const INPUTS = ['token', 'mode', 'approval', 'environment', 'sha'] as const

export const readConfig: Action<ApprovalConfig>['readConfig'] = (raw, { run }) => {
  const read = readInputs(raw)
  const approval = read.oneOf('approval', ['environment', 'pull-request', 'none'])
  const sha = (read.optional('sha') ?? run.sha).toLowerCase()
  if (!/^[0-9a-f]{40}$/.test(sha)) {
    read.problem('sha', `found "${sha.slice(0, 80)}"; wanted the full SHA, 40 hex digits`)
  }
  if (!/^[^/\s]+\/[^/\s]+$/.test(run.repository) || !/^\d+$/.test(run.runId)) {
    read.problem('GITHUB_RUN_ID', 'is not a number; the action runs in a workflow of GitHub')
  }
  return read.done({
    token: read.required('token'),
    repository: run.repository,
    mode: read.oneOf('mode', ['check', 'confirm']),
    approval,
    environment: approval === 'environment' ? read.required('environment') : '',
    sha,
  })
}
