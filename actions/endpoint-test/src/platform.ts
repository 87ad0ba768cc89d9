// The adapter of the target's platform, loaded once it is known.
import type { Ports, RawInputs } from '@sluice/action'
import { good, type Platform, type Result, type Target } from '@sluice/rollout'

export interface PlatformQuestion {
  readonly target: Target
  readonly inputs: RawInputs
}

/** Nothing is sent yet. Problems are those of the platform's own inputs. */
export type OpenPlatform = (question: PlatformQuestion, ports: Ports) => Promise<Result<Platform>>

export const openPlatform: OpenPlatform = async ({ target, inputs }, ports) => {
  const { openAzureMl, parseAzureSettings } = await import('@sluice/azureml')
  const settings = parseAzureSettings(inputs, ports.env)
  if (!settings.ok) return settings
  return good(await openAzureMl({ target, settings: settings.value, ports }))
}
