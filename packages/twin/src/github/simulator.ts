// The simulated GitHub as one simulator and the service that the driver uses.
import type { Simulator } from '../kernel/simulator.ts'
import { githubFace } from './face.ts'
import { Git } from './git.ts'
import { firstState, tokenText, type GitHubOptions } from './options.ts'
import { listReferences, resetReferences, type References } from './references.ts'
import {
  endAttempt,
  findEnvironment,
  requestEnvironment,
  rerun,
  reviewOf,
  startRun,
} from './runs.ts'
import type { GitHubService } from './service.ts'
import type { GitHubState } from './state.ts'

export interface SimulatedGitHub {
  readonly simulator: Simulator<GitHubState>
  readonly service: GitHubService
}

/** The bare repository must exist (`seedRepository`); its HEAD names the default branch. */
export async function githubSimulator(options: GitHubOptions): Promise<SimulatedGitHub> {
  const git = new Git(options.gitDirectory)
  const head = await git.text(['symbolic-ref', '--short', 'HEAD'])
  const simulator: Simulator<GitHubState> = {
    name: 'github',
    state: firstState(options, options.defaultBranch ?? head),
    faces: { github: githubFace(git) },
    plainHttp: ['github'],
    // Objects are never removed, so the references are all there is to bring back.
    outside: {
      snapshot: () => listReferences(git),
      restore: (kept) => resetReferences(git, kept as References),
    },
  }
  return { simulator, service: serviceOf(simulator, options) }
}

/** Reads `simulator.state` at every call: `restore` replaces it. */
function serviceOf(simulator: Simulator<GitHubState>, options: GitHubOptions): GitHubService {
  return {
    slug: options.slug,
    gitDirectory: options.gitDirectory,
    personToken: simulator.state.personToken,
    startRun: (facts) => startRun(simulator.state, facts, options.now()),
    rerun: (runId) => rerun(simulator.state, runId, options.now()),
    endAttempt: (runId, conclusion) =>
      endAttempt(simulator.state, runId, { conclusion, now: options.now() }),
    grantToken: (grant) => {
      const { tokens } = simulator.state
      const text = tokenText('ghs_', TOKEN_LENGTH, `${options.slug}#${tokens.length}`)
      tokens.push({ text, grant, revoked: false })
      return text
    },
    revokeToken: (text) => {
      for (const token of simulator.state.tokens) if (token.text === text) token.revoked = true
    },
    requestEnvironment: (runId, environment) =>
      requestEnvironment(simulator.state, runId, { environment, now: options.now() }),
    reviewOf: (runId, environment) => reviewOf(simulator.state, runId, environment),
    variables: (environment) => settingsOf(simulator.state, environment, 'variables'),
    secrets: (environment) => settingsOf(simulator.state, environment, 'secrets'),
    takeEvents: () => {
      const { events } = simulator.state
      simulator.state.events = []
      return events
    },
  }
}

/** Tokens of jobs have been this long since May 2026. */
const TOKEN_LENGTH = 516

/** The environment's own win over the repository's. */
function settingsOf(
  state: GitHubState,
  environment: string | null,
  kind: 'variables' | 'secrets',
): Readonly<Record<string, string>> {
  const own = environment === null ? undefined : findEnvironment(state, environment)
  return { ...state[kind], ...own?.[kind] }
}
