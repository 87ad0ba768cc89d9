// Canonical JSON (RFC 8785): one value, one text, one digest. A digest of anything else proves nothing.
import type { Sha256 } from '@sluice/rollout'
import { documentsError } from './errors.ts'

/**
 * The canonical text of a JSON value: keys in the order of their UTF-16 code units, numbers and texts
 * as ECMAScript writes them, no blanks. Throws DOCUMENTS_NOT_CANONICAL for what JSON cannot say
 * (NaN, infinities, undefined, lone surrogates, class instances, cycles).
 */
export const canonicalJson = (value: unknown): string => render(value, [])

/** sha256 hex of the canonical text. */
export const digestOf = (value: unknown, sha256: Sha256): string => sha256(canonicalJson(value))

type Trail = readonly { readonly key: string; readonly holder: object }[]

function render(value: unknown, trail: Trail): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value)
  if (typeof value === 'string') return renderText(value, trail)
  if (typeof value !== 'object') throw refuse(trail, `found ${describe(value)}`)
  if (trail.some(({ holder }) => holder === value)) throw refuse(trail, 'found a cycle')
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value
    return `[${Array.from(items, (item, index) => render(item, [...trail, { key: String(index), holder: value }])).join(',')}]`
  }
  if (!isPlain(value)) throw refuse(trail, 'found a class instance')
  const members = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => {
      const below = [...trail, { key, holder: value }]
      return `${renderText(key, below)}:${render(member, below)}`
    })
  return `{${members.join(',')}}`
}

function renderText(text: string, trail: Trail): string {
  if (!text.isWellFormed()) throw refuse(trail, 'found a text with half a surrogate pair')
  return JSON.stringify(text)
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null || isForeignObject(prototype)
}

/** Object.prototype of another realm (a worker, a test sandbox). */
const isForeignObject = (prototype: unknown): boolean =>
  typeof prototype === 'object' &&
  Object.getPrototypeOf(prototype) === null &&
  Object.hasOwn(prototype as object, 'hasOwnProperty')

const describe = (value: unknown): string =>
  typeof value === 'number' ? String(value) : `a value of type ${typeof value}`

const refuse = (trail: Trail, found: string) =>
  documentsError(
    'DOCUMENTS_NOT_CANONICAL',
    `/${trail.map(({ key }) => key).join('/')}: ${found}; wanted a JSON value`,
  )
