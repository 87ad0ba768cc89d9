// What an action may touch, as one value. `action` makes the real one; tests give their own.
import type { Clock, HttpDoor, OpenPool } from '@sluice/http'
import type { Sha256 } from '@sluice/rollout'

export interface Log {
  info(line: string): void
  debug(line: string): void
  /** Annotations: one per thing that a person should see. */
  notice(message: string): void
  warning(message: string): void
  /** From now on the runner prints `***` instead. Call it before anything can print the value. */
  mask(secret: string): void
  /** The text with `***` for what was masked, for whatever is not printed: files, outputs. */
  hide(text: string): string
}

export interface Files {
  readText(path: string): Promise<string>
  readBytes(path: string): Promise<Uint8Array>
  writeText(path: string, text: string): Promise<void>
  kind(path: string): Promise<'file' | 'folder' | 'absent'>
  /** Every file below a folder, relative, with `/`, sorted by code unit. Does not follow links out. */
  list(folder: string): Promise<readonly string[]>
}

export interface ExecResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program with an argument list, never through a shell. `code` 127: it is not installed. */
export type Exec = (
  file: string,
  args: readonly string[],
  signal: AbortSignal,
) => Promise<ExecResult>

/** The run, as the runner tells it; empty texts outside of one. */
export interface RunFacts {
  /** owner/name */
  readonly repository: string
  readonly sha: string
  readonly ref: string
  readonly eventName: string
  readonly runId: string
  readonly runAttempt: string
  readonly job: string
  readonly workspace: string
  /** Folder for documents that travel between steps: `$RUNNER_TEMP/sluice`. */
  readonly documents: string
  readonly serverUrl: string
  readonly apiUrl: string
  /** Page of this run. */
  readonly runUrl: string
}

/** `request('GET /repos/{owner}/{repo}/pulls', params)`; retries live in the door behind it. */
export type GitHubRequest = (
  route: string,
  params: Readonly<Record<string, unknown>>,
  options: { readonly signal: AbortSignal },
) => Promise<{
  readonly status: number
  readonly data: unknown
  readonly headers: Readonly<Record<string, string>>
}>

export interface Ports {
  readonly log: Log
  readonly clock: Clock
  readonly http: HttpDoor
  /** From 0 to 1, for jitter. */
  readonly random: () => number
  /** Connections to one server with its own trust; honours the runner's proxies. */
  readonly openPool: OpenPool
  readonly files: Files
  readonly exec: Exec
  readonly sha256: Sha256
  readonly sha256Bytes: (bytes: Uint8Array) => string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly run: RunFacts
  /** The runner's OIDC token for an audience; throws ACTION_NO_OIDC where the job has no id-token right. */
  readonly idToken: (audience: string) => Promise<string>
  readonly github: (token: string) => GitHubRequest
  /** Survives to the post step, and a kill. */
  readonly saveState: (name: string, value: string) => void
  /** Aborted by SIGINT or SIGTERM. */
  readonly signal: AbortSignal
}
