// What a scenario says about its repository, and the first state made from it.
import { createHash } from 'node:crypto'
import { iso } from './commits.ts'
import { readRules, type Rule } from './rules.ts'
import { nextId, type GitHubState, type MergeMethod } from './state.ts'

export interface GitHubOptions {
  /** owner/name */
  readonly slug: string
  /** A bare repository that exists (see `seedRepository`). */
  readonly gitDirectory: string
  /** The twin's present, milliseconds since 1970. */
  now(): number
  /** Login of the person at the keyboard, who may everything. */
  readonly person: string
  /** Further logins with access: they can be reviewers. */
  readonly collaborators?: readonly string[]
  readonly defaultBranch?: string
  readonly environments?: Readonly<Record<string, EnvironmentOptions>>
  readonly rulesets?: readonly RulesetOptions[]
  readonly variables?: Readonly<Record<string, string>>
  readonly secrets?: Readonly<Record<string, string>>
  /** Default true. */
  readonly actionsMayCreatePullRequests?: boolean
  /** Default: merge and squash. Rebase merges are off in every simulated repository. */
  readonly mergeMethods?: readonly MergeMethod[]
  /** Origin of pages for people in answers; default https://github.com. */
  readonly serverUrl?: string
}

export interface EnvironmentOptions {
  /** Logins of the person or of collaborators. */
  readonly reviewers?: readonly string[]
  readonly preventSelfReview?: boolean
  /** Slugs of apps: their custom deployment protection rule is enabled, and never answers. */
  readonly customRules?: readonly string[]
  /** Default true, as on GitHub. */
  readonly canAdminsBypass?: boolean
  readonly variables?: Readonly<Record<string, string>>
  readonly secrets?: Readonly<Record<string, string>>
}

/** GitHub's own ruleset form; a rule type or parameter that is not simulated is refused. */
export interface RulesetOptions {
  readonly name: string
  /** `refs/heads/...` patterns, `~DEFAULT_BRANCH` or `~ALL`. */
  readonly include: readonly string[]
  readonly exclude?: readonly string[]
  readonly rules: readonly Rule[]
}

/** The first id is far above 32 bits, so that a client which cuts ids is found out. */
const FIRST_ID = 9_007_000_000

export function firstState(options: GitHubOptions, defaultBranch: string): GitHubState {
  const [owner = '', name = '', ...more] = options.slug.split('/')
  if (owner === '' || name === '' || more.length > 0) {
    throw new Error(`slug "${options.slug}" is not owner/name`)
  }
  const logins = [options.person, ...(options.collaborators ?? [])]
  const state: GitHubState = {
    lastId: FIRST_ID,
    lastNumber: 0,
    requests: 0,
    repository: {
      id: FIRST_ID,
      owner,
      name,
      defaultBranch,
      serverUrl: options.serverUrl ?? 'https://github.com',
      actionsMayCreatePullRequests: options.actionsMayCreatePullRequests ?? true,
      mergeMethods: options.mergeMethods ?? ['merge', 'squash'],
    },
    people: logins.map((login, index) => ({ login, id: 1001 + index })),
    personToken: tokenText('ghp_', 36, options.slug),
    tokens: [],
    environments: [],
    rulesets: [],
    variables: options.variables ?? {},
    secrets: options.secrets ?? {},
    statuses: [],
    pulls: [],
    labels: [],
    runs: [],
    deployments: [],
    events: [],
  }
  return addSettings(state, options)
}

function addSettings(state: GitHubState, options: GitHubOptions): GitHubState {
  const createdAt = iso(options.now())
  const logins = state.people.map((person) => person.login)
  const environments = Object.entries(options.environments ?? {}).map(([name, given]) => {
    const strangers = (given.reviewers ?? []).filter((login) => !logins.includes(login))
    if (strangers.length > 0) {
      throw new Error(`environment ${name}: reviewers without access: ${strangers.join(', ')}`)
    }
    return {
      id: nextId(state),
      name,
      createdAt,
      reviewers: given.reviewers ?? [],
      preventSelfReview: given.preventSelfReview ?? false,
      customRules: given.customRules ?? [],
      canAdminsBypass: given.canAdminsBypass ?? true,
      variables: given.variables ?? {},
      secrets: given.secrets ?? {},
    }
  })
  const rulesets = (options.rulesets ?? []).map((given) => ({
    id: nextId(state),
    name: given.name,
    include: given.include,
    exclude: given.exclude ?? [],
    rules: readRules(given.rules),
  }))
  return { ...state, environments, rulesets }
}

/** The same text for the same seed; of the length that GitHub's have today. */
export function tokenText(prefix: string, length: number, seed: string): string {
  let text = ''
  for (let block = 0; text.length < length; block += 1) {
    text += createHash('sha512').update(`${prefix}${seed}#${block}`).digest('base64url')
  }
  return prefix + text.replaceAll('-', 'x').replaceAll('_', 'y').slice(0, length)
}
