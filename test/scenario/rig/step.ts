// One built action as a runner starts it: the bundle that its action.yml names, inputs with their
// defaults, command files, the preload. And everything that it told.
import { spawn, type ChildProcess } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseCommand, parseCommandFile, preloadPath } from '@sluice/twin'
import { parse } from 'yaml'

export const PROJECT = fileURLToPath(new URL('../../..', import.meta.url))

export const ACTIONS = [
  'endpoint-deploy',
  'endpoint-test',
  'traffic-swap',
  'open-promotion-pr',
  'commit-status',
] as const
export type ActionName = (typeof ACTIONS)[number] | 'approval-gate' | 'k8s-apply'
export type Texts = Readonly<Record<string, string>>

export interface StepOrder {
  readonly action: ActionName
  readonly stage: 'main' | 'post'
  readonly inputs: Texts
  /** Values of `${{ github.* }}` in the defaults of action.yml. */
  readonly github: Texts
  readonly state: Texts
  /** The machine's and the job's variables. */
  readonly env: Texts
  readonly workspace: string
  /** Command files of this step, in an own folder. */
  readonly folder: string
  /** Milliseconds since 1970, virtual; null: no preload, so waits and clock are real. */
  readonly now: number | null
  readonly onChild?: ((child: ChildProcess) => void) | undefined
  readonly onLine?: ((line: string, child: ChildProcess) => void) | undefined
}

export interface Annotation {
  readonly level: string
  readonly title: string
  readonly message: string
}

export interface StepEnd {
  readonly action: ActionName
  readonly stage: 'main' | 'post'
  readonly exitCode: number | null
  /** Real seconds from start to end. */
  readonly seconds: number
  /** Virtual milliseconds at the end. */
  readonly now: number
  /** stdout and stderr, commands that mask left out: those hold the secret by their nature. */
  readonly lines: readonly string[]
  readonly masked: readonly string[]
  readonly annotations: readonly Annotation[]
  readonly outputs: Texts
  readonly summary: string
  /** Lines of the summary that begin with `## `, as they read: without the escapes. */
  readonly headings: readonly string[]
  readonly state: Texts
}

const PATIENCE_MS = 60_000

/** Rejects when the process does not end within a minute. */
export async function runStep(order: StepOrder): Promise<StepEnd> {
  const { inputs: known, bundle } = readAction(order.action, order.stage)
  const files = makeFiles(order.folder)
  const clockFile = join(order.folder, 'clock')
  const began = performance.now()
  const child = spawn(process.execPath, [bundle], {
    cwd: order.workspace,
    env: {
      ...order.env,
      ...inputVariables(order, known),
      ...prefixed('STATE_', order.state),
      ...files,
      ...(order.now !== null && {
        NODE_OPTIONS: `--import=${pathToFileURL(preloadPath).href}`,
        TWIN_NOW: String(order.now),
        TWIN_CLOCK_FILE: clockFile,
      }),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  order.onChild?.(child)
  const lines: string[] = []
  const hear = (line: string): void => {
    lines.push(line)
    order.onLine?.(line, child)
  }
  const exitCode = await endOf(child, hear)
  const commands = lines.map((line) => parseCommand(line))
  const summary = readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8')
  return {
    action: order.action,
    stage: order.stage,
    exitCode,
    seconds: (performance.now() - began) / 1000,
    now: Math.max(order.now ?? 0, ...readClock(clockFile)),
    lines: lines.filter((_, i) => commands[i]?.name !== 'add-mask'),
    masked: commands.flatMap((one) => (one?.name === 'add-mask' ? [one.data] : [])),
    annotations: commands.flatMap((one) =>
      one !== null && ['error', 'warning', 'notice'].includes(one.name)
        ? [{ level: one.name, title: one.properties['title'] ?? '', message: one.data }]
        : [],
    ),
    outputs: settingsIn(files.GITHUB_OUTPUT),
    summary,
    headings: summary
      .split('\n')
      .filter((line) => line.startsWith('## '))
      .map((line) => line.replace(/\\(?=[^\w\s])/g, '')),
    state: settingsIn(files.GITHUB_STATE),
  }
}

/** The one error annotation: title and message. '' when there is none. */
export const failureOf = (step: StepEnd): string =>
  errorsOf(step)
    .map(({ title, message }) => `${title}\n${message}`)
    .join('\n')

export const errorsOf = (step: StepEnd): readonly Annotation[] =>
  step.annotations.filter(({ level }) => level === 'error')

interface ActionFile {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>
  readonly runs: Texts
}

function readAction(action: ActionName, stage: 'main' | 'post') {
  const folder = join(PROJECT, 'actions', action)
  const file = parse(readFileSync(join(folder, 'action.yml'), 'utf8')) as ActionFile
  const script = file.runs[stage]
  if (script === undefined) throw new Error(`${action} has no ${stage}`)
  return { inputs: file.inputs, bundle: resolve(folder, script) }
}

function inputVariables(order: StepOrder, known: ActionFile['inputs']): Texts {
  const unknown = Object.keys(order.inputs).filter((name) => !Object.hasOwn(known, name))
  if (unknown.length > 0) throw new Error(`${order.action} has no input ${unknown.join(', ')}`)
  const defaultOf = (text: string): string =>
    text.replace(/\$\{\{ github\.(\w+) \}\}/g, (_, name: string) => order.github[name] ?? '')
  return Object.fromEntries(
    Object.entries(known).map(([name, input]) => [
      `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
      order.inputs[name] ?? defaultOf(String(input.default ?? '')),
    ]),
  )
}

const prefixed = (prefix: string, texts: Texts): Texts =>
  Object.fromEntries(Object.entries(texts).map(([name, value]) => [`${prefix}${name}`, value]))

function makeFiles(folder: string) {
  const files = {
    GITHUB_OUTPUT: join(folder, 'output'),
    GITHUB_STATE: join(folder, 'state'),
    GITHUB_ENV: join(folder, 'env'),
    GITHUB_PATH: join(folder, 'path'),
    GITHUB_STEP_SUMMARY: join(folder, 'summary.md'),
  }
  for (const file of [...Object.values(files), join(folder, 'clock')]) writeFileSync(file, '')
  return files
}

const settingsIn = (file: string): Texts =>
  Object.fromEntries(
    parseCommandFile(readFileSync(file, 'utf8')).map(({ name, value }) => [name, value]),
  )

const readClock = (file: string): readonly number[] =>
  readFileSync(file, 'utf8').split('\n').slice(0, -1).map(Number)

function endOf(child: ChildProcess, hear: (line: string) => void): Promise<number | null> {
  readLines(child.stdout, hear)
  readLines(child.stderr, hear)
  return new Promise((done, fail) => {
    const late = setTimeout(() => {
      child.kill('SIGKILL')
      fail(new Error(`the action did not end within ${PATIENCE_MS / 1000} s`))
    }, PATIENCE_MS)
    child.once('error', fail)
    child.once('close', (exitCode) => {
      clearTimeout(late)
      done(exitCode)
    })
  })
}

function readLines(stream: NodeJS.ReadableStream | null, hear: (line: string) => void): void {
  let kept = ''
  stream?.setEncoding('utf8')
  stream?.on('data', (chunk: string) => {
    const lines = `${kept}${chunk}`.split('\n')
    kept = lines.pop() ?? ''
    lines.forEach(hear)
  })
  stream?.on('end', () => {
    if (kept !== '') hear(kept)
  })
}
