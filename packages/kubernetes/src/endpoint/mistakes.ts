// Manifests that make traffic do something else than they say. Pure: only what the set itself shows.
import type { Problem } from '@sluice/rollout'
import type { Manifest } from '../manifests/manifest.ts'
import { findCanaryMistakes } from './mistakes/canary-ingress.ts'
import { findFlaggerMistakes } from './mistakes/flagger.ts'
import { findMirrorMistakes } from './mistakes/mirror.ts'
import { findSelectorMistakes } from './mistakes/selector.ts'
import { readTrafficSet } from './mistakes/traffic-set.ts'

/**
 * All of them with file and line, in the order of the manifests' kinds: Ingress, Flagger, mirrors,
 * selectors. `namespace` is the one of objects that name none. What other objects of the cluster
 * could make right is not told.
 */
export function findMistakes(
  manifests: readonly Manifest[],
  namespace: string | null,
): readonly Problem[] {
  const set = readTrafficSet(manifests, namespace)
  return [
    ...findCanaryMistakes(set),
    ...findFlaggerMistakes(set),
    ...findMirrorMistakes(set),
    ...findSelectorMistakes(set),
  ]
}
