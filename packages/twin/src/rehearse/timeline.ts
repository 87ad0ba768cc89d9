// The live timeline: what a person at the terminal sees, and what `--json` keeps.
import type { DriverEvent } from '../driver/timeline.ts'

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
  annotation: ({ annotation: { level, message } }, paint) => ({
    text: `${level}: ${message}`,
    line: `        ${paint(LEVELS[level], level)}: ${message.replaceAll('\n', `\n${' '.repeat(18)}`)}`,
  }),
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

  constructor(screen: Screen, verbose: boolean) {
    this.#screen = screen
    this.#verbose = verbose
  }

  /** Something that a person does. */
  person(at: number, text: string): void {
    this.#add(at, { text, line: `\n${this.#paint(36, '\u25b6')} ${text}` })
  }

  readonly hear = (event: DriverEvent): void => {
    const { at } = event
    if (event.kind === 'log') return this.#hearLog(at, event.line)
    const told = tell(event, this.#paint)
    if (told !== null) {
      this.#add(at, { text: told.text, line: `${told.gap ?? ''}${clock(at)}${told.line}` })
    }
  }

  /** Without `--verbose` only what traffic-moving steps say of their progress. */
  #hearLog(at: number, line: string): void {
    const progress = /^(step \d+ of \d+: (?!bakes)|going back|restored|waiting:)/
    if (!this.#verbose && !progress.test(line)) return
    this.#screen.write(`${clock(at)}        ${this.#paint(90, line)}\n`)
  }

  #add(at: number, { text, line }: Told): void {
    this.entries.push({ at: new Date(at).toISOString(), text })
    this.#screen.write(`${line}\n`)
  }

  readonly #paint: Paint = (code, text) =>
    this.#screen.colours ? `\u001b[${code}m${text}\u001b[0m` : text
}

const clock = (at: number): string => new Date(at).toISOString().slice(11, 19)
