// The real ports: the one place where the program meets the machine.
import { createHash, randomInt } from 'node:crypto'
import { tmpdir } from 'node:os'
import { createDoor } from '@sluice/http'
import { saveState } from '@actions/core'
import { realClock } from './clock.ts'
import { realExec } from './exec.ts'
import { createFiles } from './files.ts'
import { createGitHub } from './github.ts'
import type { StepLog } from './log.ts'
import { createIdToken } from './oidc.ts'
import { createOpenPool } from './pool.ts'
import type { Ports } from './ports.ts'
import { realFetch } from './real-fetch.ts'
import { readRunFacts } from './run-facts.ts'

export interface RealParts {
  readonly log: StepLog
  readonly signal: AbortSignal
}

const realRandom = (): number => randomInt(2 ** 32) / 2 ** 32

export function createPorts({ log, signal }: RealParts): Ports {
  const env = process.env
  const run = readRunFacts({ env, cwd: process.cwd(), temporary: tmpdir() })
  const http = createDoor({
    fetch: realFetch(env),
    clock: realClock,
    random: realRandom,
    onRetry: (note) => log.info(note),
  })
  return {
    log,
    clock: realClock,
    http,
    random: realRandom,
    openPool: createOpenPool(env),
    files: createFiles(run.workspace),
    exec: realExec,
    sha256: (text) => createHash('sha256').update(text, 'utf8').digest('hex'),
    sha256Bytes: (bytes) => createHash('sha256').update(bytes).digest('hex'),
    env,
    run,
    idToken: createIdToken({ env, http, mask: log.mask, signal }),
    github: createGitHub(http, {
      api: run.apiUrl,
      graphql: env['GITHUB_GRAPHQL_URL'] ?? `${run.apiUrl}/graphql`,
    }),
    saveState: (name, value) => {
      // Without a runner there is no post step; the toolkit would print the value instead.
      if (env['GITHUB_STATE']) saveState(name, value)
    },
    signal,
  }
}
