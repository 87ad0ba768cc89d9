// An environment described in place, as an asset of the workspace whose version is its content.
import { canonicalJson } from '@sluice/documents'
import type { Sha256 } from '@sluice/rollout'
import { workspacePath, type Arm } from './arm.ts'
import { refusalError } from './refusal.ts'
import type { PinnedEnvironment } from './workload.ts'

const ENVIRONMENT_NAME = 'sluice-environment'

type Inline = Extract<PinnedEnvironment, { kind: 'inline' }>

/** Path of the asset that holds this description: the version is the content. */
export function environmentPath(environment: Inline, sha256: Sha256): string {
  const { image, condaSha256, inferenceConfig } = environment
  const version = sha256(canonicalJson([image, condaSha256, inferenceConfig])).slice(0, 32)
  return `/environments/${ENVIRONMENT_NAME}/versions/${version}`
}

/** Resolves with the id for `environmentId`, after a registration when it is a new one. */
export async function ensureEnvironment(
  parts: { readonly arm: Arm; readonly sha256: Sha256 },
  environment: PinnedEnvironment,
  signal: AbortSignal,
): Promise<string> {
  if (environment.kind === 'asset') return environment.id
  const { arm, sha256 } = parts
  const path = environmentPath(environment, sha256)
  const id = `${workspacePath(arm.place)}${path}`
  const have = await arm.send({ method: 'GET', path }, signal)
  if (have.status === 200) return id
  if (have.status !== 404) throw refusalError(`GET ${path}`, have)
  const { image, conda, inferenceConfig } = environment
  const body = {
    properties: {
      image,
      osType: 'Linux',
      isAnonymous: false,
      ...(conda !== null && { condaFile: conda }),
      ...(inferenceConfig !== null && { inferenceConfig }),
    },
  }
  const answer = await arm.send({ method: 'PUT', path, body }, signal)
  if (answer.status >= 300) throw refusalError(`PUT ${path}`, answer)
  return id
}
