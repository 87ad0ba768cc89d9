// What an `action.yml` promises, checked while it is read.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { type ActionFolder, root } from './repository.ts'

export interface Parameter {
  readonly name: string
  readonly description: string
  readonly required: boolean
  /** '' where there is none. */
  readonly fallback: string
}

export interface ActionFile {
  readonly name: string
  readonly description: string
  readonly inputs: readonly Parameter[]
  readonly outputs: readonly Parameter[]
  readonly hasPost: boolean
}

type Fields = Readonly<Record<string, unknown>>

/** Throws one error with every fault of the file: names, descriptions, and how it runs. */
export function readActionFile(action: ActionFolder): ActionFile {
  const path = `${action.folder}/action.yml`
  const file = parse(readFileSync(join(root, path), 'utf8')) as Fields
  const runs = (file['runs'] ?? {}) as Fields
  const folder = `../../dist/${action.name}`
  const bundle = `${folder}/index.js`
  const post = `${folder}/post.js`
  const inputs = readParameters(file['inputs'])
  const outputs = readParameters(file['outputs'])
  const faults = [
    ...[...inputs, ...outputs].flatMap(faultsOf),
    ...(text(file['description']) === '' ? ['the action has no description'] : []),
    ...(runs['using'] === 'node24' ? [] : ['runs.using is not node24']),
    ...(runs['main'] === bundle ? [] : [`runs.main is not ${bundle}`]),
    ...([undefined, post].includes(runs['post'] as string) ? [] : [`runs.post is not ${post}`]),
  ]
  if (faults.length > 0) throw new Error(faults.map((fault) => `${path}: ${fault}`).join('\n'))
  const hasPost = runs['post'] !== undefined
  return { name: action.name, description: text(file['description']), inputs, outputs, hasPost }
}

function readParameters(fields: unknown): readonly Parameter[] {
  return Object.entries((fields ?? {}) as Readonly<Record<string, Fields | null>>).map(
    ([name, facts]) => ({
      name,
      description: text(facts?.['description']),
      required: facts?.['required'] === true,
      fallback: text(facts?.['default']),
    }),
  )
}

function faultsOf({ name, description }: Parameter): readonly string[] {
  return [
    ...(description === '' ? [`${name} has no description`] : []),
    ...(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) ? [] : [`${name} is not kebab-case`]),
  ]
}

function text(value: unknown): string {
  return value === undefined || value === null
    ? ''
    : String(value as string | number | boolean).trim()
}
