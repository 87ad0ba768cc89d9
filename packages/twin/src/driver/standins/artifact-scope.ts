// Which attempts' artifacts a run sees.
import type { RunRequest } from '../request.ts'
import type { ArtifactScope } from './artifact-store.ts'

/** A partial re-run goes back to the oldest attempt whose results still count. */
export function artifactScope(request: RunRequest): ArtifactScope {
  const { run, rerunFailedOf } = request
  const sinceAttempt = rerunFailedOf?.artifactsSince ?? run.attempt
  return { runId: run.id, attempt: run.attempt, sinceAttempt }
}
