// Azure ML managed online endpoints as a Platform.
import type { HttpDoor } from '@sluice/http'
import type { Observation, Platform, Sha256 } from '@sluice/rollout'
import type { Credential } from './credential.ts'
import { deploySlot } from './deploy.ts'
import type { JsonObject } from './json.ts'
import { observationOf } from './observe.ts'
import type { AzureFiles } from './ports.ts'
import { retireSlot } from './retire.ts'
import { createScoring } from './scoring.ts'
import { endpointPath, readEndpoint, type Site } from './site.ts'
import { applyWeights } from './traffic.ts'
import type { AzureMlWorkload } from './workload.ts'

export interface AzureMlParts {
  readonly site: Site
  readonly http: HttpDoor
  readonly credential: Credential
  readonly files: AzureFiles
  readonly sha256: Sha256
  readonly mask: (secret: string) => void
}

/** A read this old is read again before a write is made from it. */
const KNOWN_FOR_SECONDS = 60

interface Known {
  readonly seen: Observation
  readonly raw: JsonObject
  readonly at: number
}

export function createAzureMlPlatform(parts: AzureMlParts): Platform<AzureMlWorkload> {
  const { site } = parts
  let known: Known | null = null
  const scoring = createScoring(parts)
  const rawBehind = (seen: Observation): JsonObject | null =>
    known !== null && known.seen === seen && site.clock.now() - known.at <= KNOWN_FOR_SECONDS * 1000
      ? known.raw
      : null
  return {
    capabilities: {
      weights: 'any',
      // Azure ML can mirror (50 % at most), but setWeights only keeps the mirroring that others set up.
      mirrorMaxPercent: 0,
      probesSlot: true,
      provesSlot: true,
      compareAndSwap: false,
    },
    async observe(signal) {
      const raw = await readEndpoint(site, signal)
      const deployments =
        raw === null ? [] : await site.arm.list(`${endpointPath(site)}/deployments`, signal)
      const seen = observationOf({
        place: site.arm.place,
        endpoint: site.endpoint,
        raw,
        deployments,
      })
      known = raw === null ? null : { seen, raw, at: site.clock.now() }
      return seen
    },
    deploy: (order, signal) => deploySlot(parts, order, signal),
    async setWeights(change, signal) {
      const behind = rawBehind(change.seen)
      // A write makes what we know old, however it ends.
      known = null
      const { changed } = await applyWeights({ site, change, known: behind }, signal)
      return { changed }
    },
    probe: scoring,
    retire: (slot, signal) => retireSlot(site, slot, signal),
  }
}
