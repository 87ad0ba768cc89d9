// Everything a run needs from outside.
import type { GitHubService, RepositoryEvent, Run } from '../github/service.ts'
import type { IdentityService } from '../identity/service.ts'
import type { VirtualTime } from '../kernel/time.ts'
import type { ConcurrencyGroups } from './concurrency.ts'
import type { RunControl } from './control.ts'
import type { Grant } from './reading/permission.ts'
import type { RunResult } from './result.ts'
import type { ArtifactStore } from './standins/artifact-store.ts'
import type { DriverEvent } from './timeline.ts'

export interface DriverServices {
  readonly github: GitHubService
  readonly identity: IdentityService
  readonly time: Pick<VirtualTime, 'now' | 'advanceTo'>
  readonly artifacts: ArtifactStore
  /** One table for all runs of the repository. */
  readonly groups: ConcurrencyGroups
}

export interface Machine {
  /** Scratch folder, absolute: workspaces, HOME, PATH. Kept after the run. */
  readonly folder: string
  /** The machine's own variables: AZURE_AUTHORITY, NODE_EXTRA_CA_CERTS, ... */
  readonly environment: Readonly<Record<string, string>>
  /** `owner/name` to a checkout; any ref of it gives these files. */
  readonly repositories: Readonly<Record<string, string>>
  readonly urls: {
    readonly server: string
    readonly api: string
    readonly graphql: string
    /** ACTIONS_ID_TOKEN_REQUEST_URL: with a query, because actions append `&audience=`. */
    readonly idToken: string
  }
}

export interface ReviewWanted {
  readonly run: Run
  readonly job: string
  readonly environment: string
}

export interface RunRequest {
  /** From `startRun` or `rerun`; `run.workflow` is the file that the event started. */
  readonly run: Run
  readonly event: RepositoryEvent
  readonly services: DriverServices
  readonly machine: Machine
  /** Comes back once the review is no longer pending; throws when nobody can be asked. */
  readonly awaitReview: (wanted: ReviewWanted) => Promise<void>
  /** "Re-run failed jobs": the attempt before. Without it every job runs. */
  readonly rerunFailedOf?: RunResult
  /** The artifact service's refusal of an upload, by name. */
  readonly refuseUpload?: (artifact: string) => string | null
  readonly onEvent?: (event: DriverEvent) => void
  /** A process of a step has started: `what` is `job: step`. */
  readonly onChild?: (pid: number, what: string) => void
  readonly control?: RunControl
  /** What tokens may do when a workflow does not say; GitHub's restricted default if absent. */
  readonly defaultPermissions?: Grant
}

export const restrictedDefault: Grant = { contents: 'read', packages: 'read' }
