// What a job's token may do. A scope that is absent is `none`.
import type { Permission } from '../../github/service.ts'
import { entriesOf, literalOf, type Token } from './token.ts'

export type Grant = Readonly<Record<string, Permission>>

const scopes = [
  'actions',
  'artifact-metadata',
  'attestations',
  'checks',
  'contents',
  'deployments',
  'discussions',
  'id-token',
  'issues',
  'models',
  'packages',
  'pages',
  'pull-requests',
  'security-events',
  'statuses',
]
const rank = { none: 0, read: 1, write: 2 }

/** null: the file says nothing, the outer grant counts. */
export function parsePermissions(token: Token | undefined): Grant | null {
  if (token === undefined) return null
  const shorthand = literalOf(token)
  if (shorthand === 'read-all') return all('read')
  if (shorthand === 'write-all') return all('write')
  const grant: Record<string, Permission> = {}
  for (const { key, value } of entriesOf(token)) {
    const level = literalOf(value)
    if (level === 'read' || level === 'write') grant[key] = level
  }
  return grant
}

// `models` has no write, `id-token` has no read: the shorthand gives what exists.
function all(level: Permission): Grant {
  const granted = scopes.map((scope): [string, Permission] => [
    scope,
    scope === 'models' ? 'read' : level,
  ])
  return Object.fromEntries(granted.filter(([scope]) => level === 'write' || scope !== 'id-token'))
}

/** What `wanted` asks beyond `granted`, as `contents: write (granted: read)`. */
export function excessOf(wanted: Grant, granted: Grant): readonly string[] {
  return Object.entries(wanted)
    .filter(([scope, level]) => rank[level] > rank[granted[scope] ?? 'none'])
    .map(([scope, level]) => `${scope}: ${level} (granted: ${granted[scope] ?? 'none'})`)
}

/** A called job gets what it asks for, else what its caller has; never more than its caller has. */
export function decideGrant(wanted: Grant | null, granted: Grant): Grant {
  if (wanted === null) return granted
  const kept: Record<string, Permission> = {}
  for (const [scope, level] of Object.entries(wanted)) {
    const limit = granted[scope]
    if (limit !== undefined) kept[scope] = rank[level] <= rank[limit] ? level : limit
  }
  return kept
}
