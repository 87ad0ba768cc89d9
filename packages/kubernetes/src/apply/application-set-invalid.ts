// All problems of an application and its manifests as one error.
import type { Problem, SluiceError } from '@sluice/rollout'
import { kubernetesError } from '../errors.ts'
import { renderProblems } from '../manifests/invalid.ts'

/** KUBERNETES_SET_INVALID: of `applicationSetOf`, `labelMembers` and `findMembersElsewhere`. */
export const invalidSet = (problems: readonly Problem[]): SluiceError =>
  kubernetesError('KUBERNETES_SET_INVALID', renderProblems('the application', problems))
