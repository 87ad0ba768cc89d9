import { errorsOf } from '@sluice/rollout'

export const errors = {
  DOCUMENTS_NOT_CANONICAL: {
    fault: 'bug',
    meaning: 'A value has no canonical JSON form, so it has no digest.',
    hint: 'Report it with the steps that led here: the value was built by us.',
  },
} as const

export const documentsError = errorsOf(errors)
