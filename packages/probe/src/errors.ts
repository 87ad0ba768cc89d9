import { errorsOf } from '@sluice/rollout'

export const errors = {
  PROBE_REQUESTS_UNREADABLE: {
    fault: 'user',
    meaning: 'The request files are absent, none, or not JSON.',
    hint: 'Name a JSON file, a folder that holds some, or a glob that fits some.',
  },
  PROBE_POLICY_UNREADABLE: {
    fault: 'user',
    meaning: 'The policy file is absent or does not say what a policy says.',
    hint: 'Mend every line that is named; README.md of endpoint-test shows a policy file.',
  },
} as const

export const probeError = errorsOf(errors)
