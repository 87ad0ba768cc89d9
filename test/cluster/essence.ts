// What of a live object a manifest decides: what is left when the server's own notes are taken off.

/** The server makes these up, counts them, or hands them out once. */
const accidental = new Set([
  'clusterIP',
  'clusterIPs',
  'controller-uid',
  'batch.kubernetes.io/controller-uid',
  'creationTimestamp',
  'generation',
  'managedFields',
  'namespace',
  'nodePort',
  'resourceVersion',
  'status',
  'uid',
  'volumeName',
])
const noted = /^(pv\.kubernetes\.io|volume\.kubernetes\.io|deployment\.kubernetes\.io)\//

/** The object without anything accidental. `mark`: a label that only one of two tools sets. */
export function essence(value: unknown, mark?: string): unknown {
  if (Array.isArray(value)) return value.map((one) => essence(one, mark))
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value)
    .filter(([name, inner]) => !isAccidental(name, inner) && !noted.test(name) && name !== mark)
    .map(([name, inner]) => [name, essence(inner, mark)] as const)
    .filter(([name, inner]) => !/^(annotations|labels)$/.test(name) || !isEmpty(inner))
  return Object.fromEntries(kept)
}

/** A headless Service says so itself. */
const isAccidental = (name: string, value: unknown): boolean =>
  accidental.has(name) && !(name === 'clusterIP' && value === 'None')

const isEmpty = (value: unknown): boolean => JSON.stringify(value) === '{}'

/** Which fields the manager of the apply owns, without when. */
export function ownedBy(manager: string, object: unknown): unknown {
  const { metadata } = object as { metadata: { managedFields?: Record<string, unknown>[] } }
  const entry = metadata.managedFields?.find(
    (one) => one['manager'] === manager && one['operation'] === 'Apply',
  )
  // One without any field has no entry.
  return entry?.['fieldsV1'] ?? {}
}

/** Owned fields without a label, and without the maps that it alone was in. */
export function withoutLabel(fields: unknown, label: string): unknown {
  if (typeof fields !== 'object' || fields === null) return fields
  const kept = Object.entries(fields)
    .filter(([name]) => name !== `f:${label}`)
    .map(([name, inner]) => [name, withoutLabel(inner, label)] as const)
    .filter(([name, inner]) => !/^f:(metadata|labels)$/.test(name) || !isEmpty(inner))
  return Object.fromEntries(kept)
}
