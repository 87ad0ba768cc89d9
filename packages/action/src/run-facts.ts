import { join } from 'node:path'
import type { Ports, RunFacts } from './ports.ts'

export interface Place {
  readonly env: Ports['env']
  readonly cwd: string
  readonly temporary: string
}

/** What the runner says of this run; defaults where there is no runner. */
export function readRunFacts({ env, cwd, temporary }: Place): RunFacts {
  const text = (name: string, other = ''): string => env[name] || other
  const serverUrl = text('GITHUB_SERVER_URL', 'https://github.com')
  const [repository, runId] = [text('GITHUB_REPOSITORY'), text('GITHUB_RUN_ID')]
  const runAttempt = text('GITHUB_RUN_ATTEMPT', runId === '' ? '' : '1')
  return {
    repository,
    sha: text('GITHUB_SHA'),
    ref: text('GITHUB_REF'),
    eventName: text('GITHUB_EVENT_NAME'),
    runId,
    runAttempt,
    job: text('GITHUB_JOB'),
    workspace: text('GITHUB_WORKSPACE', cwd),
    documents: join(text('RUNNER_TEMP', temporary), 'sluice'),
    serverUrl,
    apiUrl: text('GITHUB_API_URL', 'https://api.github.com'),
    runUrl:
      repository === '' || runId === ''
        ? ''
        : `${serverUrl}/${repository}/actions/runs/${runId}/attempts/${runAttempt}`,
  }
}
