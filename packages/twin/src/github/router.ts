// Routes by method and path pattern. Unknown ones get GitHub's 404, as an unknown repository does.
import type { SimAnswer } from '../kernel/simulator.ts'
import type { Needed } from './actor.ts'
import type { Call } from './call.ts'

export type Handler = (call: Call) => SimAnswer | Promise<SimAnswer>

export interface Route {
  readonly method: string
  readonly matches: (path: string) => Readonly<Record<string, string>> | null
  /** One of these is needed; empty: every token may. */
  readonly needed: Needed
  readonly handle: Handler
}

/**
 * `route('GET git/ref/{ref...}', needed, handler)`: the path is relative to the repository,
 * `{name}` is one part, `{name...}` takes the slashes too.
 */
export function route(pattern: string, needed: Needed, handle: Handler): Route {
  const [method = '', path = ''] = pattern.split(' ')
  const names: string[] = []
  const source = path.replaceAll(
    /\{(\w+)(\.\.\.)?\}|[.+]/g,
    (part, name?: string, rest?: string) => {
      if (name === undefined) return `\\${part}`
      names.push(name)
      return rest === undefined ? '([^/]+)' : '(.+)'
    },
  )
  const expression = new RegExp(`^/repos/([^/]+)/([^/]+)${path === '' ? '' : '/'}${source}$`)
  return {
    method,
    needed,
    handle,
    matches: (text) => {
      const found = expression.exec(text)
      if (found === null) return null
      return decodeAll(['owner', 'repo', ...names], found.slice(1))
    },
  }
}

/** null when a part is not valid percent-encoding. */
function decodeAll(
  names: readonly string[],
  parts: readonly string[],
): Readonly<Record<string, string>> | null {
  try {
    return Object.fromEntries(
      names.map((name, index) => [name, decodeURIComponent(parts[index] ?? '')]),
    )
  } catch {
    return null
  }
}

/** A part of the path that the pattern names. */
export function part(call: Call, name: string): string {
  const value = call.params[name]
  if (value === undefined) throw new Error(`the route has no {${name}}`)
  return value
}

export const ok = (body: object, status = 200): SimAnswer => ({ status, body })

/** One page of a list, with GitHub's `link` header when there are more. */
export function okPage(call: Call, items: readonly object[], wrap = asList): SimAnswer {
  const size = Math.min(100, Math.max(1, numberOf(call.query, 'per_page', 30)))
  const page = Math.max(1, numberOf(call.query, 'page', 1))
  const last = Math.max(1, Math.ceil(items.length / size))
  const link = [
    ...(page < last ? [linkTo(call, page + 1, 'next'), linkTo(call, last, 'last')] : []),
    ...(page > 1 ? [linkTo(call, 1, 'first'), linkTo(call, page - 1, 'prev')] : []),
  ]
  return {
    status: 200,
    headers: link.length === 0 ? {} : { link: link.join(', ') },
    body: wrap(items.slice((page - 1) * size, page * size)),
  }
}

const asList = (items: readonly object[]): object => items

function linkTo(call: Call, page: number, relation: string): string {
  const query = new URLSearchParams(call.query)
  query.set('page', String(page))
  return `<${call.origin}${call.path}?${query.toString()}>; rel="${relation}"`
}

function numberOf(query: URLSearchParams, name: string, otherwise: number): number {
  const value = Number(query.get(name) ?? otherwise)
  return Number.isInteger(value) ? value : otherwise
}
