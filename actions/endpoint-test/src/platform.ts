// The adapter of the target's platform, loaded once it is known.
import type { Ports, RawInputs } from '@sluice/action'
import { good, type Platform, type Result, type Target } from '@sluice/rollout'

/** Sends nothing yet; throws the platform's error for a target that cannot be one of its own. */
export type OpenTarget = (target: Target) => Promise<Platform>

/** Problems are those of the platform's own inputs. */
export type LoadPlatform = (inputs: RawInputs, ports: Ports) => Promise<Result<OpenTarget>>

export const loadAzureMl: LoadPlatform = async (inputs, ports) => {
  const { openAzureMl, parseAzureSettings } = await import('@sluice/azureml')
  const settings = parseAzureSettings(inputs, ports.env)
  if (!settings.ok) return settings
  return good((target) => openAzureMl({ target, settings: settings.value, ports }))
}
