// What a schema says of a value, in plain words: what was found, what was wanted.
import type { Path } from './yaml.ts'
import { didYouMean } from './nearest.ts'
import { evidence, lock, plan, policy, target, type RawComplaint } from './validators.js'

export type SchemaKind = keyof typeof VALIDATORS

/** One thing that is wrong, and where in the value. */
export interface Complaint {
  readonly path: Path
  readonly message: string
}

const VALIDATORS = { evidence, lock, plan, policy, target } as const

/** Everything that the schema of this kind has against the value; empty: valid. */
export function validate(kind: SchemaKind, value: unknown): readonly Complaint[] {
  const check = VALIDATORS[kind]
  if (check(value)) return []
  return (check.errors ?? []).map((raw) => renderComplaint(raw, value))
}

function renderComplaint(raw: RawComplaint, root: unknown): Complaint {
  const path = readPointer(raw.instancePath, root)
  const { params, parentSchema } = raw
  switch (raw.keyword) {
    case 'required':
      return {
        path,
        message: `${String(params['missingProperty'])} is missing${wantedFor(parentSchema, params['missingProperty'])}`,
      }
    case 'additionalProperties': {
      const key = String(params['additionalProperty'])
      const known = Object.keys((parentSchema['properties'] ?? {}) as object)
      return { path: [...path, key], message: `unknown key ${key}; ${didYouMean(key, known)}` }
    }
    case 'minProperties':
    case 'minItems':
      return { path, message: `is empty; wanted ${describe(parentSchema) ?? 'at least one entry'}` }
    default:
      return { path, message: `found ${renderFound(raw.data)}; wanted ${renderWanted(raw)}` }
  }
}

function renderWanted({ keyword, params, parentSchema }: RawComplaint): string {
  if (keyword === 'enum') return `one of ${(params['allowedValues'] as unknown[]).join(', ')}`
  if (keyword === 'const') return renderFound(params['allowedValue'])
  if (keyword === 'minLength') return 'a text that is not empty'
  const type = [params['type'] ?? parentSchema['type']]
    .flat()
    .join(' or ')
    .replace('integer', 'whole number')
  const description = describe(parentSchema)
  if (keyword === 'type' && description !== null) return `${NAMES[type] ?? type} (${description})`
  return description ?? NAMES[type] ?? `a value that meets ${keyword}`
}

const NAMES: Readonly<Record<string, string>> = {
  object: 'a mapping',
  array: 'a list',
  string: 'a text',
  number: 'a number',
  'whole number': 'a whole number',
}

const describe = (schema: Readonly<Record<string, unknown>>): string | null =>
  typeof schema['description'] === 'string' ? schema['description'] : null

function wantedFor(schema: Readonly<Record<string, unknown>>, key: unknown): string {
  const properties = (schema['properties'] ?? {}) as Readonly<Record<string, object>>
  const own = properties[String(key)] as Readonly<Record<string, unknown>> | undefined
  const description = own === undefined ? null : describe(own)
  return description === null ? '' : `; wanted ${description}`
}

const LONGEST_FOUND = 60

function renderFound(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' && value !== null) return 'a mapping'
  const text = JSON.stringify(value) ?? typeof value
  return text.length > LONGEST_FOUND ? `${text.slice(0, LONGEST_FOUND)}...` : text
}

/** A JSON pointer as a path; digits are an index only where a list stands. */
function readPointer(pointer: string, root: unknown): Path {
  let here = root
  return pointer
    .split('/')
    .slice(1)
    .map((raw) => {
      const key = raw.replaceAll('~1', '/').replaceAll('~0', '~')
      const part = Array.isArray(here) ? Number(key) : key
      here = (here as Readonly<Record<string | number, unknown>>)[part]
      return part
    })
}

/** `steps[0].weights` */
export const renderPath = (path: Path): string =>
  path
    .map((part, index) =>
      typeof part === 'number' ? `[${part}]` : `${index > 0 ? '.' : ''}${part}`,
    )
    .join('')
