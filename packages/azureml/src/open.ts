// The one entry for every Azure action. Types and an `import()`: nothing heavy loads before it is called.
import type { Platform, Target } from '@sluice/rollout'
import type { PinOrder, Pinned } from './pin.ts'
import type { AzurePorts } from './ports.ts'
import type { AzureSettings } from './settings.ts'
import type { AzureMlWorkload } from './workload.ts'

export interface OpenParts {
  /** A whole target document will do. */
  readonly target: Pick<Target, 'place' | 'endpoint'>
  readonly settings: AzureSettings
  /** An action's ports will do. */
  readonly ports: AzurePorts
  /** The most that one write is waited for; 3600 unless told. */
  readonly waitSeconds?: number
}

export interface AzureWorkspace {
  readonly platform: Platform<AzureMlWorkload>
  /** Reads files and the workspace's assets, and pins what a slot is to hold. */
  pin(order: PinOrder, signal: AbortSignal): Promise<Pinned>
  /** What `deploy` would write now, one line per write; reads only. */
  pendingWrites(
    order: { readonly slot: string; readonly workload: AzureMlWorkload },
    signal: AbortSignal,
  ): Promise<readonly string[]>
}

/** The platform of one endpoint. Throws AZUREML_TARGET_INVALID for a target that cannot be one. */
export const openAzureMl = async (parts: OpenParts): Promise<Platform<AzureMlWorkload>> =>
  (await openAzureWorkspace(parts)).platform

/** The same, with what endpoint-deploy needs besides. */
export async function openAzureWorkspace(parts: OpenParts): Promise<AzureWorkspace> {
  const { connect } = await import('./connect.ts')
  return connect(parts)
}
