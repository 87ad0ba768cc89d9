// Does a live object already hold what a manifest says? Decided from the fields that the server says
// we own, without a request. Conservative: whatever is not certain is a difference, and then one
// server-side apply is sent, which the server itself finds to be no change.
//
// Why ownership is the better half of the answer: a value that somebody else changed or removed is no
// longer ours, and a field that left the manifest still is. Values are compared on top, for a
// manifest that changed and for webhooks that change what we send.
import { parseApiVersion, type KubeObject } from '../object.ts'
import { isRecord } from '../record.ts'
import {
  childOf,
  entryOf,
  isLeaf,
  othersOf,
  ownedBelow,
  parseItemKey,
  parseSetValue,
  type FieldSet,
  type ItemKey,
} from './field-set.ts'
import { isBuiltIn } from './built-in.ts'
import {
  isEmptyValue,
  isGranular,
  isSameEmpty,
  sameScalar,
  sameWhole,
  type Place,
} from './server-values.ts'

export interface Comparison {
  /** As it would be sent. */
  readonly manifest: KubeObject
  readonly live: KubeObject
  readonly manager: string
}

/** True only when applying the manifest would change neither the object nor what we own of it. */
export const holds = (comparison: Comparison): boolean => firstDifference(comparison) === null

interface Walk {
  readonly kind: string
  readonly builtIn: boolean
  readonly others: readonly FieldSet[]
  /** Steps of the tree. */
  readonly path: string[]
  /** Names of fields alone; items of lists add nothing. */
  readonly trail: string[]
}

/** Why a write is needed: a path such as `spec.replicas`; null when none is. */
export function firstDifference({ manifest, live, manager }: Comparison): string | null {
  const entry = entryOf(live, manager)
  const version = entry?.apiVersion ?? manifest.apiVersion
  if (version !== manifest.apiVersion || live.apiVersion !== version) return 'apiVersion'
  const walk: Walk = {
    kind: manifest.kind,
    builtIn: isBuiltIn(parseApiVersion(manifest.apiVersion).group),
    others: othersOf(live, manager),
    path: [],
    trail: [],
  }
  const { apiVersion: _version, kind: _kind, metadata, ...rest } = manifest
  const { name: _name, namespace: _namespace, ...owned } = metadata
  const wanted = Object.keys(owned).length === 0 ? rest : { ...rest, metadata: owned }
  // A manifest that is only a name makes nothing ours, and the server then notes no entry.
  return mapDiffers(walk, { node: entry?.fieldsV1 ?? {}, wanted, found: live })
    ? (walk.path.map(stepName).join('') || '.').replace(/^\./, '')
    : null
}

const stepName = (step: string): string =>
  step.startsWith('f:') ? `.${step.slice(2)}` : `[${step.slice(2)}]`

interface Pair<Wanted = unknown> {
  readonly node: FieldSet
  readonly wanted: Wanted
  readonly found: unknown
}

type Fields = Readonly<Record<string, unknown>>

/** On a difference the path stays where it was found. */
function mapDiffers(walk: Walk, { node, wanted, found }: Pair<Fields>): boolean {
  if (!isRecord(found)) return true
  for (const key in node) {
    if (key !== '.' && (!key.startsWith('f:') || !Object.hasOwn(wanted, key.slice(2)))) {
      walk.path.push(key)
      return true
    }
  }
  for (const name of Object.keys(wanted)) {
    const step = `f:${name}`
    const child = childOf(node, step)
    walk.path.push(step)
    walk.trail.push(name)
    const pair = {
      wanted: wanted[name],
      found: Object.hasOwn(found, name) ? found[name] : undefined,
    }
    if (child === undefined) {
      if (!isNothing(walk, pair)) return true
    } else if (valueDiffers(walk, { node: child, ...pair })) return true
    walk.path.pop()
    walk.trail.pop()
  }
  return false
}

/**
 * An empty list of items has no field of its own to own, and an empty map is lost to whoever adds the
 * first entry. Where nothing is, or where more may be, nothing is wanted.
 */
