// Inputs of traffic-swap: raw texts to one frozen value, or every problem at once.
import { readInputs, type InputReader, type RawInputs } from '@sluice/action'
import { AZURE_PLACE_INPUTS, AZURE_SETTING_INPUTS } from '@sluice/azureml'
import { parseCheckUrl } from '@sluice/probe'
import type { RequestMatch, Result, SlotPair, Strategy } from '@sluice/rollout'

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
  'match',
  'mirror',
  'check-url',
  'check-requests',
  'check-wait-seconds',
  'policy-file',
  'old-slot',
  'drain-seconds',
  ...AZURE_SETTING_INPUTS,
  ...AZURE_PLACE_INPUTS,
  'namespace',
  'back-end',
  'traffic-object',
  'context',
] as const

export type Mode = 'plan' | 'apply' | 'abort' | 'rollback'

/** The check of the endpoint itself, at its public address. */
export interface CheckInputs {
  /** As `parseCheckUrl` gives it. */
  readonly url: string
  /** Request file, folder or glob; null: one GET. */
  readonly requests: string | null
  /** null: the default policy file, if there is one. */
  readonly policyFile: string | null
  /** How long an address that does not answer as wanted may take after a write. */
  readonly waitSeconds: number
}

/** What becomes of the slot that served before, once the last bake is over. */
export type OldSlot = 'keep' | 'scale-to-zero' | 'retire'

export interface Config {
  readonly platform: 'azureml' | 'kubernetes'
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
  /** null: the endpoint is not asked. */
  readonly check: CheckInputs | null
  readonly oldSlot: OldSlot
  /** Between the end of the last bake and what happens to the old slot. */
  readonly drainSeconds: number
  /** What the platform's own reader takes from; checked when the platform is known. */
  readonly raw: RawInputs
}

const DROPPED = 'A job output that is empty or holds a masked value is dropped by the runner'

/** A week: longer bakes belong to a schedule, not to a runner. */
const MAX_BAKE_SECONDS = 604_800

export function readConfig(raw: RawInputs): Result<Config> {
  const read = readInputs(raw)
  const platform = read.oneOf('platform', ['azureml', 'kubernetes'])
  refuseForeign(read, platform)
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
    check: readCheck(read),
    ...readOldSlot(read, { platform, mode }),
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
  for (const name of ['steps', 'bake-seconds', 'match', 'mirror'] as const) {
    if (read.text('plan-file') !== '' && read.text(name) !== '') {
      read.problem(name, 'is given beside plan-file, which has its own')
    }
  }
  const steps = read.text('steps') === '' ? [100] : read.wholeNumbers('steps', { min: 0, max: 100 })
  const bake = read.optionalWholeNumber('bake-seconds', { min: 0, max: MAX_BAKE_SECONDS })
  const match = readMatch(read)
  const mirror = read.optionalWholeNumber('mirror', { min: 1, max: 100 })
  return {
    steps,
    bakeSeconds: bake ?? 0,
    ...(match !== null && { match }),
    ...(mirror !== null && { mirrorPercent: mirror }),
  }
}

/** `header NAME=VALUE` or `cookie NAME=VALUE`; the value is what is left of the line. */
function readMatch(read: InputReader): RequestMatch | null {
  const text = read.optional('match')
  if (text === null) return null
  const [, kind, name, value] = /^(header|cookie)\s+([^=\s]+)=(.+)$/.exec(text) ?? []
  if ((kind === 'header' || kind === 'cookie') && name !== undefined && value !== undefined) {
    return { kind, name, value }
  }
  read.problem('match', `found "${text}"; wanted header NAME=VALUE or cookie NAME=VALUE`)
  return null
}

/** An hour: what does not answer by then does not answer. */
const MAX_CHECK_WAIT_SECONDS = 3600

function readCheck(read: InputReader): CheckInputs | null {
  const url = read.text('check-url')
  if (url === '') {
    if (read.text('check-requests') !== '') {
      read.problem('check-requests', 'is given, but means something only with check-url')
    }
    return null
  }
  const address = read.take(parseCheckUrl(url, 'input check-url'))
  return {
    url: address ?? '',
    requests: read.optional('check-requests'),
    policyFile: read.optional('policy-file'),
    waitSeconds: read.wholeNumber('check-wait-seconds', { min: 0, max: MAX_CHECK_WAIT_SECONDS }),
  }
}

function readOldSlot(
  read: InputReader,
  { platform, mode }: Pick<Config, 'platform' | 'mode'>,
): Pick<Config, 'oldSlot' | 'drainSeconds'> {
  const oldSlot = read.oneOf('old-slot', ['keep', 'scale-to-zero', 'retire'])
  if (oldSlot === 'scale-to-zero' && platform === 'azureml') {
    read.problem(
      'old-slot',
      'is scale-to-zero; a deployment of Azure ML cannot be empty: keep or retire it',
    )
  }
  if (oldSlot !== 'keep' && mode !== 'apply') {
    read.problem('old-slot', `is ${oldSlot}, but mode ${mode} ends no rollout`)
  }
  const drainSeconds = read.wholeNumber('drain-seconds', { min: 0, max: 86_400 })
  return { oldSlot, drainSeconds }
}

/** Inputs without a default in action.yml that mean something on one platform only. */
const KUBERNETES_ONLY = ['namespace', 'traffic-object', 'context', 'match', 'mirror'] as const

function refuseForeign(read: InputReader, platform: Config['platform']): void {
  const foreign =
    platform === 'azureml' ? KUBERNETES_ONLY : [...AZURE_SETTING_INPUTS, ...AZURE_PLACE_INPUTS]
  const other = platform === 'azureml' ? 'kubernetes' : 'azureml'
  for (const name of foreign) {
    if (read.text(name) !== '') read.problem(name, `is given, but belongs to platform ${other}`)
  }
}
