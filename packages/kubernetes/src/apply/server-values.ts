// What the API server itself makes of values of its own kinds: defaults inside values that are owned
// as a whole, amounts, and empty values that it does not keep. Every row says "a write would change
// nothing here"; a row that is missing costs one request that the server finds to be no change.
import { isRecord } from '../record.ts'
import { sameAmount } from './quantity.ts'

/** Where a value stands: the kind, and the names of fields above it, nearest last. */
export interface Place {
  /** Only for kinds of the API server itself; resources of CRDs are kept as they were written. */
  readonly builtIn: boolean
  readonly kind: string
  readonly trail: readonly string[]
}

const parent = ({ trail }: Place, up = 1): string => trail.at(-1 - up) ?? ''

/** `trail` ends with the name of the field itself. */
function isAmountPlace(place: Place): boolean {
  if (!place.builtIn) return false
  const [name, above, higher] = [parent(place, 0), parent(place), parent(place, 2)]
  if (above === 'limits' || above === 'requests') return higher === 'resources'
  if (above === 'hard') return place.kind === 'ResourceQuota'
  if (above === 'capacity') return place.kind === 'PersistentVolume'
  if (above === 'target') return name === 'value' || name === 'averageValue'
  if (place.kind === 'LimitRange') return limitNames.has(above)
  if (above === 'overhead') return true
  return (
    (name === 'sizeLimit' && above === 'emptyDir') ||
    (name === 'divisor' && above === 'resourceFieldRef')
  )
}

const limitNames = new Set(['default', 'defaultRequest', 'max', 'min', 'maxLimitRequestRatio'])

export const sameScalar = (wanted: unknown, found: unknown, place: Place): boolean => {
  // Beyond 2^53 two numbers look the same that are not.
  if (typeof wanted === 'number' && Math.abs(wanted) > Number.MAX_SAFE_INTEGER) return false
  return wanted === found || (isAmountPlace(place) && sameAmount(wanted, found))
}

/** Written by many tools, granular in every built-in kind: an empty one leaves all as it is. */
const granular = new Set([
  'annotations',
  'labels',
  'metadata',
  'resources',
  'securityContext',
  'spec',
  'strategy',
  'template',
  'updateStrategy',
])

export const isGranular = (place: Place): boolean =>
  parent(place, 0) === 'annotations' || parent(place, 0) === 'labels'
    ? parent(place) === 'metadata'
    : place.builtIn && granular.has(parent(place, 0))

interface Default {
  /** The name of the field (of the list, for items) that the value is in; '' for any. */
  readonly inside: string
  readonly name: string
  readonly value: unknown
}

const defaults: readonly Default[] = [
  { inside: 'fieldRef', name: 'apiVersion', value: 'v1' },
  { inside: 'resourceFieldRef', name: 'divisor', value: '0' },
  { inside: 'ports', name: 'protocol', value: 'TCP' },
  { inside: 'ports', name: 'name', value: '' },
  { inside: 'endpoints', name: 'conditions', value: {} },
  { inside: 'serviceAccountToken', name: 'expirationSeconds', value: 3600 },
  { inside: 'rules', name: 'scope', value: '*' },
  { inside: 'resourceRules', name: 'scope', value: '*' },
  { inside: 'excludeResourceRules', name: 'scope', value: '*' },
  { inside: 'matchConstraints', name: 'matchPolicy', value: 'Equivalent' },
  { inside: 'matchConstraints', name: 'namespaceSelector', value: {} },
  { inside: 'matchConstraints', name: 'objectSelector', value: {} },
  { inside: 'roleRef', name: 'apiGroup', value: 'rbac.authorization.k8s.io' },
  { inside: 'onPodConditions', name: 'status', value: 'True' },
  { inside: 'volumeClaimTemplates', name: 'apiVersion', value: 'v1' },
  { inside: 'volumeClaimTemplates', name: 'kind', value: 'PersistentVolumeClaim' },
  { inside: 'volumeClaimTemplates', name: 'status', value: { phase: 'Pending' } },
]

