// From a target and settings to a platform that works: the one entry for every Azure action.
import type { Platform, Target } from '@sluice/rollout'
import { createArm, type Arm } from './arm.ts'
import { createCredential } from './credential.ts'
import { azuremlError } from './errors.ts'
import { isEndpointName, parseAzurePlace } from './place.ts'
import { createAzureMlPlatform } from './platform.ts'
import type { AzureFiles, AzurePorts } from './ports.ts'
import type { AzureSettings } from './settings.ts'
import type { AzureMlWorkload } from './workload.ts'

export interface OpenParts {
  readonly target: Pick<Target, 'place' | 'endpoint'>
  readonly settings: AzureSettings
  readonly ports: AzurePorts & { readonly files: AzureFiles }
  /** The most that one write is waited for; 3600 unless told. */
  readonly waitSeconds?: number
}

/** Throws AZUREML_TARGET_INVALID for a place or name that Azure would not take; makes no call. */
export function openAzureMl(parts: OpenParts): Promise<Platform<AzureMlWorkload>> {
  return Promise.resolve(openWorkspace(parts).platform)
}

/** The same, with the workspace itself: what resolving models and environments needs. */
export function openWorkspace(parts: OpenParts): { readonly platform: Platform<AzureMlWorkload>; readonly arm: Arm } {
  const { target, settings, ports } = parts
  const place = parseAzurePlace(target.place)
  if (!place.ok || !isEndpointName(target.endpoint)) {
    const problems = place.ok ? [] : place.problems.map(({ where, message }) => `${where} ${message}`)
    const name = isEndpointName(target.endpoint) ? [] : [`endpoint: found "${target.endpoint}"; wanted 3 to 32 letters, digits and -`]
    throw azuremlError('AZUREML_TARGET_INVALID', [...problems, ...name].join('; '))
  }
  const { http, clock, files, sha256, log } = ports
  const credential = createCredential({ settings, ports })
  const arm = createArm({ resourceManager: settings.resourceManager, place: place.value, http, credential })
  const progress = (line: string): void => log.info(line)
  const site = { arm, endpoint: target.endpoint.toLowerCase(), clock, progress, waitSeconds: parts.waitSeconds ?? 3600 }
  const mask = (secret: string): void => log.mask(secret)
  return { platform: createAzureMlPlatform({ site, http, credential, files, sha256, mask }), arm }
}
