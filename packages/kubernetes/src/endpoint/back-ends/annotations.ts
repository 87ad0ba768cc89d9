// Annotations of ours on a traffic object, as values of a new state of it.
import type { KubeObject } from '../../object.ts'

/** The object with an annotation; null: without it. Others stay. */
export function withAnnotation(object: KubeObject, key: string, value: string | null): KubeObject {
  const old = object.metadata.annotations ?? {}
  if (value === null && !Object.hasOwn(old, key)) return object
  const others = Object.entries(old).filter(([name]) => name !== key)
  const annotations = Object.fromEntries(value === null ? others : [...others, [key, value]])
  return { ...object, metadata: { ...object.metadata, annotations } }
}
