// An endpoint on Kubernetes as a Platform.
import type { HttpDoor } from '@sluice/http'
import type { Observation, Platform } from '@sluice/rollout'
import { absent, observationOf, readRouting } from './observe.ts'
import { createSlotProbe } from './probe.ts'
import type { Site } from './site.ts'
import { slotServiceIn } from './slot-service.ts'
import { readSnapshot, sceneOf, type Snapshot } from './snapshot.ts'
import { applyWeights } from './traffic.ts'
import type { KubernetesWorkload } from './workload.ts'

export interface PlatformParts {
  readonly site: Site
  /** For slots that are asked past the API server. */
  readonly http: HttpDoor
}

/** A look this old is taken again before a write is made from it. */
const KNOWN_FOR_SECONDS = 10

interface Known {
  readonly seen: Observation
  readonly snapshot: Snapshot
  readonly at: number
}

export function createKubernetesPlatform({
  site,
  http,
}: PlatformParts): Platform<KubernetesWorkload> {
  const { backEnd, clock, settings, endpoint, slots, api, log } = site
  let known: Known | null = null
  const tellNotices = onceEach(log)
  const isFresh = ({ at }: Known): boolean => clock.now() - at <= KNOWN_FOR_SECONDS * 1000
  const look = async (signal: AbortSignal): Promise<Known> => {
    const snapshot = await readSnapshot(site, signal)
    const scene = sceneOf(site, snapshot)
    const routing = scene === null ? null : readRouting(site, scene)
    const seen =
      scene === null || routing === null ? absent(site) : observationOf(site, scene, routing)
    tellNotices(routing?.notices ?? [])
    return (known = { seen, snapshot, at: clock.now() })
  }
  return {
    capabilities: {
      ...backEnd.capabilities,
      probesSlot: true,
      provesSlot: true,
      compareAndSwap: true,
      countsReady: true,
      scalesToZero: true,
    },
    observe: async (signal) => (await look(signal)).seen,
    setWeights: (change, signal) => {
      const behind = known !== null && known.seen === change.seen && isFresh(known) ? known : null
      // A write makes what we know old, however it ends.
      known = null
      return applyWeights({ site, change, known: behind?.snapshot ?? null }, signal)
    },
    // Brings manifests and apply, which moving traffic does not need.
    deploy: async (order, signal) => {
      known = null
      const { deploySlot } = await import('./deploy.ts')
      return deploySlot(site, order, signal)
    },
    retire: async (slot, signal, how = 'delete') => {
      known = null
      const { retireSlot } = await import('./retire.ts')
      return retireSlot(site, { slot, how }, signal)
    },
    probe: createSlotProbe({
      settings,
      endpoint,
      slots,
      api,
      http,
      clock,
      log,
      findSlotService: async (slot, signal) => {
        const { snapshot } = known !== null && isFresh(known) ? known : await look(signal)
        return slotServiceIn(site, snapshot, slot)
      },
    }),
  }
}

/** What others wrote beside us is told once, however often it is seen. */
function onceEach(log: Site['log']): (texts: readonly string[]) => void {
  const told = new Set<string>()
  return (texts) => {
    for (const text of texts.filter((one) => !told.has(one))) {
      told.add(text)
      log.notice(text)
    }
  }
}
