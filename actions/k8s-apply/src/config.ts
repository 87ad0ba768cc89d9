// Inputs of k8s-apply: raw texts to one frozen value, or every problem at once.
import { readInputs, type InputReader, type RawInputs } from '@sluice/action'
import {
  defaultEarlyOptions,
  parseEarlyOptions,
  parsePathList,
  parseSmoke,
  parseSmokeTarget,
  type EarlyOptions,
  type SmokeCheck,
  type SmokeTarget,
} from '@sluice/kubernetes'
import type { Result } from '@sluice/rollout'

export const INPUTS = [
  'manifests',
  'mode',
  'namespace',
  'images',
  'image-paths',
  'render',
  'values-files',
  'release-name',
  'application',
  'objects',
  'revision',
  'replicas',
  'wait',
  'timeout-seconds',
  'fail-early',
  'wait-load-balancer',
  'on-failure',
  'smoke',
  'smoke-target',
  'force-conflicts',
  'take-over',
  'replace',
  'delete-data',
  'strict-practices',
  'context',
  'dry-run',
] as const

const MODES = [
  'apply',
  'diff',
  'delete',
  'status',
  'restart',
  'history',
  'undo',
  'pause',
  'resume',
  'scale',
] as const
export type Mode = (typeof MODES)[number]

export interface Config {
  readonly mode: Mode
  readonly manifests: {
    readonly paths: readonly string[]
    readonly render: 'none' | 'kustomize' | 'helm'
    readonly valuesFiles: readonly string[]
    readonly releaseName: string | null
  }
  readonly namespace: string | null
  readonly images: readonly string[]
  readonly imagePaths: readonly string[]
  readonly application: string | null
  readonly objects: readonly string[]
  readonly revision: number | null
  readonly replicas: number | null
  readonly wait: boolean
  readonly timeoutSeconds: number
  readonly early: EarlyOptions
  readonly waitLoadBalancer: boolean
  readonly onFailure: 'keep' | 'undo'
  readonly smoke: readonly SmokeCheck[]
  /** Of a Service: its namespace is the run's. */
  readonly smokeTarget: SmokeTarget | null
  readonly forceConflicts: boolean
  readonly takeOver: readonly string[]
  readonly replace: boolean
  readonly deleteData: boolean
  readonly strictPractices: boolean
  readonly context: string | null
  readonly dryRun: boolean
}

/** Six hours: the longest that a hosted job may take. */
const MAX_TIMEOUT_SECONDS = 21_600
const MAX_REPLICAS = 10_000

export function readConfig(raw: RawInputs): Result<Config> {
  const read = readInputs(raw)
  const mode = read.oneOf('mode', MODES)
  checkSubject(read, mode)
  checkTogether(read, mode)
  return read.done<Config>({
    mode,
    manifests: readManifestInputs(read),
    namespace: readName(read, 'namespace', 63),
    images: read.list('images'),
    imagePaths: read.list('image-paths'),
    application: readName(read, 'application', 253),
    objects: read.list('objects'),
    ...readNumbers(read, mode),
    ...readWaiting(read),
    forceConflicts: read.flag('force-conflicts'),
    takeOver: read.list('take-over'),
    replace: read.flag('replace'),
    deleteData: read.flag('delete-data'),
    strictPractices: read.flag('strict-practices'),
    context: read.optional('context'),
    dryRun: read.flag('dry-run'),
  })
}

/** Modes that act on workloads, and can be told by `objects` which. */
const ON_WORKLOADS: readonly Mode[] = ['restart', 'history', 'undo', 'pause', 'resume', 'scale']
/** Modes that an application's record is enough for. */
const ON_APPLICATION: readonly Mode[] = ['delete', 'status']

function checkSubject(read: InputReader, mode: Mode): void {
  const onWorkloads = ON_WORKLOADS.includes(mode)
  if (read.text('objects') !== '' && !onWorkloads) {
    read.problem('objects', `is given, but mode ${mode} acts on everything in \`manifests\``)
  }
  if (read.text('manifests') !== '') return
  if (onWorkloads && read.text('objects') !== '') return
  if (ON_APPLICATION.includes(mode) && read.text('application') !== '') return
  const instead = onWorkloads
    ? ', or `objects`'
    : ON_APPLICATION.includes(mode)
      ? ', or the `application` that was recorded'
      : ''
  read.problem('manifests', `is empty; wanted files, folders or globs${instead}`)
}

