// Two manifests that are one object: neither kubectl nor anybody else can say which one is meant.
import type { Problem } from '@sluice/rollout'
import { idOf, keyOf, renderId } from '../object.ts'
import { renderSource, type Manifest, type Source } from './manifest.ts'

/** By the namespaces that are written; what has no name yet is never the same. */
export function findTwins(manifests: readonly Manifest[]): readonly Problem[] {
  const seen = new Map<string, Manifest>()
  return manifests.flatMap((manifest) => {
    const { object, source } = manifest
    if ((object.metadata.name ?? '') === '') return []
    const id = idOf(object, object.metadata.namespace ?? null)
    const before = seen.get(keyOf(id))
    seen.set(keyOf(id), before ?? manifest)
    return before === undefined ? [] : [twinProblem(renderId(id), before.source, source)]
  })
}

export const twinProblem = (name: string, first: Source, second: Source): Problem => ({
  where: renderSource(second),
  message: `${name} is in the set already, at ${renderSource(first)}; wanted each object once`,
})
