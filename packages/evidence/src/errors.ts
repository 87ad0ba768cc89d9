import { errorsOf } from '@sluice/rollout'

export const errors = {
  EVIDENCE_CONTRADICTORY: {
    fault: 'user',
    meaning: 'An evidence document says a verdict that does not follow from its own counts.',
    hint: 'Do not edit evidence. Run endpoint-test again and hand on the document that it writes.',
  },
} as const

export const evidenceError = errorsOf(errors)
