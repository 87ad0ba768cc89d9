// What the change is about: the target, its platform, and the evidence that came with it.
import { badInput, readDocument, type Ports } from '@sluice/action'
import { bindVerdict, type Evidence } from '@sluice/evidence'
import {
  TARGET_SCHEMA,
  type BoundVerdict,
  type Platform,
  type Problem,
  type Target,
} from '@sluice/rollout'
import type { Config } from './config.ts'

export interface Subject {
  readonly target: Target
  readonly platform: Platform
}

/** What the post step needs to reach the same endpoint again, without inputs. No secrets. */
export interface Reach {
  readonly target: Target
  readonly raw: Readonly<Record<string, string>>
}

/** Throws ACTION_BAD_INPUT with every problem of target, place and settings together. */
export async function openSubject(config: Config, ports: Ports): Promise<Subject> {
  const azureml = await import('@sluice/azureml')
  const problems: Problem[] = []
  const settings = azureml.parseAzureSettings(config.raw, ports.env)
  if (!settings.ok) problems.push(...settings.problems)
  const target = await readTarget(config, ports, problems)
  if (problems.length > 0 || !settings.ok || target === null) throw badInput(problems)
  const platform = await azureml.openAzureMl({ target, settings: settings.value, ports })
  return { target, platform }
}

export async function reopen(reach: Reach, ports: Ports): Promise<Platform> {
  const azureml = await import('@sluice/azureml')
  const settings = azureml.parseAzureSettings(reach.raw, ports.env)
  if (!settings.ok) throw badInput(settings.problems)
  return azureml.openAzureMl({ target: reach.target, settings: settings.value, ports })
}

/** null: no evidence was given. Throws when it is not what was announced, or contradicts itself. */
export async function readVerdict(config: Config, ports: Ports): Promise<BoundVerdict | null> {
  if (config.evidenceFile === '') return null
  const { document, digest } = await readDocument<'evidence', Evidence>(
    {
      kind: 'evidence',
      input: 'evidence-file',
      given: config.evidenceFile,
      digest: config.evidenceDigest,
    },
    ports,
  )
  return bindVerdict(document, digest)
}

async function readTarget(
  config: Config,
  ports: Ports,
  problems: Problem[],
): Promise<Target | null> {
  if (config.target !== '') {
    const { document } = await readDocument(
      { kind: 'target', input: 'target', given: config.target },
      ports,
    )
    return config.named.slot === '' ? document : { ...document, slot: config.named.slot }
  }
  const { readAzurePlace } = await import('@sluice/azureml')
  const place = readAzurePlace(config.raw, {})
  if (!place.ok) {
    problems.push(...place.problems)
    return null
  }
  return {
    schema: TARGET_SCHEMA,
    platform: config.platform,
    place: place.value,
    endpoint: config.named.endpoint,
    name: config.named.endpoint,
    slot: config.named.slot,
    revision: '',
    revisionDigest: '',
    contents: {},
  }
}
