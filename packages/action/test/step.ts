// Starts the fixture action as the runner starts a step: a process, variables, files.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface StepOptions {
  readonly inputs?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
  /** Signals to send once the step has printed `waiting`. */
  readonly signals?: readonly NodeJS.Signals[]
  /** False: no variables of a runner. */
  readonly onRunner?: boolean
  readonly workspace?: string
  /** Started by the bundle's post entry. */
  readonly post?: boolean
  /** Waits of the clock pass at once; deadlines stay. */
  readonly quickWaits?: boolean
}

export interface StepEnd {
  readonly exitCode: number | null
  readonly log: string
  readonly outputs: Readonly<Record<string, string>>
  readonly state: Readonly<Record<string, string>>
  readonly summary: string
  /** Milliseconds from the first signal to the end. */
  readonly stoppedAfter: number
}

const quick = new URL('fixtures/quick-waits.ts', import.meta.url).href
const fixture = fileURLToPath(new URL('fixtures/probe-action.ts', import.meta.url))

const DEFAULTS = { what: 'succeed', times: '1', 'dry-run': 'false', labels: '' }

export async function runStep(options: StepOptions = {}): Promise<StepEnd> {
  const { inputs = {}, env = {}, signals = [], onRunner = true } = options
  const folder = mkdtempSync(join(tmpdir(), 'step-'))
  const file = (name: string): string => {
    writeFileSync(join(folder, name), '')
    return join(folder, name)
  }
  const files = {
    GITHUB_OUTPUT: file('output'),
    GITHUB_STATE: file('state'),
    GITHUB_STEP_SUMMARY: file('summary'),
  }
  const given = Object.entries({ ...DEFAULTS, ...inputs }).map(([name, value]) => [
    `INPUT_${name.toUpperCase()}`,
    value,
  ])
  const workspace = options.workspace ?? folder
  const flags = ['--conditions=source', ...(options.quickWaits === true ? ['--import', quick] : [])]
  const child = spawn(
    process.execPath,
    [...flags, fixture, ...(options.post === true ? ['--post'] : [])],
    {
      cwd: workspace,
      env: {
        PATH: process.env['PATH'],
        ...(onRunner && {
          ...files,
          GITHUB_ACTIONS: 'true',
          GITHUB_WORKSPACE: workspace,
          RUNNER_TEMP: folder,
        }),
        ...Object.fromEntries(given),
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let log = ''
  let signalled = 0
  const onData = (chunk: Buffer): void => {
    log += chunk.toString()
    if (signalled > 0 || !log.includes('waiting\n')) return
    for (const signal of signals) {
      signalled = performance.now()
      child.kill(signal)
    }
  }
  child.stdout.on('data', onData)
  child.stderr.on('data', onData)
  const exitCode = await new Promise<number | null>((resolve) => child.on('close', resolve))
  return {
    exitCode,
    log,
    outputs: readPairs(files.GITHUB_OUTPUT),
    state: readPairs(files.GITHUB_STATE),
    summary: readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8'),
    stoppedAfter: performance.now() - signalled,
  }
}

/** `key<<DELIMITER`, lines, `DELIMITER`: how the runner reads its files. */
function readPairs(file: string): Readonly<Record<string, string>> {
  const text = readFileSync(file, 'utf8')
  const pairs = [...text.matchAll(/^(.+?)<<(.+)\n([\s\S]*?)\n\2\n/gm)]
  return Object.fromEntries(pairs.map(([, key, , value]) => [key, value]))
}

/** Lines of the log that the runner would take as this command. */
export const commands = (log: string, name: string): readonly string[] =>
  log.split('\n').filter((line) => line.trimStart().startsWith(`::${name}`))
