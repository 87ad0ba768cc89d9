// What differs between platforms: their inputs, and how an endpoint is reached. Loaded once it is known which.
import type { Ports, RawInputs } from '@sluice/action'
import type { Platform, Problem, Result, SlotPair, Target } from '@sluice/rollout'
import type { Config } from './config.ts'

export interface Opened {
  /** Identity of the place is complete now. */
  readonly place: Target['place']
  readonly platform: Platform
  readonly close: () => Promise<void>
}

export interface Adapter {
  /** Of the platform's own inputs. */
  readonly problems: readonly Problem[]
  /** Where inputs alone say the endpoint is; what only a connection knows is left out. */
  readonly place: () => Result<Target['place']>
  /** Sends nothing on Azure; on Kubernetes nothing but what credentials need. */
  readonly open: (target: Pick<Target, 'place' | 'endpoint'>, slots: SlotPair) => Promise<Opened>
}

export type LoadAdapter = (
  platform: Config['platform'],
  raw: RawInputs,
  ports: Ports,
) => Promise<Adapter>

/** Inputs that a post step needs to reach the same endpoint again; none of them is a secret. */
export const REACH_INPUTS = [
  'azure-client-id',
  'azure-tenant-id',
  'azure-resource-manager',
  'azure-authority',
  'context',
] as const

export const loadAdapter: LoadAdapter = (platform, raw, ports) =>
  platform === 'azureml' ? loadAzureMl(raw, ports) : loadKubernetes(raw, ports)

async function loadAzureMl(raw: RawInputs, ports: Ports): Promise<Adapter> {
  const { openAzureMl, parseAzureSettings, readAzurePlace } = await import('@sluice/azureml')
  const settings = parseAzureSettings(raw, ports.env)
  return {
    problems: settings.ok ? [] : settings.problems,
    place: () => readAzurePlace(raw, {}),
    open: async (target) => {
      if (!settings.ok) throw new Error('opened with inputs that have problems')
      const platform = await openAzureMl({ target, settings: settings.value, ports })
      return { place: target.place, platform, close: () => Promise.resolve() }
    },
  }
}

async function loadKubernetes(raw: RawInputs, ports: Ports): Promise<Adapter> {
  const kubernetes = await import('@sluice/kubernetes')
  const settings = kubernetes.parseKubernetesSettings(raw)
  const wanted = kubernetes.readKubernetesPlace(raw)
  return {
    problems: settings.ok ? [] : settings.problems,
    // The server is known once there is a connection; the target's document names it.
    place: () => (wanted.ok ? { ok: true, value: {} } : wanted),
    open: (target, slots) => {
      if (!settings.ok || !wanted.ok) throw new Error('opened with inputs that have problems')
      const { place, endpoint } = target
      const named = Object.keys(place).length === 0
      return kubernetes.openKubernetes(
        {
          target: named ? { ...wanted.value, endpoint, slots } : { place, endpoint },
          settings: settings.value,
        },
        ports,
      )
    },
  }
}
