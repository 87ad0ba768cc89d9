// What goes on a slot, pinned: every name has its version, every file its digest.
import { digestOf } from '@sluice/documents'
import type { Revision, Sha256 } from '@sluice/rollout'
import type { DeploymentDescription } from './deployment-file.ts'
import type { EndpointDescription } from './endpoint-file.ts'
import type { JsonObject } from './json.ts'
import type { PinnedModel } from './model.ts'
import type { CodeSnapshot } from './snapshot.ts'

/** `asset`: a registered one by id. `inline`: described in deployment.yml, registered by content. */
export type PinnedEnvironment =
  | { readonly kind: 'asset'; readonly id: string; readonly asset: string }
  | {
      readonly kind: 'inline'
      readonly image: string
      /** Text of the conda file; null: the image holds all. */
      readonly conda: string | null
      readonly condaSha256: string | null
      readonly inferenceConfig: JsonObject | null
    }

export interface AzureMlWorkload {
  readonly endpoint: EndpointDescription
  /** Create the endpoint when it is not there. */
  readonly createEndpoint: boolean
  readonly deployment: DeploymentDescription
  readonly model: PinnedModel | null
  readonly environment: PinnedEnvironment | null
  readonly code: CodeSnapshot | null
  /** Tags that say where it came from; they belong to no digest. */
  readonly provenance: Readonly<Record<string, string>>
}

/** What the revision digest covers. No subscription and no workspace: it holds in every environment. */
export function contentsOf(
  workload: Omit<AzureMlWorkload, 'endpoint' | 'createEndpoint' | 'provenance'>,
) {
  const { model, environment, code, deployment } = workload
  return {
    model: model?.label ?? null,
    modelDigest: null,
    environment: environment === null ? null : environmentContents(environment),
    codeSha256: code?.sha256 ?? null,
    scoringScript: deployment.code?.scoringScript ?? null,
  } satisfies JsonObject
}

/** How it runs: instance type and count, scale, probes, request settings, variables, tags. */
export const configOf = (deployment: DeploymentDescription): JsonObject => ({
  settings: deployment.settings,
  capacity: deployment.capacity,
  tags: deployment.tags,
})

export const revisionFor = (
  contents: JsonObject,
  deployment: DeploymentDescription,
  sha256: Sha256,
): Revision => ({
  revisionDigest: digestOf(contents, sha256),
  configDigest: digestOf(configOf(deployment), sha256),
})

function environmentContents(environment: PinnedEnvironment): JsonObject {
  if (environment.kind === 'asset') return { asset: environment.asset }
  const { image, condaSha256, inferenceConfig } = environment
  return { image, condaSha256, ...(inferenceConfig !== null && { inferenceConfig }) }
}
