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
    if (event.kind === 'log') return this.#hearLog(at, event.line)
    const told = this.#tell(event)
    if (told !== null) this.#add(at, told.text, `${told.gap ?? ''}${clock(at)}${told.line}`)
  }

  /** What the file keeps, and how the terminal shows it; null: neither. */
  #tell(
    event: DriverEvent,
  ): { readonly text: string; readonly line: string; readonly gap?: string } | null {
    switch (event.kind) {
      case 'run-started': {
        const { workflow, run } = event
        return {
          text: `${workflow} started by ${run.event}, attempt ${run.attempt}`,
          line: `  ${this.#paint(1, workflow)} (${run.event}, ${run.sha.slice(0, 7)}, attempt ${run.attempt})`,
          gap: '\n',
        }
      }
      case 'job-started':
        return { text: `job ${event.job}`, line: `    ${event.job}` }
      case 'job-kept':
        return {
          text: `job ${event.job}: kept, ${event.result}`,
          line: `    ${event.job}: kept from the attempt before`,
        }
      case 'approval-wanted':
        return {
          text: `approval wanted: ${event.environment}`,
          line: `    waiting for a reviewer of ${event.environment}`,
        }
      case 'approval-given':
        return {
          text: `approved: ${event.environment}`,
          line: `    ${this.#paint(32, 'approved')}`,
        }
      case 'approval-refused':
        return {
          text: `rejected: ${event.environment}`,
          line: `    ${this.#paint(31, 'rejected')}`,
        }
      default:
        return this.#tellEnd(event)
    }
  }

  #tellEnd(event: DriverEvent): { readonly text: string; readonly line: string } | null {
    switch (event.kind) {
      case 'step-ended': {
        const stage = event.stage === 'main' ? '' : ` (${event.stage} step)`
        if (stage !== '' && event.conclusion === 'skipped') return null
        return {
          text: `${event.step}${stage}: ${event.conclusion}`,
          line: `      ${this.#mark(event.conclusion)} ${event.step}${stage}`,
        }
      }
      case 'annotation': {
        const { level, message } = event.annotation
        const indented = message.replaceAll('\n', `\n${' '.repeat(18)}`)
        const colour = { error: 31, warning: 33, notice: 36 }[level]
        return {
          text: `${level}: ${message}`,
          line: `        ${this.#paint(colour, level)}: ${indented}`,
        }
      }
      case 'job-ended':
        return event.result === 'success'
          ? null
          : {
              text: `job ${event.job}: ${event.result}`,
              line: `    ${this.#mark(event.result)} ${event.job}: ${event.result}`,
            }
      case 'run-ended':
        return {
          text: `run ended: ${event.conclusion}`,
          line: `  ${this.#mark(event.conclusion)} ${event.conclusion}`,
        }
      default:
        return null
    }
  }

  /** Without `--verbose` only what traffic-moving steps say of their progress. */
  #hearLog(at: number, line: string): void {
    const progress = /^(step \d+ of \d+: (?!bakes)|going back|restored|waiting:)/
    if (!this.#verbose && !progress.test(line)) return
    this.#screen.write(`${clock(at)}        ${this.#paint(90, line)}\n`)
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
