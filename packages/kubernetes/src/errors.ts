// The closed table of this package's codes; `docs/errors.md` is generated from it. One part per room.
import { errorsOf } from '@sluice/rollout'
import { applicationSetErrors } from './apply/application-set-errors.ts'
import { applyErrors } from './apply/errors.ts'
import { connectionErrors } from './connection/errors.ts'
import { endpointErrors } from './endpoint/errors.ts'
import { healthErrors } from './health/errors.ts'
import { manifestErrors } from './manifests/errors.ts'
import { modeErrors } from './modes/errors.ts'

export const errors = {
  ...connectionErrors,
  ...manifestErrors,
  ...applyErrors,
  ...applicationSetErrors,
  ...healthErrors,
  ...modeErrors,
  ...endpointErrors,
} as const

export const kubernetesError = errorsOf(errors)
export type KubernetesCode = keyof typeof errors
