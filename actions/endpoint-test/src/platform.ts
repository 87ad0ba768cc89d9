// The adapter of the target's platform, loaded once it is known.
import type { Ports, RawInputs } from '@sluice/action'
import { good, type Platform, type Result, type Target } from '@sluice/rollout'
import type { Config } from './config.ts'

export interface OpenedTarget {
  readonly platform: Platform
  /** Ends kept connections, so that the process can end. */
  readonly close: () => Promise<void>
}

/** Sends nothing yet; throws the platform's error for a target that cannot be one of its own. */
export type OpenTarget = (target: Target) => Promise<OpenedTarget>

/** Problems are those of the platform's own inputs. */
type Load = (inputs: RawInputs, ports: Ports) => Promise<Result<OpenTarget>>

export type LoadPlatform = (platform: Config['platform']) => Load

export const loadPlatform: LoadPlatform = (platform) =>
  platform === 'kubernetes' ? loadKubernetes : loadAzureMl

const loadAzureMl: Load = async (inputs, ports) => {
  const { openAzureMl, parseAzureSettings } = await import('@sluice/azureml')
  const settings = parseAzureSettings(inputs, ports.env)
  if (!settings.ok) return settings
  return good(async (target) => ({
    platform: await openAzureMl({ target, settings: settings.value, ports }),
    close: () => Promise.resolve(),
  }))
}

const loadKubernetes: Load = async (inputs, ports) => {
  const { openKubernetes, parseKubernetesSettings } = await import('@sluice/kubernetes')
  const settings = parseKubernetesSettings(inputs)
  if (!settings.ok) return settings
  return good((target) => openKubernetes({ target, settings: settings.value }, ports))
}
