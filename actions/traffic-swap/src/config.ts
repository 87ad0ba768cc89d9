// Inputs of traffic-swap: raw texts to one frozen value, or every problem at once.
import { readInputs, type RawInputs } from '@sluice/action'
import { AZURE_PLACE_INPUTS, AZURE_SETTING_INPUTS } from './azure-inputs.ts'
import type { Result, SlotPair, Strategy } from '@sluice/rollout'

export const INPUTS = [
  'platform',
  'mode',
  'target',
  'endpoint',
  'slot',
  'slots',
  'steps',
  'bake-seconds',
  'plan-file',
  'plan-digest',
  'evidence-file',
  'evidence-digest',
  'allow-untested',
  'allow-rejected',
  'dry-run',
  ...AZURE_SETTING_INPUTS,
  ...AZURE_PLACE_INPUTS,
] as const

export type Mode = 'plan' | 'apply' | 'abort' | 'rollback'

export interface Config {
  readonly platform: 'azureml'
  readonly mode: Mode
  /** JSON or a path; '' where `named` says it. */
  readonly target: string
  readonly named: { readonly endpoint: string; readonly slot: string }
  readonly slots: SlotPair
  readonly strategy: Strategy
  readonly planFile: string
  readonly planDigest: string
  readonly evidenceFile: string
  readonly evidenceDigest: string
  /** A reason, or ''. */
  readonly allowUntested: string
  readonly allowRejected: string
  readonly dryRun: boolean
  /** What the platform's own reader takes from; checked when the platform is known. */
  readonly raw: RawInputs
}

/** A week: longer bakes belong to a schedule, not to a runner. */
const MAX_BAKE_SECONDS = 604_800

export function readConfig(raw: RawInputs): Result<Config> {
  const read = readInputs(raw)
  const platform = read.oneOf('platform', ['azureml'])
  const mode = read.oneOf('mode', ['plan', 'apply', 'abort', 'rollback'])
  const target = read.text('target')
  const named = { endpoint: read.text('endpoint'), slot: read.text('slot') }
  if (target === '' && (mode === 'plan' || mode === 'apply')) {
    read.problem(
      'target',
      'is empty; wanted the output `target` of endpoint-deploy. A job output that is empty or holds a masked value is dropped by the runner',
    )
  }
  if (
    target === '' &&
    (mode === 'abort' || mode === 'rollback') &&
    (named.endpoint === '' || named.slot === '')
  ) {
    read.problem('target', `is empty; wanted it, or \`endpoint\` and \`slot\` for mode ${mode}`)
  }
  const slots = read.list('slots')
  const [first, second, ...more] = slots
  if (first === undefined || second === undefined || first === second || more.length > 0) {
    read.problem(
      'slots',
      `found "${slots.join(',')}"; wanted two different names, such as blue,green`,
    )
  }
  const steps = read.wholeNumbers('steps', { min: 1, max: 100 })
  const bakeSeconds = read.wholeNumber('bake-seconds', { min: 0, max: MAX_BAKE_SECONDS })
  for (const name of ['plan-digest', 'evidence-digest'] as const) {
    if (!/^([0-9a-f]{64})?$/.test(read.text(name))) {
      read.problem(name, `found "${read.text(name)}"; wanted 64 lower-case hex characters`)
    }
  }
  if (read.text('plan-digest') !== '' && read.text('plan-file') === '') {
    read.problem('plan-file', 'is empty, but plan-digest is given')
  }
  return read.done<Config>({
    platform,
    mode,
    target,
    named,
    slots: [first ?? '', second ?? ''],
    strategy: { steps, bakeSeconds },
    planFile: read.text('plan-file'),
    planDigest: read.text('plan-digest'),
    evidenceFile: read.text('evidence-file'),
    evidenceDigest: read.text('evidence-digest'),
    allowUntested: read.text('allow-untested'),
    allowRejected: read.text('allow-rejected'),
    dryRun: read.flag('dry-run'),
    raw,
  })
}
