// Ports of an action that only reads files and asks GitHub; what it must not touch throws.
import { createHash } from 'node:crypto'
import type { Ports, RunFacts } from '@sluice/action'
import type { GitHubRequest } from '@sluice/github'
import { createFakeClock } from './clock.ts'
import { sha256 } from './promoted-evidence.ts'

export interface GitHubPorts extends Ports {
  readonly notices: string[]
  readonly warnings: string[]
}

export interface GitHubPortsParts {
  readonly github?: GitHubRequest
  readonly run?: Partial<RunFacts>
  /** Path to text. */
  readonly files?: Readonly<Record<string, string>>
}

const RUN: RunFacts = {
  repository: 'ada/taxi',
  sha: 'a'.repeat(40),
  ref: 'refs/heads/integration',
  eventName: 'push',
  runId: '7',
  runAttempt: '2',
  job: 'report',
  workspace: '/workspace',
  documents: '/temp/sluice',
  serverUrl: 'https://github.com',
  apiUrl: 'https://api.github.com',
  runUrl: 'https://github.com/ada/taxi/actions/runs/7/attempts/2',
}

const refuse = (what: string) => () => Promise.reject(new Error(`the action used ${what}`))

export function githubPorts({ github, run = {}, files = {} }: GitHubPortsParts = {}): GitHubPorts {
  const notices: string[] = []
  const warnings: string[] = []
  const nothing = (): void => undefined
  return {
    notices,
    warnings,
    log: {
      info: nothing,
      debug: nothing,
      mask: nothing,
      hide: (text: string) => text,
      notice: (message) => void notices.push(message),
      warning: (message) => void warnings.push(message),
    },
    clock: createFakeClock(),
    http: refuse('the network'),
    random: () => 1,
    openPool: () => {
      throw new Error('the action opened a pool')
    },
    files: {
      readText: async (path) => {
        const text = files[path]
        if (text === undefined) throw new Error(`no file ${path}`)
        return text
      },
      readBytes: refuse('bytes of a file'),
      writeText: refuse('a file to write'),
      kind: refuse('the kind of a file'),
      list: refuse('a folder'),
    },
    exec: refuse('a program'),
    sha256,
    sha256Bytes: (bytes) => createHash('sha256').update(bytes).digest('hex'),
    env: {},
    run: { ...RUN, ...run },
    idToken: refuse('an identity token'),
    github: () => github ?? refuse('GitHub'),
    saveState: () => {
      throw new Error('the action saved a state')
    },
    signal: new AbortController().signal,
  }
}
