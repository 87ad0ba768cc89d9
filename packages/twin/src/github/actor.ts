// Who asks: the person, or a job with its token; and what it may do.
import type { Permission } from './service.ts'
import type { GitHubState } from './state.ts'
import type { Signature } from './git.ts'
import { notAccessible, Refusal } from './refusal.ts'

/** GitHub's own app behind every GITHUB_TOKEN. */
export const ACTIONS_APP_ID = 15368
export const ACTIONS_BOT = 'github-actions[bot]'
const ACTIONS_BOT_ID = 41898282

export interface Actor {
  readonly kind: 'person' | 'job'
  readonly login: string
  readonly integrationId: number | null
  /** null: everything. */
  readonly permissions: Readonly<Record<string, Permission>> | null
}

/** One alternative is enough, e.g. `{issues: 'write'}` or `{'pull-requests': 'write'}`. */
export type Needed = Readonly<Record<string, Permission>>

export function actorOf(state: GitHubState, authorization: string | undefined): Actor {
  if (authorization === undefined) throw new Refusal(401, 'Requires authentication')
  const text = /^(?:bearer|token) +(\S+)$/i.exec(authorization.trim())?.[1]
  if (text === state.personToken) return personActor(state)
  const token = state.tokens.find((each) => each.text === text && !each.revoked)
  if (token === undefined) throw new Refusal(401, 'Bad credentials')
  return {
    kind: 'job',
    login: ACTIONS_BOT,
    integrationId: ACTIONS_APP_ID,
    permissions: token.grant.permissions,
  }
}

const personActor = (state: GitHubState): Actor => ({
  kind: 'person',
  login: state.people[0]?.login ?? '',
  integrationId: null,
  permissions: null,
})

/** Refuses with 403 unless one of the needed permissions is granted. Nothing needed: metadata. */
export function demand(actor: Actor, needed: Needed): void {
  const wanted = Object.entries(needed)
  if (actor.permissions === null || wanted.length === 0) return
  const granted = actor.permissions
  const enough = wanted.some(
    ([scope, level]) =>
      granted[scope] === 'write' || (granted[scope] === 'read' && level === 'read'),
  )
  if (!enough) {
    const accepted = wanted.map(([scope, level]) => `${scope.replaceAll('-', '_')}=${level}`)
    throw notAccessible(accepted.join('; '))
  }
}

/** Id of a person, of the Actions bot, or null for a login without access. */
export function userId(state: GitHubState, login: string): number | null {
  if (login === ACTIONS_BOT) return ACTIONS_BOT_ID
  return findPerson(state, login)?.id ?? null
}

/** Logins are compared without case. */
export const findPerson = (state: GitHubState, login: string) =>
  state.people.find((person) => person.login.toLowerCase() === login.toLowerCase())

/** The author of what an actor makes through the API. */
export function signatureOf(state: GitHubState, login: string, date: string): Signature {
  const id = userId(state, login)
  return { name: login, email: `${id ?? 0}+${login}@users.noreply.github.com`, date }
}

/** The committer of merges made on GitHub's side. */
export const webFlow = (date: string): Signature => ({
  name: 'GitHub',
  email: 'noreply@github.com',
  date,
})
