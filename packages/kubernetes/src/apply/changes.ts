// Field by field: what differs between two states of one object, without values that are secret.
import type { KubeObject } from '../object.ts'
import { isRecord, recordOf } from '../record.ts'
import { LAST_APPLIED } from './take-over.ts'

export interface FieldChange {
  /** `spec.template.spec.containers[name=web].image` */
  readonly path: string
  /** As JSON; null: not there; `***`: there, and not shown. */
  readonly before: string | null
  readonly after: string | null
}

export interface ChangeOptions {
  /** Values of environment variables are not shown. */
  readonly hideEnv: boolean
}

/** The server writes these on its own. */
const ignored = new Set([
  'creationTimestamp',
  'generation',
  'managedFields',
  'resourceVersion',
  'selfLink',
  'uid',
])

export const HIDDEN = '***'

/** `null`: no object. In the order of the fields' names. */
export function changesBetween(
  before: KubeObject | null,
  after: KubeObject | null,
  options: ChangeOptions,
): readonly FieldChange[] {
  const kind = after?.kind ?? before?.kind ?? ''
  const walk: Walk = { changes: [], secret: kind === 'Secret', options }
  compare(walk, [], { before: visible(before), after: visible(after) })
  return walk.changes
}

const visible = (object: KubeObject | null): unknown =>
  object === null
    ? undefined
    : {
        ...object,
        metadata: Object.fromEntries(
          Object.entries(object.metadata).filter(([name]) => !ignored.has(name)),
        ),
      }

interface Walk {
  readonly changes: FieldChange[]
  readonly secret: boolean
  readonly options: ChangeOptions
}

interface States {
  readonly before: unknown
  readonly after: unknown
}

function compare(walk: Walk, path: readonly string[], { before, after }: States): void {
  if (before === after) return
  const maps =
    isRecord(before) || before === undefined ? isRecord(after) || after === undefined : false
  if (maps && !(isEmpty(before) && isEmpty(after))) {
    const [left, right] = [recordOf(before), recordOf(after)]
    for (const name of [...new Set([...Object.keys(left), ...Object.keys(right)])].sort()) {
      compare(walk, [...path, `.${name}`], { before: left[name], after: right[name] })
    }
    return
  }
  const keyed = keyedItems(before, after)
  if (keyed !== null) {
    for (const [key, states] of keyed) compare(walk, [...path, `[${key}]`], states)
    return
  }
  const [left, right] = [JSON.stringify(before), JSON.stringify(after)]
  if (left === right) return
  const hide = isHidden(walk, path)
  const shown = (text: string | undefined) => (text === undefined ? null : hide ? HIDDEN : text)
  walk.changes.push({
    path: path.join('').replace(/^\./, ''),
    before: shown(left),
    after: shown(right),
  })
}

const isEmpty = (value: unknown): boolean =>
  value === undefined || (isRecord(value) && Object.keys(value).length === 0)

function isHidden({ secret, options }: Walk, path: readonly string[]): boolean {
  const last = path.at(-1) ?? ''
  if (last === `.${LAST_APPLIED}`) return true
  if (secret && (path[0] === '.data' || path[0] === '.stringData')) return true
  return options.hideEnv && last === '.value' && path.at(-3) === '.env'
}

const keyNames = ['name', 'containerPort', 'port', 'mountPath', 'key', 'ip', 'type', 'uid']

/** Items of two lists in pairs, by the first field that names all of them; null: compared as a whole. */
function keyedItems(
  before: unknown,
  after: unknown,
): readonly (readonly [string, States])[] | null {
  const lists = [before ?? [], after ?? []]
  const [left, right] = lists
  if (!Array.isArray(left) || !Array.isArray(right) || left.length + right.length === 0) return null
  const name = keyNames.find((name) => names(left, name) && names(right, name))
  if (name === undefined) return null
  const items = new Map<string, States>()
  for (const item of left)
    items.set(`${name}=${String(recordOf(item)[name])}`, { before: item, after: undefined })
  for (const item of right) {
    const key = `${name}=${String(recordOf(item)[name])}`
    items.set(key, { before: items.get(key)?.before, after: item })
  }
  return [...items]
}

const names = (items: readonly unknown[], name: string): boolean => {
  const values = items.map((item) => (isRecord(item) ? item[name] : undefined))
  return (
    values.every((value) => typeof value === 'string' || typeof value === 'number') &&
    new Set(values).size === values.length
  )
}
