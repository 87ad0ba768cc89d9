// Inputs of traffic-swap: raw texts to one frozen value, or every problem at once.
import { readInputs, type InputReader, type RawInputs } from '@sluice/action'
import { AZURE_PLACE_INPUTS, AZURE_SETTING_INPUTS } from '@sluice/azureml'
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

const DROPPED = 'A job output that is empty or holds a masked value is dropped by the runner'

/** A week: longer bakes belong to a schedule, not to a runner. */
const MAX_BAKE_SECONDS = 604_800

export function readConfig(raw: RawInputs): Result<Config> {
  const read = readInputs(raw)
  const platform = read.oneOf('platform', ['azureml'])
  const mode = read.oneOf('mode', ['plan', 'apply', 'abort', 'rollback'])
  checkTarget(read, mode)
  checkDigests(read)
  return read.done<Config>({
    platform,
    mode,
    target: read.text('target'),
    named: { endpoint: read.text('endpoint'), slot: read.text('slot') },
    slots: readSlots(read),
    strategy: readStrategy(read),
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

/** Forward needs a target, which names slot and revision; going back can name the slot alone. */
function checkTarget(read: InputReader, mode: Mode): void {
  const given = read.text('target') !== ''
  const named = read.text('endpoint') !== '' && read.text('slot') !== ''
  if (given && read.text('endpoint') !== '') {
    read.problem('endpoint', 'is given beside target, which names the endpoint already')
  }
  if (given || (named && (mode === 'abort' || mode === 'rollback'))) return
  const instead =
    mode === 'abort' || mode === 'rollback' ? `, or \`endpoint\` and \`slot\` for ${mode}` : ''
  read.problem(
    'target',
    `is empty; wanted the output \`target\` of endpoint-deploy${instead}. ${DROPPED}`,
  )
}

function checkDigests(read: InputReader): void {
  for (const document of ['plan', 'evidence'] as const) {
    const digest = read.text(`${document}-digest`)
    if (!/^([0-9a-f]{64})?$/.test(digest)) {
      read.problem(`${document}-digest`, `found "${digest}"; wanted 64 lower-case hex characters`)
    }
    if (digest !== '' && read.text(`${document}-file`) === '') {
      read.problem(`${document}-file`, `is empty, but ${document}-digest is given. ${DROPPED}`)
    }
  }
}

function readSlots(read: InputReader): SlotPair {
  const [first = '', second = '', ...more] = read.list('slots')
  if (first === '' || second === '' || first === second || more.length > 0) {
    const found = read.list('slots').join(',')
    read.problem('slots', `found "${found}"; wanted two different names, such as blue,green`)
  }
  return [first, second]
}

/** A plan brings its own; without one the default is everything at once. */
function readStrategy(read: InputReader): Strategy {
  for (const name of ['steps', 'bake-seconds'] as const) {
    if (read.text('plan-file') !== '' && read.text(name) !== '') {
      read.problem(name, 'is given beside plan-file, which has its own')
    }
  }
  const steps = read.text('steps') === '' ? [100] : read.wholeNumbers('steps', { min: 1, max: 100 })
  const bake = read.optionalWholeNumber('bake-seconds', { min: 0, max: MAX_BAKE_SECONDS })
  return { steps, bakeSeconds: bake ?? 0 }
}
