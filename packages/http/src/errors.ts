import { errorsOf } from '@sluice/rollout'

export const errors = {
  HTTP_NO_ANSWER: {
    fault: 'platform',
    meaning: 'A request got no answer: no connection, or it broke off.',
    hint: 'Check that the runner reaches this host (name, firewall, proxy), then run the job again.',
  },
  HTTP_NOT_TRUSTED: {
    fault: 'user',
    meaning: 'The certificate of a server is not trusted by this runner.',
    hint: 'Set NODE_EXTRA_CA_CERTS on the runner to the file of the authority that signed it.',
  },
  HTTP_DEADLINE: {
    fault: 'platform',
    meaning: 'A request was not answered within its deadline.',
    hint: 'Run the job again; when it happens again, look at the health of the service.',
  },
  HTTP_BAD_REQUEST: {
    fault: 'user',
    meaning: 'An address or a header cannot be sent as it is.',
    hint: 'Correct the input or variable that this address or header comes from.',
  },
} as const

export const httpError = errorsOf(errors)
