// The live timeline: what a person at the terminal sees, and what `--json` keeps.
import type { DriverEvent } from '../driver/timeline.ts'
import { codeIn } from './failure.ts'
import { plainText } from './plain-text.ts'

export interface TimelineEntry {
  /** Virtual time, ISO. */
  readonly at: string
  readonly text: string
}

export interface Screen {
  write(text: string): void
  /** Colours and marks only where they can be seen. */
  readonly colours: boolean
}

const PROGRESS = [
  // Steps that move traffic.
  /^(step \d+ of \d+: (?!bakes)|going back|restored|waiting:)/,
  /^Putting back what was there before/,
  // Steps that wait for Kubernetes objects: `Deployment shop/web: 1 of 2 pods ready, 15 s of 300 s`.
  /^[A-Z]\w+ \S+: .*\b\d+ s of \d+ s(;|$)/,
  /^[A-Z]\w+ \S+: ready after [\d.]+ s$/,
] as const

/** What the file keeps, and how the terminal shows it. */
interface Told {
  readonly text: string
  readonly line: string
  /** Before the line, such as an empty line. */
  readonly gap?: string
}

type Kind = DriverEvent['kind']
type Event<K extends Kind> = Extract<DriverEvent, { readonly kind: K }>
type Paint = (code: number, text: string) => string

const MARKS = { success: '\u2713', failure: '\u2717', cancelled: '\u25cb', skipped: '-' } as const
const COLOURS = { success: 32, failure: 31, cancelled: 33, skipped: 90 } as const
const LEVELS = { error: 31, warning: 33, notice: 36 } as const

const mark = (conclusion: keyof typeof MARKS, paint: Paint): string =>
  paint(COLOURS[conclusion], MARKS[conclusion])

/** One teller per kind of event; null: neither kept nor shown. */
const TELLERS: { readonly [K in Kind]: (event: Event<K>, paint: Paint) => Told | null } = {
  'run-started': ({ workflow, run }, paint) => ({
    text: `${workflow} started by ${run.event}, attempt ${run.attempt}`,
    line: `  ${paint(1, workflow)} (${run.event}, ${run.sha.slice(0, 7)}, attempt ${run.attempt})`,
    gap: '\n',
  }),
  'job-started': ({ job }) => ({ text: `job ${job}`, line: `    ${job}` }),
  'job-kept': ({ job, result }) => ({
    text: `job ${job}: kept, ${result}`,
    line: `    ${job}: kept from the attempt before`,
  }),
  'job-ended': ({ job, result }, paint) =>
    result === 'success'
      ? null
      : { text: `job ${job}: ${result}`, line: `    ${mark(result, paint)} ${job}: ${result}` },
  'step-started': () => null,
  'step-ended': ({ stage, step, conclusion }, paint) => {
    const where = stage === 'main' ? '' : ` (${stage} step)`
    if (where !== '' && conclusion === 'skipped') return null
    return {
      text: `${step}${where}: ${conclusion}`,
      line: `      ${mark(conclusion, paint)} ${step}${where}`,
    }
  },
  annotation: ({ annotation }, paint) => {
    const { level, message } = annotation
    const title = codeIn(annotation)
    const code = title === null ? '' : ` ${title}`
    return {
      text: `${level}${code}: ${message}`,
      line: `        ${paint(LEVELS[level], level)}${code}: ${message.replaceAll('\n', `\n${' '.repeat(18)}`)}`,
    }
  },
  'approval-wanted': ({ environment }) => ({
    text: `approval wanted: ${environment}`,
    line: `    waiting for a reviewer of ${environment}`,
  }),
  'approval-given': ({ environment }, paint) => ({
    text: `approved: ${environment}`,
    line: `    ${paint(32, 'approved')}`,
  }),
  'approval-refused': ({ environment }, paint) => ({
    text: `rejected: ${environment}`,
    line: `    ${paint(31, 'rejected')}`,
  }),
  'group-wanted': () => null,
  log: () => null,
  'run-ended': ({ conclusion }, paint) => ({
    text: `run ended: ${conclusion}`,
    line: `  ${mark(conclusion, paint)} ${conclusion}`,
  }),
}

function tell<K extends Kind>(event: Event<K> & { readonly kind: K }, paint: Paint): Told | null {
  return TELLERS[event.kind](event, paint)
}

export class Timeline {
  readonly entries: TimelineEntry[] = []
  readonly #screen: Screen
  readonly #verbose: boolean
  /** Names of jobs of this run with a step that failed. */
  readonly #failed = new Set<string>()
  /** A log line that the next event may say again, as an annotation. */
  #held: { readonly at: number; readonly line: string } | null = null

  constructor(screen: Screen, verbose: boolean) {
    this.#screen = screen
    this.#verbose = verbose
  }

  /** Something that a person does. */
  person(at: number, text: string): void {
    this.#add(at, { text, line: `\n${clock(at)}  ${this.#paint(36, '\u25b6')} ${text}` })
  }

  /** Something that must be done before the first event; shown, and not kept. */
  progress(text: string): void {
    this.#screen.write(`${this.#paint(90, text)}\n`)
  }

  /** What a step wrote to its summary, in Markdown. */
  summary(at: number, markdown: string): void {
    const text = plainText(markdown).trim()
    this.#keep(at, text)
    const lines = text.split('\n').map((line) => `${' '.repeat(16)}${line}`.trimEnd())
    this.#screen.write(`${lines.join('\n')}\n`)
  }

  readonly hear = (event: DriverEvent): void => {
    const { at } = event
    this.#release(event)
    if (event.kind === 'log') return this.#hearLog(at, event.line)
    if (event.kind === 'run-started') this.#failed.clear()
    if (event.kind === 'step-ended' && event.conclusion === 'failure') this.#failed.add(event.job)
    const told = tell(event, this.#paint)
    if (told === null) return
    this.#keep(at, told.text)
    if (this.#verbose || !this.#isNoise(event)) {
      this.#screen.write(`${told.gap ?? ''}${clock(at)}${told.line}\n`)
    }
  }

  /** A failed job has no outputs: that each of them is empty tells nobody anything. */
  #isNoise(event: DriverEvent): boolean {
    return (
      event.kind === 'annotation' &&
      this.#failed.has(event.job) &&
      /^Skip output '.*' since it is empty\.$/.test(event.annotation.message)
    )
  }

  /** Writes the line held back, unless this event is the annotation made of it. */
  #release(next: DriverEvent): void {
    const held = this.#held
    this.#held = null
    if (held === null) return
    const said =
      next.kind === 'annotation' &&
      held.line.startsWith(`##[${next.annotation.level}]${next.annotation.message}`)
    if (!said) this.#writeLog(held.at, held.line)
  }

  /** Without `--verbose` only what steps say of their progress. */
  #hearLog(at: number, line: string): void {
    if (!this.#verbose && !PROGRESS.some((pattern) => pattern.test(line))) return
    if (/^##\[(error|warning|notice)\]/.test(line)) this.#held = { at, line }
    else this.#writeLog(at, line)
  }

  #writeLog(at: number, line: string): void {
    this.#screen.write(`${clock(at)}        ${this.#paint(90, line)}\n`)
  }

  #add(at: number, { text, line }: Told): void {
    this.#keep(at, text)
    this.#screen.write(`${line}\n`)
  }

  #keep(at: number, text: string): void {
    this.entries.push({ at: new Date(at).toISOString(), text })
  }

  readonly #paint: Paint = (code, text) =>
    this.#screen.colours ? `\u001b[${code}m${text}\u001b[0m` : text
}

const clock = (at: number): string => new Date(at).toISOString().slice(11, 19)
