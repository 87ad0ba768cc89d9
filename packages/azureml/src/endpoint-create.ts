// Creation of an endpoint that is not there. An endpoint that is there is never written from a file:
// a body made from a file has no traffic, and that would be an outage.
import type { EndpointDescription } from './endpoint-file.ts'
import { azuremlError } from './errors.ts'
import type { JsonObject } from './json.ts'
import { stateOf } from './observe.ts'
import { finishOperation, isNoAnswer } from './operation.ts'
import type { Patience } from './patience.ts'
import { refusalError } from './refusal.ts'
import { typed } from './typed.ts'
import { endpointPath, readIdleEndpoint, type Site } from './site.ts'

const LAG_READS = 20
const LAG_SECONDS = 3

/** Resolves with the endpoint as read, Succeeded. */
export async function createEndpoint(
  site: Site,
  {
    description,
    patience,
  }: { readonly description: EndpointDescription; readonly patience: Patience },
  signal: AbortSignal,
): Promise<JsonObject> {
  const path = endpointPath(site)
  const location = description.location ?? (await workspaceLocation(site, signal))
  const body = endpointCreation(description, location)
  const answer = await site.arm
    .send({ method: 'PUT', path, body }, signal)
    .catch((error: unknown) => {
      // Whether it took effect is unknown: the reads below tell.
      if (isNoAnswer(error, signal)) return null
      throw error
    })
  if (answer !== null && answer.status >= 300) throw refusalError(`PUT ${path}`, answer)
  if (answer !== null) {
    const what = `creation of endpoint ${site.endpoint}`
    await finishOperation({ arm: site.arm, what, patience }, answer, signal)
  }
  for (let read = 1; ; read++) {
    const raw = await readIdleEndpoint(site, patience, signal)
    if (raw !== null && stateOf(raw).toLowerCase() === 'succeeded') return raw
    if (raw !== null || read >= LAG_READS) {
      throw azuremlError(
        'AZUREML_OPERATION_FAILED',
        `creation of endpoint ${site.endpoint}: found ${raw === null ? 'nothing' : stateOf(raw)}; wanted Succeeded`,
      )
    }
    await patience(LAG_SECONDS, 'not visible yet', signal)
  }
}

export const endpointCreation = (
  description: EndpointDescription,
  location: string,
): JsonObject => ({
  location,
  tags: description.tags,
  identity: description.identity,
  properties: description.properties,
})

async function workspaceLocation(site: Site, signal: AbortSignal): Promise<string> {
  const { place } = site.arm
  const client = await site.arm.client(signal)
  const workspace = await typed(`GET workspace ${place.workspace}`, () =>
    client.workspaces.get(place.resourceGroup, place.workspace, { abortSignal: signal }),
  )
  if (workspace.location !== undefined && workspace.location !== '') return workspace.location
  throw azuremlError(
    'AZUREML_ANSWER_STRANGE',
    `workspace ${place.workspace}: found no location in it`,
  )
}
