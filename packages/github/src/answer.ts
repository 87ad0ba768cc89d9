// Reads fields out of answers that the compiler cannot know, and says which one was missing.
import { githubError } from './errors.ts'
import { ask, type Repository } from './repository.ts'

export interface Reader {
  readonly value: unknown
  at(key: string): Reader
  text(): string
  number(): number
  items(): readonly Reader[]
  textOr(other: string): string
}

/** `where` names the request in the error. Readers throw GITHUB_UNEXPECTED_ANSWER. */
export function read(value: unknown, where: string): Reader {
  const wrong = (wanted: string) =>
    githubError('GITHUB_UNEXPECTED_ANSWER', `${where}: wanted ${wanted}, found ${describe(value)}`)
  return {
    value,
    at: (key) => read(memberOf(value, key), `${where} .${key}`),
    text: () => {
      if (typeof value !== 'string') throw wrong('a text')
      return value
    },
    number: () => {
      if (typeof value !== 'number') throw wrong('a number')
      return value
    },
    items: () => {
      if (!Array.isArray(value)) throw wrong('a list')
      return value.map((item, index) => read(item, `${where} [${index}]`))
    },
    textOr: (other) => (typeof value === 'string' ? value : other),
  }
}

const memberOf = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined

const describe = (value: unknown): string =>
  value === undefined ? 'nothing' : value === null ? 'null' : `a ${typeof value}`

const PAGE = 100

/** All items of a list route, page by page, until `enough` says so of the items read by then. */
export async function askAll(
  repository: Repository,
  route: string,
  list: {
    readonly params: Readonly<Record<string, unknown>>
    readonly enough?: (items: readonly Reader[]) => boolean
  },
): Promise<readonly Reader[]> {
  const all: Reader[] = []
  for (let page = 1; ; page += 1) {
    const data = await ask(repository, route, { ...list.params, per_page: PAGE, page })
    const items = read(data, route).items()
    all.push(...items)
    if (items.length < PAGE || list.enough?.(all) === true) return all
  }
}
