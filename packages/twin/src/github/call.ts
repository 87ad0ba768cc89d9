// One request as the handlers see it, and the reading of its body in GitHub's words.
import type { SimRequest } from '../kernel/simulator.ts'
import type { Actor } from './actor.ts'
import type { Git } from './git.ts'
import { Refusal, unprocessable } from './refusal.ts'
import type { GitHubState } from './state.ts'

/** Everything that a change of the repository needs to know. */
export interface Scene {
  readonly state: GitHubState
  readonly git: Git
  readonly actor: Actor
  /** ISO 8601 without milliseconds, virtual. */
  readonly at: string
  /** Origin of the API, for `url` fields. */
  readonly origin: string
}

export interface Call extends Scene {
  /** Still encoded, from `/repos` on. */
  readonly path: string
  readonly accept: string
  /** Parts of the path, decoded. */
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly body: Body
}

type Json = Readonly<Record<string, unknown>>

export class Body {
  readonly #fields: Json

  constructor(fields: Json) {
    this.#fields = fields
  }

  get raw(): Json {
    return this.#fields
  }

  has(name: string): boolean {
    return this.#fields[name] !== undefined && this.#fields[name] !== null
  }

  text(name: string): string {
    const value = this.optionalText(name)
    if (value === null) throw invalid(`"${name}" wasn't supplied.`)
    return value
  }

  optionalText(name: string): string | null {
    const value = this.#fields[name] ?? null
    if (value !== null && typeof value !== 'string') throw wrongType(name, value, 'a string')
    return value
  }

  flag(name: string, otherwise: boolean): boolean {
    const value = this.#fields[name] ?? otherwise
    if (typeof value !== 'boolean') throw wrongType(name, value, 'a boolean')
    return value
  }

  list(name: string): readonly unknown[] {
    const value = this.#fields[name]
    if (value === undefined) throw invalid(`"${name}" wasn't supplied.`)
    if (!Array.isArray(value)) throw wrongType(name, value, 'an array')
    return value
  }

  texts(name: string): readonly string[] {
    return this.list(name).map((value) => {
      if (typeof value !== 'string') throw wrongType(`${name}/items`, value, 'a string')
      return value
    })
  }

  /** An absent object is an empty one. */
  child(name: string): Body {
    const value = this.#fields[name] ?? {}
    if (!isObject(value)) throw wrongType(name, value, 'an object')
    return new Body(value)
  }
}

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export function parseBody(request: SimRequest): Body {
  const text = request.body.toString('utf8')
  if (text.trim() === '') return new Body({})
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new Refusal(400, 'Problems parsing JSON')
  }
  if (!isObject(value)) throw new Refusal(400, 'Body should be a JSON object')
  return new Body(value)
}

export const invalid = (sentence: string): Refusal =>
  unprocessable(`Invalid request.\n\n${sentence}`)

const wrongType = (name: string, value: unknown, wanted: string): Refusal =>
  invalid(`For 'properties/${name}', ${JSON.stringify(value)} is not ${wanted}.`)
