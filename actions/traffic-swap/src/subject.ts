// What the change is about: the target and its platform.
import { badInput, type Ports } from '@sluice/action'
import type { Platform, Target } from '@sluice/rollout'
import type { Config } from './config.ts'
import { readHanded, type Handed } from './handed.ts'

export interface Subject {
  readonly target: Target
  readonly platform: Platform
}

/** What the post step needs to reach the same endpoint again, without inputs. No secrets. */
export interface Reach {
  readonly target: Target
  readonly raw: Readonly<Record<string, string>>
}

export async function openSubject(
  config: Config,
  ports: Ports,
): Promise<{ readonly subject: Subject; readonly handed: Handed }> {
  const azureml = await import('@sluice/azureml')
  const handed = await readHanded(config, ports, azureml)
  const { target, settings } = handed
  const platform = await azureml.openAzureMl({ target, settings, ports })
  return { subject: { target, platform }, handed }
}

export async function reopen(reach: Reach, ports: Ports): Promise<Platform> {
  const azureml = await import('@sluice/azureml')
  const settings = azureml.parseAzureSettings(reach.raw, ports.env)
  if (!settings.ok) throw badInput(settings.problems)
  return azureml.openAzureMl({ target: reach.target, settings: settings.value, ports })
}
