// What kinds the server knows: its aggregated answer, or the lists group by group of older servers.
import { kubernetesError } from '../errors.ts'
import type { KubernetesLog } from '../ports.ts'
import { isRecord, parseJson, recordsIn, textOf, textsIn } from '../record.ts'
import type { Resource, Resources } from './api-server.ts'
import { groupVersionPath } from './paths.ts'
import { parseRefusal } from './refusal.ts'
import type { Session } from './session.ts'

const AGGREGATED = ['v2', 'v2beta1']
  .map((version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`)
  .concat('application/json')
  .join(',')
const DEADLINE_SECONDS = 30

export interface Discovery {
  readonly resources: () => Promise<Resources>
  readonly rediscover: () => Promise<Resources>
}

/** Reads once; calls that come meanwhile share the answer. A failure is not kept. */
export function createDiscovery(session: Session, log: Pick<KubernetesLog, 'notice'>): Discovery {
  let known: Promise<Resources> | null = null
  const noticed = new Set<string>()
  const notice = (message: string): void => {
    if (noticed.has(message)) return
    noticed.add(message)
    log.notice(message)
  }
  const read = (): Promise<Resources> => {
    const reading = readResources(session, notice)
    known = reading
    reading.catch(() => {
      if (known === reading) known = null
    })
    return reading
  }
  return { resources: () => known ?? read(), rediscover: read }
}

type Notice = (message: string) => void

/** What one of /api and /apis brought: resources, or groups and versions still to be asked. */
interface Found {
  readonly resources: readonly Resource[]
  readonly ask: readonly GroupVersion[]
}

interface GroupVersion {
  readonly group: string
  readonly version: string
}

async function readResources(session: Session, notice: Notice): Promise<Resources> {
  const found = await Promise.all(['/api', '/apis'].map((path) => readRoot(session, path, notice)))
  const asked = await Promise.all(
    found.map(async ({ ask, resources }) => {
      const lists = await Promise.all(ask.map((one) => readGroupVersion(session, one, notice)))
      return [...resources, ...lists.flat()]
    }),
  )
  return indexResources(asked.flat())
}

async function readRoot(session: Session, path: string, notice: Notice): Promise<Found> {
  const answer = await session.send({
    method: 'GET',
    path,
    headers: { accept: AGGREGATED },
    deadlineSeconds: DEADLINE_SECONDS,
  })
  const body = bodyOf(answer)
  const found = body === null ? null : parseRoot(body, notice)
  if (found !== null) return found
  const refusal = parseRefusal(answer, { request: `GET ${path}`, secret: false })
  throw kubernetesError(
    'KUBERNETES_NO_DISCOVERY',
    `GET ${path}: found ${answer.status} ${answer.status === 200 ? 'without a list of kinds' : refusal.message}; wanted the kinds of this server`,
  )
}

/** Both forms: `APIGroupDiscoveryList`, and `APIVersions` or `APIGroupList`. Null: neither. */
function parseRoot(body: Json, notice: Notice): Found | null {
  switch (body['kind']) {
    case 'APIGroupDiscoveryList': {
      const groups = recordsIn(body['items'])
      return { resources: groups.flatMap((group) => parseGroup(group, notice)), ask: [] }
    }
    case 'APIVersions':
      return {
        resources: [],
        ask: textsIn(body['versions']).map((version) => ({ group: '', version })),
      }
    case 'APIGroupList':
      return { resources: [], ask: recordsIn(body['groups']).flatMap(parseGroupVersions) }
    default:
      return null
  }
}

type Json = Readonly<Record<string, unknown>>

function parseGroup(group: Json, notice: Notice): readonly Resource[] {
  const metadata = isRecord(group['metadata']) ? group['metadata'] : {}
  const name = textOf(metadata['name'])
  return recordsIn(group['versions']).flatMap((entry) => {
    const version = textOf(entry['version'])
    if (entry['freshness'] === 'Stale') {
      notice(unavailable({ group: name, version }, 'the server behind it does not answer'))
      return []
    }
    return recordsIn(entry['resources']).flatMap((resource) =>
      parseAggregated(resource, { group: name, version }),
    )
  })
}

function parseAggregated(entry: Json, { group, version }: GroupVersion): readonly Resource[] {
  const shown = isRecord(entry['responseKind']) ? entry['responseKind'] : {}
  const kind = textOf(shown['kind'])
  // A parent that exists only for its subresources has no kind of its own.
  if (kind === '') return []
  return [
    {
      group,
      version,
      kind,
      plural: textOf(entry['resource']),
      namespaced: entry['scope'] === 'Namespaced',
      verbs: textsIn(entry['verbs']),
      subresources: recordsIn(entry['subresources']).map((sub) => textOf(sub['subresource'])),
      aliases: aliasesOf(entry['singularResource'], entry['shortNames']),
    },
  ]
}

const aliasesOf = (singular: unknown, short: unknown): readonly string[] =>
  [textOf(singular), ...textsIn(short)].filter((name) => name !== '')

/** The preferred version first, as the aggregated form has it. */
function parseGroupVersions(group: Json): readonly GroupVersion[] {
  const name = textOf(group['name'])
  const preferred = isRecord(group['preferredVersion']) ? group['preferredVersion'] : {}
  const versions = recordsIn(group['versions']).map((entry) => textOf(entry['version']))
  const first = textOf(preferred['version'])
  return [...versions.filter((one) => one === first), ...versions.filter((one) => one !== first)]
    .filter((version) => version !== '')
    .map((version) => ({ group: name, version }))
}

async function readGroupVersion(
  session: Session,
  asked: GroupVersion,
  notice: Notice,
): Promise<readonly Resource[]> {
  const path = groupVersionPath(asked.group, asked.version)
  const answer = await session.send({ method: 'GET', path, deadlineSeconds: DEADLINE_SECONDS })
  const body = bodyOf(answer)
  if (body?.['kind'] === 'APIResourceList') return parseResourceList(body, asked)
  notice(unavailable(asked, `GET ${path} was answered ${answer.status}`))
  return []
}

/** The older form: subresources stand beside their parents as `deployments/status`. */
function parseResourceList(body: Json, { group, version }: GroupVersion): readonly Resource[] {
  const entries = recordsIn(body['resources'])
  return entries
    .filter((entry) => !textOf(entry['name']).includes('/'))
    .map((entry) => ({
      group,
      version,
      kind: textOf(entry['kind']),
      plural: textOf(entry['name']),
      namespaced: entry['namespaced'] === true,
      verbs: textsIn(entry['verbs']),
      subresources: entries
        .map((other) => textOf(other['name']))
        .filter((name) => name.startsWith(`${textOf(entry['name'])}/`))
        .map((name) => name.slice(name.indexOf('/') + 1)),
      aliases: aliasesOf(entry['singularName'], entry['shortNames']),
    }))
}

function indexResources(all: readonly Resource[]): Resources {
  const exact = new Map<string, Resource>()
  const preferred = new Map<string, Resource>()
  for (const resource of all) {
    const { group, version, kind } = resource
    const [one, any] = [`${group}/${version}/${kind}`, `${group}/${kind}`]
    if (!exact.has(one)) exact.set(one, resource)
    if (!preferred.has(any)) preferred.set(any, resource)
  }
  return {
    find: (group, version, kind) => exact.get(`${group}/${version}/${kind}`) ?? null,
    preferred: (group, kind) => preferred.get(`${group}/${kind}`) ?? null,
    all,
  }
}

const unavailable = ({ group, version }: GroupVersion, why: string): string =>
  `the API ${group === '' ? version : `${group}/${version}`} is left out: ${why}`

function bodyOf({ status, text }: { readonly status: number; readonly text: string }): Json | null {
  const value = status === 200 ? parseJson(text) : null
  return isRecord(value) ? value : null
}
