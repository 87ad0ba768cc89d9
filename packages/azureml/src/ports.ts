// What this package may touch. A subset of the action's ports, by shape: nothing is imported from there.
import type { Clock, HttpDoor } from '@sluice/http'
import type { Sha256 } from '@sluice/rollout'

export interface AzurePorts {
  readonly http: HttpDoor
  readonly clock: Clock
  /** Runs a program with an argument list, never through a shell; used for `az` alone. */
  readonly exec: (
    file: string,
    args: readonly string[],
    signal: AbortSignal,
  ) => Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>
  /** The runner's OIDC token for an audience. */
  readonly idToken: (audience: string) => Promise<string>
  readonly sha256: Sha256
  readonly sha256Bytes: (bytes: Uint8Array) => string
  readonly files: AzureFiles
  readonly log: {
    info(line: string): void
    /** From now on the runner prints `***` instead. */
    mask(secret: string): void
  }
}

/** The user's files; only deploying reads them. */
export interface AzureFiles {
  readText(path: string): Promise<string>
  readBytes(path: string): Promise<Uint8Array>
  kind(path: string): Promise<'file' | 'folder' | 'absent'>
  /** Every file below a folder, relative, with `/`, sorted by code unit. */
  list(folder: string): Promise<readonly string[]>
}
