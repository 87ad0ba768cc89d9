// Workflow files as plain values.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { listFiles, listFolders, root } from '../../scripts/repository.ts'
import { PUBLISHED } from '../doubles/project.ts'

export type Fields = Readonly<Record<string, unknown>>

export interface WorkflowFile {
  /** Relative to the checkout. */
  readonly path: string
  readonly text: string
  readonly value: Fields
  /** It stands in a user's repository and calls ours by owner, name and commit. */
  readonly caller: boolean
}

export interface Job {
  readonly id: string
  readonly fields: Fields
  readonly steps: readonly Fields[]
}

/** A mapping as it is; anything else as an empty one. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : {}
}

/** A text as it is; anything else as ''. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

export function readWorkflow(path: string): WorkflowFile {
  const text = readFileSync(join(root, path), 'utf8')
  return { path, text, value: fieldsOf(parse(text)), caller: path.includes('examples/') }
}

/** Everything that we ship: our own workflows and those of the examples. */
export function listShippedWorkflows(): readonly WorkflowFile[] {
  const folders = listFolders(join(root, 'examples')).map((name) => `examples/${name}/`)
  return ['', ...folders].flatMap((folder) => {
    const workflows = `${folder}.github/workflows`
    return listFiles(join(root, workflows))
      .filter((name) => /\.ya?ml$/.test(name))
      .map((name) => readWorkflow(`${workflows}/${name}`))
  })
}

export function jobsOf(file: WorkflowFile): readonly Job[] {
  return Object.entries(fieldsOf(file.value['jobs'])).map(([id, value]) => {
    const fields = fieldsOf(value)
    const steps = Array.isArray(fields['steps']) ? fields['steps'].map(fieldsOf) : []
    return { id, fields, steps }
  })
}

/** The file of this checkout that a reference means, relative; null where it is not one of ours. */
export function resolveOwn(uses: string, from: WorkflowFile): string | null {
  const home = from.path.slice(0, from.path.indexOf('.github/'))
  const [place = '', commit] = uses.split('@')
  if (uses.startsWith('$/')) return home === '' ? `${uses.slice(2)}` : null
  if (uses.startsWith('./')) return `${home}${uses.slice(2)}`
  return commit !== undefined && place.startsWith(`${PUBLISHED}/`)
    ? place.slice(PUBLISHED.length + 1)
    : null
}

export function exists(path: string): boolean {
  return existsSync(join(root, path))
}
