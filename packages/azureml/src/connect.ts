// From a target and settings to what works. A chunk of its own; what it does not need at once is others.
import { createArm } from './arm.ts'
import { createCredential } from './credential.ts'
import { azuremlError } from './errors.ts'
import type { AzureWorkspace, OpenParts } from './open.ts'
import { listPendingWrites } from './pending-writes.ts'
import { isEndpointName, parseAzurePlace, type AzurePlace } from './place.ts'
import { createAzureMlPlatform } from './platform.ts'

/** Throws AZUREML_TARGET_INVALID for a place or name that Azure would not take; makes no call. */
export function connect(parts: OpenParts): AzureWorkspace {
  const { target, settings, ports } = parts
  const place = checkTarget(target)
  const { http, clock, files, sha256, sha256Bytes, log } = ports
  const credential = createCredential({ settings, ports })
  const arm = createArm({ resourceManager: settings.resourceManager, place, http, credential })
  const progress = (line: string): void => log.info(line)
  const site = {
    arm,
    endpoint: target.endpoint.toLowerCase(),
    clock,
    progress,
    waitSeconds: parts.waitSeconds ?? 3600,
  }
  const mask = (secret: string): void => log.mask(secret)
  return {
    platform: createAzureMlPlatform({ site, http, credential, files, sha256, mask }),
    pendingWrites: (order, signal) => listPendingWrites({ site, sha256 }, order, signal),
    // Brings the readers of YAML and of ignore files, which only a deployment needs.
    pin: async (order, signal) => {
      const { pinWorkload } = await import('./pin.ts')
      return pinWorkload(order, { arm, files, sha256, sha256Bytes }, signal)
    },
  }
}

function checkTarget(target: OpenParts['target']): AzurePlace {
  const place = parseAzurePlace(target.place)
  const named = isEndpointName(target.endpoint)
  if (place.ok && named) return place.value
  const problems = place.ok ? [] : place.problems.map(({ where, message }) => `${where} ${message}`)
  const name = named
    ? []
    : [`endpoint: found "${target.endpoint}"; wanted 3 to 32 letters, digits and -`]
  throw azuremlError('AZUREML_TARGET_INVALID', [...problems, ...name].join('; '))
}
