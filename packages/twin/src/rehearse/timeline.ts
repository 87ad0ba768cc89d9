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

const MARKS = {
  success: '\u2713',
  failure: '\u2717',
  cancelled: '\u25cb',
  skipped: '-',
} as const

const PAINT = { success: 32, failure: 31, cancelled: 33, skipped: 90 } as const

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
    this.#add(at, text, `\n${this.#paint(36, '\u25b6')} ${text}`)
  }

  readonly hear = (event: DriverEvent): void => {
    const { at } = event
    switch (event.kind) {
      case 'run-started':
        this.#add(
          at,
          `${event.workflow} started by ${event.run.event}, attempt ${event.run.attempt}`,
          `\n${clock(at)}  ${this.#paint(1, event.workflow)} (${event.run.event}, ${event.run.sha.slice(0, 7)}, attempt ${event.run.attempt})`,
        )
        break
      case 'job-started':
        this.#add(at, `job ${event.job}`, `${clock(at)}    ${event.job}`)
        break
      case 'step-ended':
        if (event.stage === 'main' || event.conclusion !== 'skipped') {
          const stage = event.stage === 'main' ? '' : ` (${event.stage} step)`
          this.#add(
            at,
            `${event.step}${stage}: ${event.conclusion}`,
            `${clock(at)}      ${this.#mark(event.conclusion)} ${event.step}${stage}`,
          )
        }
        break
      case 'annotation':
        this.#add(
          at,
          `${event.annotation.level}: ${event.annotation.message}`,
          `${clock(at)}        ${this.#paint(event.annotation.level === 'error' ? 31 : 33, event.annotation.level)}: ${event.annotation.message.replaceAll('\n', `\n${' '.repeat(18)}`)}`,
        )
        break
      case 'log':
        if (this.#verbose || /^(step \d|going back|restored|waiting:)/.test(event.line)) {
          this.#screen.write(`${clock(at)}        ${this.#paint(90, event.line)}\n`)
        }
        break
      case 'approval-wanted':
        this.#add(
          at,
          `approval wanted: ${event.environment}`,
          `${clock(at)}    waiting for a reviewer of ${event.environment}`,
        )
        break
      case 'approval-given':
      case 'approval-refused':
        this.#add(
          at,
          `${event.kind === 'approval-given' ? 'approved' : 'rejected'}: ${event.environment}`,
          `${clock(at)}    ${event.kind === 'approval-given' ? this.#paint(32, 'approved') : this.#paint(31, 'rejected')}`,
        )
        break
      case 'job-ended':
        if (event.result !== 'success')
          this.#add(
            at,
            `job ${event.job}: ${event.result}`,
            `${clock(at)}    ${this.#mark(event.result)} ${event.job}: ${event.result}`,
          )
        break
      case 'job-kept':
        this.#add(
          at,
          `job ${event.job}: kept, ${event.result}`,
          `${clock(at)}    ${event.job}: kept from the attempt before`,
        )
        break
      case 'run-ended':
        this.#add(
          at,
          `run ended: ${event.conclusion}`,
          `${clock(at)}  ${this.#mark(event.conclusion)} ${event.conclusion}`,
        )
        break
      case 'group-wanted':
      case 'step-started':
        break
      default:
        event satisfies never
    }
  }

  #add(at: number, text: string, line: string): void {
    this.entries.push({ at: new Date(at).toISOString(), text })
    this.#screen.write(`${line}\n`)
  }

  #mark(conclusion: keyof typeof MARKS): string {
    return this.#paint(PAINT[conclusion], MARKS[conclusion])
  }

  #paint(code: number, text: string): string {
    return this.#screen.colours ? `\u001b[${code}m${text}\u001b[0m` : text
  }
}

const clock = (at: number): string => new Date(at).toISOString().slice(11, 19)
