// Ports of an action over the simulated Azure, with everything that it would tell the runner kept.
import type { Ports } from '@sluice/action'
import type { AzureWorld } from './azure-world.ts'

export interface ActionPortsParts {
  readonly world: AzureWorld
  readonly env?: Ports['env']
  readonly signal?: AbortSignal
}

export function actionPorts({ world, env = {}, signal }: ActionPortsParts): Ports {
  return {
    ...world.ports,
    env,
    run: {
      repository: 'acme/taxi',
      sha: 'c'.repeat(40),
      ref: 'refs/heads/main',
      eventName: 'push',
      runId: '7',
      runAttempt: '1',
      job: 'deploy',
      workspace: '/workspace',
      documents: '/temp/sluice',
      serverUrl: 'https://github.test',
      apiUrl: 'https://api.github.test',
      runUrl: 'https://github.test/acme/taxi/actions/runs/7',
    },
    random: () => 1,
    openPool: () => {
      throw new Error('this action opens no pool')
    },
    github: () => () => Promise.reject(new Error('this action does not talk to GitHub')),
    saveState: () => undefined,
    signal: signal ?? new AbortController().signal,
  }
}