/** Inputs that mean something only beside others. */
const ONLY_WITH: readonly (readonly [input: string, other: string, wanted: readonly string[]])[] = [
  ['values-files', 'render', ['helm']],
  ['release-name', 'render', ['helm']],
  ['revision', 'mode', ['undo']],
  ['replicas', 'mode', ['scale']],
  ['smoke', 'mode', ['apply']],
  ['smoke-target', 'mode', ['apply']],
]

function checkTogether(read: InputReader, mode: Mode): void {
  for (const [input, other, wanted] of ONLY_WITH) {
    if (read.text(input) !== '' && !wanted.includes(read.text(other))) {
      read.problem(input, `is given, but means something only with ${other}: ${wanted.join(', ')}`)
    }
  }
  if ((read.text('smoke') === '') !== (read.text('smoke-target') === '')) {
    const empty = read.text('smoke') === '' ? 'smoke' : 'smoke-target'
    read.problem(empty, 'is empty; the checks of `smoke` and their `smoke-target` belong together')
  }
  if (mode === 'apply' && read.text('on-failure') === 'undo' && read.text('wait') === 'false') {
    read.problem('on-failure', 'is undo beside wait: false; without a wait no failure is seen')
  }
  if (read.text('smoke') !== '' && read.text('wait') === 'false') {
    read.problem('smoke', 'is given beside wait: false; checks come after the wait')
  }
}

function readManifestInputs(read: InputReader): Config['manifests'] {
  const render = read.oneOf('render', ['none', 'kustomize', 'helm'])
  const given = parsePathList(read.text('manifests'))
  if (render !== 'none' && given.length > 1) {
    read.problem('manifests', `found ${given.length} paths; wanted one with render: ${render}`)
  }
  return {
    paths: given,
    render,
    valuesFiles: read.list('values-files'),
    releaseName: readName(read, 'release-name', 53),
  }
}

/** What Kubernetes takes for the name of a namespace, a release or a Secret. */
const NAME = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/

function readName(read: InputReader, input: string, longest: number): string | null {
  const name = read.optional(input)
  if (name === null) return null
  const dotless = input !== 'namespace' || !name.includes('.')
  if (!NAME.test(name) || !dotless || name.length > longest) {
    read.problem(
      input,
      `found "${name.slice(0, 80)}"; wanted lower-case letters, digits and hyphens, at most ${longest}`,
    )
  }
  return name
}

function readNumbers(read: InputReader, mode: Mode): Pick<Config, 'revision' | 'replicas'> {
  if (mode === 'scale' && read.text('replicas') === '') {
    read.problem('replicas', 'is empty; wanted the number of pods for mode scale')
  }
  return {
    revision: read.optionalWholeNumber('revision', { min: 1, max: 1_000_000_000 }),
    replicas: read.optionalWholeNumber('replicas', { min: 0, max: MAX_REPLICAS }),
  }
}

function readWaiting(
  read: InputReader,
): Pick<
  Config,
  'wait' | 'timeoutSeconds' | 'early' | 'waitLoadBalancer' | 'onFailure' | 'smoke' | 'smokeTarget'
> {
  return {
    wait: read.flag('wait'),
    timeoutSeconds: read.wholeNumber('timeout-seconds', { min: 1, max: MAX_TIMEOUT_SECONDS }),
    early:
      read.take(parseEarlyOptions(read.text('fail-early'), 'input fail-early')) ??
      defaultEarlyOptions,
    waitLoadBalancer: read.flag('wait-load-balancer'),
    onFailure: read.oneOf('on-failure', ['keep', 'undo']),
    smoke: read.take(parseSmoke(read.text('smoke'), 'input smoke')) ?? [],
    smokeTarget:
      read.text('smoke-target') === ''
        ? null
        : read.take(parseSmokeTarget(read.text('smoke-target'), 'default', 'input smoke-target')),
  }
}
