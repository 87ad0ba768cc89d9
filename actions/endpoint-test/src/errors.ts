import { errorsOf } from '@sluice/rollout'

export const errors = {
  ENDPOINT_TEST_TARGET_CHANGED: {
    fault: 'user',
    meaning: 'The slot does not hold the revision that the target names.',
    hint: 'Run the deployment again: endpoint-deploy gives the target that holds now.',
  },
  ENDPOINT_TEST_SLOT_UNHEALTHY: {
    fault: 'platform',
    meaning: 'The slot that is to be tested is not healthy, or stays unfinished.',
    hint: "Look at the deployment's logs, then run the deployment again.",
  },
  ENDPOINT_TEST_FAILED: {
    fault: 'user',
    meaning: 'The tested slot does not do what the policy wants; it must not get traffic.',
    hint: 'The summary lists every request file. Mend the model, or the policy if that is wrong.',
  },
  ENDPOINT_TEST_INCONCLUSIVE: {
    fault: 'platform',
    meaning: 'Too few answers came to say anything of the revision.',
    hint: 'Run the job again; if it stays so, raise wait-timeout-seconds or look at the endpoint.',
  },
  ENDPOINT_TEST_CANCELLED: {
    fault: 'user',
    meaning: 'The test was cancelled before it had a verdict; no evidence was written.',
    hint: 'Run the job again: a test starts anew and changes nothing.',
  },
} as const

export const endpointTestError = errorsOf(errors)
