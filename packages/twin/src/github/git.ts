// Runs git on one bare repository: argument lists only, nothing of the machine's configuration.
import { execFile } from 'node:child_process'

export interface GitAnswer {
  readonly code: number
  readonly stdout: Buffer
  readonly stderr: string
}

/** Who wrote a commit and when; `date` is ISO 8601. */
export interface Signature {
  readonly name: string
  readonly email: string
  readonly date: string
}

export interface GitOptions {
  readonly input?: string | Uint8Array
  readonly environment?: Readonly<Record<string, string>>
}

export class GitFailure extends Error {
  readonly answer: GitAnswer

  constructor(command: string, answer: GitAnswer) {
    super(`git ${command} ended with ${answer.code}: ${answer.stderr.trim()}`)
    this.name = 'GitFailure'
    this.answer = answer
  }
}

const LARGEST_ANSWER = 256 * 1024 * 1024

/** Nothing of the person's git configuration reaches the twin: same commits on every machine. */
const environment = {
  PATH: process.env['PATH'] ?? '',
  HOME: '',
  XDG_CONFIG_HOME: '',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_ATTR_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  LC_ALL: 'C',
} as const

export class Git {
  readonly directory: string

  constructor(directory: string) {
    this.directory = directory
  }

  /** The exit code is part of the answer; only a git that cannot be started is an error. */
  run(args: readonly string[], options: GitOptions = {}): Promise<GitAnswer> {
    return new Promise((resolve, reject) => {
      const child = execFile(
        'git',
        [`--git-dir=${this.directory}`, '-c', 'gc.auto=0', ...args],
        {
          encoding: 'buffer',
          maxBuffer: LARGEST_ANSWER,
          env: { ...environment, ...options.environment },
        },
        (error, stdout, stderr) => {
          const code = error === null ? 0 : error.code
          if (typeof code !== 'number') reject(error ?? new Error('git ended without a code'))
          else resolve({ code, stdout, stderr: stderr.toString('utf8') })
        },
      )
      // git may end before it has read everything; its exit code tells the story, not EPIPE.
      child.stdin?.on('error', () => undefined)
      child.stdin?.end(options.input ?? '')
    })
  }

  /** Standard output as bytes; any other exit code than 0 is a `GitFailure`. */
  async bytes(args: readonly string[], options: GitOptions = {}): Promise<Buffer> {
    const answer = await this.run(args, options)
    if (answer.code !== 0) throw new GitFailure(args[0] ?? '', answer)
    return answer.stdout
  }

  /** Standard output as text without the last line feed. */
  async text(args: readonly string[], options: GitOptions = {}): Promise<string> {
    return (await this.bytes(args, options)).toString('utf8').replace(/\n$/, '')
  }

  /** Fields of a `-z` listing. */
  async fields(args: readonly string[], options: GitOptions = {}): Promise<readonly string[]> {
    const text = (await this.bytes(args, options)).toString('utf8')
    return text === '' ? [] : text.replace(/\0$/, '').split('\0')
  }
}

export const signatureEnvironment = (
  author: Signature,
  committer: Signature,
): Readonly<Record<string, string>> => ({
  GIT_AUTHOR_NAME: author.name,
  GIT_AUTHOR_EMAIL: author.email,
  GIT_AUTHOR_DATE: gitDate(author.date),
  GIT_COMMITTER_NAME: committer.name,
  GIT_COMMITTER_EMAIL: committer.email,
  GIT_COMMITTER_DATE: gitDate(committer.date),
})

/** git's own raw form, so that no date parser has an opinion. */
const gitDate = (iso: string): string => `@${Math.floor(Date.parse(iso) / 1000)} +0000`
