// The simulated Azure: control plane, blob storage and data plane over one state value.
import type { Simulator } from '../kernel/simulator.ts'
import { armFace } from './arm.ts'
import { blobFace } from './blob.ts'
import { scoringFace, type Answerer } from './scoring.ts'
import { emptyAzureState, type AzureOptions, type AzureState } from './state.ts'

/** Faces `arm`, `blob` and `scoring`. `seed` fills the state; `answer` is what models do. */
export function azureSimulator(parts: {
  readonly answer: Answerer
  readonly options?: Partial<AzureOptions>
  readonly seed?: (state: AzureState) => void
}): Simulator<AzureState> {
  const state = emptyAzureState(parts.options)
  parts.seed?.(state)
  return {
    name: 'azure',
    state,
    faces: { arm: armFace, blob: blobFace, scoring: scoringFace(parts.answer) },
  }
}
