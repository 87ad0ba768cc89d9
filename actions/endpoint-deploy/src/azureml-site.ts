// An Azure ML endpoint to deploy to: from the user's files to an open workspace.
import { badInput, type Ports } from '@sluice/action'
import {
  azuremlError,
  openAzureWorkspace,
  type AzureMlWorkload,
  type AzureWorkspace,
} from '@sluice/azureml'
import type { LockEntry } from '@sluice/rollout'
import type { AzureConfig } from './config.ts'
import type { Pinned, Site } from './site.ts'
import { readSources, readTexts, type Sources } from './sources.ts'

/** Throws every problem of inputs and files at once. */
export async function openAzureSite(
  config: AzureConfig,
  ports: Ports,
): Promise<Site<AzureMlWorkload>> {
  const read = readSources(config, await readTexts(config, ports.files))
  if (!read.ok) throw badInput(read.problems)
  const sources = read.value
  const { place, endpointName: endpoint } = sources
  const azure = await openAzureWorkspace({
    target: { place, endpoint },
    settings: config.settings,
    ports,
    waitSeconds: config.waitSeconds,
  })
  return {
    platform: azure.platform,
    subject: { platform: 'azureml', place, endpoint, name: sources.endpoint.name },
    pin: (lock) => pin({ config, sources, azure, ports }, lock),
    pendingWrites: ({ slot, workload }) => azure.pendingWrites({ slot, workload }, ports.signal),
    errors: {
      lockEntryMissing: (message) => azuremlError('AZUREML_LOCK_ENTRY_MISSING', message),
      absent: () =>
        azuremlError(
          'AZUREML_ENDPOINT_ABSENT',
          `endpoint ${endpoint} does not exist in workspace ${place.workspace}`,
        ),
      notVisible: (message) => azuremlError('AZUREML_NOT_VISIBLE', message),
    },
    close: () => Promise.resolve(),
  }
}

interface Pinning {
  readonly config: AzureConfig
  readonly sources: Sources
  readonly azure: AzureWorkspace
  readonly ports: Ports
}

async function pin(
  { config, sources, azure, ports }: Pinning,
  lock: LockEntry | null,
): Promise<Pinned<AzureMlWorkload>> {
  const { endpoint, deployment, model, modelVersion } = sources
  const { createEndpoint, deploymentFile, commit } = config
  const pinned = await azure.pin(
    { endpoint, createEndpoint, deployment, deploymentFile, model, modelVersion, commit, lock },
    ports.signal,
  )
  if (endpoint.ignored.length > 0) {
    ports.log.info(
      `${config.endpointFile}: ${endpoint.ignored.join(', ')} has no effect on a deploy`,
    )
  }
  const text = pinned.workload.model?.label
  return { ...pinned, label: text === undefined ? null : { word: 'model', text } }
}
