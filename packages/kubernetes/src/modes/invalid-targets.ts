// All problems of the named objects as one error.
import type { Problem, SluiceError } from '@sluice/rollout'
import { kubernetesError } from '../errors.ts'
import { renderProblems } from '../manifests/invalid.ts'

/** KUBERNETES_TARGET_INVALID: of `findTargets`. */
export const invalidTargets = (problems: readonly Problem[]): SluiceError =>
  kubernetesError('KUBERNETES_TARGET_INVALID', renderProblems('the objects to work on', problems))
