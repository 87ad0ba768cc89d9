// Raw inputs to one frozen value, or everything that is wrong with them.
import { readInputs, type RawInputs } from '@sluice/action'
import type { Result } from '@sluice/rollout'

/** Names in action.yml, in its order. */
export const INPUTS = [
  'target',
  'platform',
  'requests',
  'policy-file',
  'rounds',
  'wait-timeout-seconds',
  'dry-run',
  'azure-client-id',
  'azure-tenant-id',
  'azure-resource-manager',
  'azure-authority',
  'context',
  'slot-address',
  'slot-proof',
  'request-path',
  'port',
] as const

/** Which inputs are a platform's own. */
const PLATFORM_INPUTS = {
  azureml: /^azure-/,
  kubernetes: /^(context|slot-address|slot-proof|request-path|port)$/,
} as const

export interface Config {
  /** JSON, or the path of a file that holds it. */
  readonly target: string
  readonly platform: keyof typeof PLATFORM_INPUTS
  /** A file, a folder or a glob. */
  readonly requests: string
  /** null: the default policy file, if there is one. */
  readonly policyFile: string | null
  readonly rounds: number
  readonly waitSeconds: number
  readonly dryRun: boolean
  /** Raw inputs of the platform, which its adapter reads. */
  readonly platformInputs: RawInputs
}

const MOST_ROUNDS = 1000
const LONGEST_WAIT_SECONDS = 3600

export function readConfig(raw: RawInputs): Result<Config> {
  const read = readInputs(raw)
  const platform = read.oneOf('platform', ['azureml', 'kubernetes'])
  return read.done({
    target: read.required('target'),
    platform,
    requests: read.required('requests'),
    policyFile: read.optional('policy-file'),
    rounds: read.wholeNumber('rounds', { min: 1, max: MOST_ROUNDS }),
    waitSeconds: read.wholeNumber('wait-timeout-seconds', { min: 0, max: LONGEST_WAIT_SECONDS }),
    dryRun: read.flag('dry-run'),
    platformInputs: Object.fromEntries(
      Object.entries(raw).filter(([name]) => PLATFORM_INPUTS[platform].test(name)),
    ),
  })
}
