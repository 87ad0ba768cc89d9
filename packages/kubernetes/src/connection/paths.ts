// Addresses of objects. Every segment is encoded, none is changed: names keep their capitals.
import type { ObjectId } from '../object.ts'
import type { Resource } from './api-server.ts'

export type Query = Readonly<Record<string, string | number | boolean | undefined>>

export const groupVersionPath = (group: string, version: string): string =>
  group === '' ? `/api/${encode(version)}` : `/apis/${encode(group)}/${encode(version)}`

export function collectionPath(resource: Resource, namespace: string | null): string {
  const inside = resource.namespaced && namespace !== null ? ['namespaces', namespace] : []
  const below = [...inside, resource.plural].map(encode)
  return [groupVersionPath(resource.group, resource.version), ...below].join('/')
}

export function objectPath(
  resource: Resource,
  { namespace, name }: Pick<ObjectId, 'namespace' | 'name'>,
  subresource?: string,
): string {
  const below = [name, ...(subresource === undefined ? [] : [subresource])].map(encode)
  return [collectionPath(resource, namespace), ...below].join('/')
}

/**
 * Null, or why a text cannot be one segment of an address. An empty one would name the whole
 * collection, `..` its parent: no encoding makes those harmless.
 */
export function segmentFault(segment: string): string | null {
  if (segment === '') return 'is empty'
  if (segment === '.' || segment === '..') return 'is a step to another folder'
  return segment.includes('/') ? 'holds a slash' : null
}

/**
 * Whether a path could lead elsewhere than below where it is put: through a proxy of the server, a
 * path that climbs would be one of the server itself. With its query; begins with a slash.
 */
export function leadsOutside(path: string): boolean {
  const [way = ''] = path.split('?', 1)
  const parts = way.split('/').map((part) => part.replace(/%2e/gi, '.'))
  if (!way.startsWith('/') || way.startsWith('//')) return true
  // Parsers of addresses take a backslash for a slash, and leave out line ends and tabs.
  if (/[\s\\\p{Cc}]|%2f|%5c/iu.test(way) || /[\s\p{Cc}#]/u.test(path)) return true
  return parts.some((part) => /^\.\.?$/.test(part))
}

export function withQuery(path: string, query: Query): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [`${encode(name)}=${encode(String(value))}`],
  )
  return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`
}

/** Lone halves of a surrogate pair would make the platform throw; they can be no name either. */
const encode = (text: string): string => encodeURIComponent(text.toWellFormed())