/** Would the server put this very value there when the manifest does not name it? */
function isDefault(item: Readonly<Record<string, unknown>>, name: string, place: Place) {
  if (!place.builtIn) return false
  const inside = parent(place, 0)
  const found = item[name]
  if (inside === 'subjects' && name === 'apiGroup') {
    return item['kind'] !== 'ServiceAccount' && found === 'rbac.authorization.k8s.io'
  }
  if (inside === 'limits' && place.kind === 'LimitRange') {
    if (name === 'default') return sameJson(found, item['max'])
    return name === 'defaultRequest' && sameJson(found, item['default'])
  }
  if (inside === 'spec' && name === 'volumeMode') {
    return parent(place) === 'volumeClaimTemplates' && found === 'Filesystem'
  }
  return defaults.some(
    (row) => row.inside === inside && row.name === name && sameJson(row.value, found),
  )
}

/** What a server may leave out when it writes the object: nothing, zero, false, or empty. */
export const isEmptyValue = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  value === '' ||
  value === 0 ||
  value === false ||
  (Array.isArray(value) && value.length === 0) ||
  (isRecord(value) && Object.keys(value).length === 0)

/**
 * Left out for certain inside a value that is owned as a whole. Another empty value can mean
 * something: `key: ""` of a selector, `tolerationSeconds: 0`, a selector `{}` that takes everything.
 */
const isLeftOut = (value: unknown, place: Place): boolean => {
  if (!place.builtIn) return false
  if (value === null || (Array.isArray(value) && value.length === 0)) return true
  const [name, above] = [parent(place, 0), parent(place)]
  return isRecord(value)
    ? Object.keys(value).length === 0 && emptyMaps.has(name)
    : value === '' && above === 'subjects' && name === 'apiGroup'
}

/** Empty, they say no more than absent ones, in every built-in kind. */
const emptyMaps = new Set(['annotations', 'labels', 'resources', 'securityContext', 'status'])

const selectorName = /selector$/i

/** Nobody owns the field yet. Would an empty value, or none, make no difference to this one? */
export function isSameEmpty(wanted: unknown, found: unknown, place: Place): boolean {
  if (!isEmptyValue(found)) return false
  // A resource of a CRD keeps an empty value that is sent, but for those of its metadata.
  if (!place.builtIn && place.trail[0] !== 'metadata') return found !== undefined
  // Without a selector nothing is selected, with an empty one everything.
  return !(isRecord(wanted) && selectorName.test(parent(place, 0)) && !isRecord(found))
}

const sameJson = (a: unknown, b: unknown): boolean =>
  isRecord(a) && isRecord(b)
    ? Object.keys(a).length === Object.keys(b).length &&
      Object.keys(a).every((key) => sameJson(a[key], b[key]))
    : a === b

/**
 * Two values that are owned as a whole. True only when sending the first again would leave the
 * second as it is; what the server adds counts only when it is a known default.
 */
export function sameWhole(wanted: unknown, found: unknown, place: Place): boolean {
  if (Array.isArray(wanted)) {
    return (
      Array.isArray(found) &&
      wanted.length === found.length &&
      wanted.every((item, index) => sameWhole(item, found[index], place))
    )
  }
  if (!isRecord(wanted)) return sameScalar(wanted, found, place)
  if (!isRecord(found)) return false
  const below = (name: string): Place => ({ ...place, trail: [...place.trail, name] })
  const kept = Object.keys(wanted).every((name) =>
    Object.hasOwn(found, name)
      ? sameWhole(wanted[name], found[name], below(name))
      : isLeftOut(wanted[name], below(name)),
  )
  return (
    kept &&
    Object.keys(found).every((name) => Object.hasOwn(wanted, name) || isDefault(found, name, place))
  )
}
