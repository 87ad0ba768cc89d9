// What a step says on stdout and stderr: log lines and workflow commands.
import type { Annotation } from '../result.ts'
import type { Setting } from './command-file.ts'
import type { JobState } from './job-state.ts'
import { isRegistered, parseCommand, type WorkflowCommand } from './workflow-command.ts'

export class StepChannel {
  readonly annotations: Annotation[] = []
  readonly outputs: Setting[] = []
  readonly state: Setting[] = []
  /** A command that the runner refuses fails the step. */
  failed = false
  readonly #job: JobState
  readonly #step: string
  #stopToken: string | null = null

  constructor(job: JobState, step: string) {
    this.#job = job
    this.#step = step
  }

  line(text: string): void {
    if (this.#stopToken !== null) {
      if (text.trim() === `::${this.#stopToken}::`) this.#stopToken = null
      this.#job.write(text, this.#step)
      return
    }
    const command = parseCommand(text)
    if (command === null) this.#job.write(text, this.#step)
    else this.#obey(command, text)
  }

  annotate(level: Annotation['level'], message: string): void {
    this.#job.write(`##[${level}]${message}`, this.#step)
    this.#job.annotate({ level, message }, this.annotations)
  }

  #obey(command: WorkflowCommand, text: string): void {
    const { name, data, properties } = command
    switch (name) {
      case 'notice':
      case 'warning':
      case 'error':
        this.#annotated(name, command)
        return
      case 'add-mask':
        this.#mask(data)
        return
      case 'stop-commands':
        this.#stop(data, text)
        return
      case 'set-output':
      case 'save-state':
        this.#set(name === 'set-output' ? this.outputs : this.state, properties['name'] ?? '', data)
        return
      case 'set-env':
      case 'add-path':
        this.failed = true
        this.annotate(
          'error',
          `The \`${name}\` command is disabled. Please upgrade to using Environment Files.`,
        )
        return
      case 'group':
      case 'endgroup':
        this.#job.write(`##[${name}]${data}`, this.#step)
        return
      default:
        // debug, echo and matchers change nothing that is kept here.
        return
    }
  }

  #annotated(level: Annotation['level'], command: WorkflowCommand): void {
    const { title, file, line } = command.properties
    this.#job.write(`##[${level}]${command.data}`, this.#step)
    const annotation = {
      level,
      message: command.data,
      ...(title !== undefined && { title }),
      ...(file !== undefined && { file }),
      ...(line !== undefined && Number.isFinite(Number(line)) && { line: Number(line) }),
    }
    this.#job.annotate(annotation, this.annotations)
  }

  #mask(value: string): void {
    if (value.trim() === '')
      this.annotate('warning', "Can't add secret mask for empty string in ##[add-mask] command.")
    else this.#job.masker.add(value)
  }

  #stop(token: string, text: string): void {
    if (token === '' || isRegistered(token)) {
      this.failed = true
      this.annotate('error', `Invalid stop token '${token}'`)
      return
    }
    if (token.length > 6) this.#job.masker.add(token)
    this.#job.write(text, this.#step)
    this.#stopToken = token
  }

  #set(list: Setting[], name: string, value: string): void {
    if (name !== '') list.push({ name, value })
  }
}
