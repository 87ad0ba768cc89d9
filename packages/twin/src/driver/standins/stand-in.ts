// The three actions that everybody uses and that need services which the twin does not have:
// they run inside the driver. Everything else runs for real.
import type { KnownInput } from '../runner/action-inputs.ts'
import type { ProcessHost } from '../runner/process.ts'
import type { RunningStep } from '../runner/step.ts'
import { checkout } from './checkout.ts'
import { downloadArtifact } from './download-artifact.ts'
import { uploadArtifact } from './upload-artifact.ts'

export interface StandInCall {
  readonly host: ProcessHost
  readonly step: RunningStep
  readonly inputs: Readonly<Record<string, string>>
  readonly stage: 'pre' | 'main' | 'post'
}

export interface StandIn {
  readonly inputs: readonly KnownInput[]
  /** Condition of the post stage; null: there is none. */
  readonly postIf: string | null
  /** Throws Error: the step fails with its message. */
  readonly run: (call: StandInCall) => Promise<'success' | 'failure'>
}

const table: Readonly<Record<string, StandIn>> = {
  'actions/checkout': checkout,
  'actions/upload-artifact': uploadArtifact,
  'actions/download-artifact': downloadArtifact,
}

/** Only at a full commit id, as a careful workflow pins them. */
export function standInFor(repository: string, path: string, ref: string): StandIn | null {
  if (path !== '' || !/^[0-9a-f]{40}$/.test(ref)) return null
  return table[repository] ?? null
}
