// What this package may touch, given by the action.
import type { Clock, OpenPool } from '@sluice/http'

export interface KubernetesLog {
  info(line: string): void
  notice(message: string): void
  warning(message: string): void
  mask(secret: string): void
}

/** Runs a program with an argument list, never through a shell. `code` 127: it is not installed. */
export type RunProgram = (
  file: string,
  args: readonly string[],
  signal: AbortSignal,
) => Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>

export interface KubernetesFiles {
  readText(path: string): Promise<string>
  kind(path: string): Promise<'file' | 'folder' | 'absent'>
  /** Every file below a folder, relative, with `/`, sorted by code unit. */
  list(folder: string): Promise<readonly string[]>
}

export interface KubernetesPorts {
  readonly log: KubernetesLog
  readonly clock: Clock
  /** From 0 to 1, for jitter. */
  readonly random: () => number
  readonly openPool: OpenPool
  readonly files: KubernetesFiles
  readonly exec: RunProgram
  readonly env: Readonly<Record<string, string | undefined>>
  /** Aborted when the run is cancelled. */
  readonly signal: AbortSignal
}