const isNothing = (walk: Walk, { wanted, found }: Omit<Pair, 'node'>): boolean =>
  (wanted === null || (typeof wanted === 'object' && isEmptyValue(wanted))) &&
  (isSameEmpty(wanted, found, placeOf(walk)) || isGranular(placeOf(walk)))

const placeOf = ({ kind, builtIn, trail }: Walk): Place => ({ kind, builtIn, trail })

function valueDiffers(walk: Walk, pair: Pair): boolean {
  const { node, wanted, found } = pair
  if (isLeaf(node)) return leafDiffers(walk, wanted, found)
  if (Array.isArray(wanted)) return listDiffers(walk, { node, wanted, found })
  return isRecord(wanted) ? mapDiffers(walk, { node, wanted, found }) : true
}

function leafDiffers(walk: Walk, wanted: unknown, found: unknown): boolean {
  const place = placeOf(walk)
  // Ours and not there: the server keeps no empty values. Had somebody removed it, it were not ours.
  if (found === undefined) return !isEmptyValue(wanted)
  // Nothing, written where the server wants a text, is an empty text.
  if (wanted === null) return !(found === null || (walk.builtIn && found === ''))
  if (typeof wanted !== 'object') return !sameScalar(wanted, found, place)
  if (isEmptyValue(wanted)) return !isEmptyValue(found) && !isGranular(place)
  // Somebody owns a part of it, so it is no whole: we own an empty map here, and now want more.
  if (isGranular(place) || ownedBelow(walk.others, walk.path)) return true
  return !sameWhole(wanted, found, place)
}

function listDiffers(walk: Walk, { node, wanted, found }: Pair<readonly unknown[]>): boolean {
  if (!Array.isArray(found)) return true
  const steps = Object.keys(node).filter((key) => key !== '.')
  if (steps.length !== wanted.length) return true
  const isSet = steps[0]?.startsWith('v:') === true
  return isSet ? setDiffers(steps, wanted, found) : itemsDiffer(walk, { node, wanted, found })
}

/** Each once, owned, there, and in the order of the manifest. */
function setDiffers(
  steps: readonly string[],
  wanted: readonly unknown[],
  found: readonly unknown[],
): boolean {
  const owned = new Set(steps.map(parseSetValue))
  let last = -1
  for (const value of wanted) {
    const at = found.indexOf(value)
    if (!owned.has(value) || at <= last) return true
    last = at
  }
  return false
}

/** Pairs each item of the manifest with its node and its live item, in the manifest's order. */
function itemsDiffer(walk: Walk, { node, wanted, found }: Pair<readonly unknown[]>): boolean {
  if (!Array.isArray(found)) return true
  const left = Object.keys(node).flatMap((key) => (key === '.' ? [] : (parseItemKey(key) ?? [])))
  let last = -1
  for (const item of wanted) {
    const key = isRecord(item) ? takeKey(left, item) : null
    const at = key === null ? -1 : found.findIndex((live) => hasKeys(live, key.keys))
    const child = key === null ? undefined : childOf(node, key.node)
    if (key === null || child === undefined || at <= last) return true
    walk.path.push(key.node)
    if (valueDiffers(walk, { node: child, wanted: item, found: found[at] })) return true
    walk.path.pop()
    last = at
  }
  return left.length > 0
}

const hasKeys = (item: unknown, keys: Fields): boolean =>
  isRecord(item) && Object.keys(keys).every((name) => item[name] === keys[name])

/**
 * The node of an item, taken off the list. A key that the item does not name was filled in by the
 * server (`protocol: TCP`); when two nodes could be meant, it is not decided here.
 */
function takeKey(left: ItemKey[], item: Fields): ItemKey | null {
  const fits = left.filter(({ keys }) =>
    Object.keys(keys).every((name) => item[name] === keys[name] || !Object.hasOwn(item, name)),
  )
  const [key] = fits
  if (key === undefined || fits.length > 1) return null
  left.splice(left.indexOf(key), 1)
  return key
}
