import { code, link, table, type Action, type Report } from '@sluice/action'
import {
  applyStatus,
  observeStatus,
  repositoryOf,
  statusHolds,
  type CommitStatus,
  type SeenStatus,
} from '@sluice/github'
import type { CommitStatusConfig } from './config.ts'

export const main: Action<CommitStatusConfig>['main'] = async (config, ports) => {
  const repository = repositoryOf(config.repository, {
    request: ports.github(config.token),
    signal: ports.signal,
  })
  const { status } = config
  const seen = await observeStatus(repository, status)
  if (statusHolds(seen, status)) return report({ status, ending: 'unchanged', seen })
  if (config.dryRun) return report({ status, ending: 'would be posted (dry run)', seen: null })
  const posted = await applyStatus(repository, status)
  ports.log.info(`${status.context}: ${status.state} on ${status.sha}`)
  return report({ status, ending: 'posted', seen: posted })
}

interface Told {
  readonly status: CommitStatus
  readonly ending: 'posted' | 'unchanged' | 'would be posted (dry run)'
  /** The status that holds now; null: nothing was written. */
  readonly seen: SeenStatus | null
}

const report = ({ status, ending, seen }: Told): Report => ({
  subject: status.context,
  ending: `${status.state} ${ending}`,
  outputs: {
    ...(seen === null ? {} : { url: seen.url }),
    changed: String(ending === 'posted'),
    state: status.state,
  },
  summary: table(
    ['', ''],
    [
      ['Commit', code(status.sha)],
      ['State', status.state],
      ['Description', status.description],
      ['Page', status.targetUrl === '' ? '' : link('target', status.targetUrl)],
    ],
  ),
})
