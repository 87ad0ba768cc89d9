// One endpoint and how to reach it: what observing, deploying, swapping and retiring share.
import type { Clock } from '@sluice/http'
import type { Arm } from './arm.ts'
import { azuremlError } from './errors.ts'
import { isObject, type JsonObject } from './json.ts'
import { isChanging, stateOf } from './observe.ts'
import { createPatience, type Patience } from './patience.ts'
import { isPlaceMissing, refusalError, type AzureAnswer } from './refusal.ts'

export interface Site {
  readonly arm: Arm
  /** Name of the endpoint. */
  readonly endpoint: string
  readonly clock: Clock
  readonly progress: (line: string) => void
  /** The most that one deploy, traffic change or deletion may wait. */
  readonly waitSeconds: number
}

const POLL_SECONDS = 5

export const endpointPath = (site: Pick<Site, 'endpoint'>): string =>
  `/onlineEndpoints/${encodeURIComponent(site.endpoint)}`

export const slotPath = (site: Pick<Site, 'endpoint'>, slot: string): string =>
  `${endpointPath(site)}/deployments/${encodeURIComponent(slot)}`

export const patienceFor = (site: Site, what: string): Patience =>
  createPatience({ clock: site.clock, progress: site.progress, what, seconds: site.waitSeconds })

/** The raw endpoint; null: it does not exist. */
export const readEndpoint = (site: Site, signal: AbortSignal): Promise<JsonObject | null> =>
  read(site, endpointPath(site), signal)

/** The raw deployment; null: the slot is not deployed. */
export const readSlot = (
  site: Site,
  slot: string,
  signal: AbortSignal,
): Promise<JsonObject | null> => read(site, slotPath(site, slot), signal)

/** The endpoint once Azure is no longer at work on it; null: it does not exist. */
export async function readIdleEndpoint(
  site: Site,
  patience: Patience,
  signal: AbortSignal,
): Promise<JsonObject | null> {
  for (;;) {
    const raw = await readEndpoint(site, signal)
    if (raw === null || !isChanging(raw)) return raw
    await patience(POLL_SECONDS, `endpoint ${stateOf(raw)}`, signal)
  }
}

/** The deployment once Azure is no longer at work on it; null: it is not (or no longer) deployed. */
export async function readIdleSlot(
  site: Site,
  { slot, patience }: { readonly slot: string; readonly patience: Patience },
  signal: AbortSignal,
): Promise<JsonObject | null> {
  for (;;) {
    const raw = await readSlot(site, slot, signal)
    if (raw === null || !isChanging(raw)) return raw
    await patience(POLL_SECONDS, stateOf(raw), signal)
  }
}

async function read(site: Site, path: string, signal: AbortSignal): Promise<JsonObject | null> {
  const answer = await site.arm.send({ method: 'GET', path }, signal)
  if (answer.status === 404) {
    refuseMissingPlace(site, path, answer)
    return null
  }
  if (answer.status !== 200) throw refusalError(`GET ${path}`, answer)
  if (!isObject(answer.body)) {
    throw azuremlError('AZUREML_ANSWER_STRANGE', `GET ${path}: found no JSON object in the answer`)
  }
  return answer.body
}

/** A wrong workspace must not look like an endpoint that is not there yet. */
function refuseMissingPlace(site: Site, path: string, answer: AzureAnswer): void {
  const { workspace, resourceGroup, subscription } = site.arm.place
  if (!isPlaceMissing(answer, workspace)) return
  const what = `GET ${path} in workspace ${workspace}, resource group ${resourceGroup}, subscription ${subscription}`
  throw azuremlError('AZUREML_PLACE_NOT_FOUND', refusalError(what, answer).message)
}
