// One revision onto one slot that serves nobody, waited for until a read shows it healthy.
import type { HttpDoor } from '@sluice/http'
import type { DeployOrder, Sha256, WriteReport } from '@sluice/rollout'
import { ensureCode, type CodeParts } from './code-asset.ts'
import { deploymentBody, mustRecreate } from './deployment-write.ts'
import { createEndpoint } from './endpoint-create.ts'
import { ensureEnvironment } from './environment-asset.ts'
import { azuremlError } from './errors.ts'
import { textIn, type JsonObject } from './json.ts'
import { isChanging, revisionMarkOf, stateOf } from './observe.ts'
import { finishOperation } from './operation.ts'
import type { Patience } from './patience.ts'
import { deleteSlot } from './retire.ts'
import { patienceFor, readIdleSlot, slotPath, type Site } from './site.ts'
import { guardSlot } from './slot-guard.ts'
import { sendSlotWrite } from './slot-write.ts'
import type { AzureMlWorkload } from './workload.ts'

export interface DeployParts {
  readonly site: Site
  readonly http: HttpDoor
  readonly sha256: Sha256
  readonly files: CodeParts['files']
  readonly mask: CodeParts['mask']
}

interface Deploying {
  readonly parts: DeployParts
  readonly order: DeployOrder<AzureMlWorkload>
  readonly patience: Patience
}

/** Reads can lag behind: this often we look again for a slot that must be there. */
const LAG_READS = 20
const LAG_SECONDS = 3
const FAILED_READS = 3

export async function deploySlot(
  parts: DeployParts,
  order: DeployOrder<AzureMlWorkload>,
  signal: AbortSignal,
): Promise<WriteReport> {
  const { site } = parts
  const { slot, mark } = order
  const patience = patienceFor(site, `slot ${slot} of ${site.endpoint}`)
  const deploying: Deploying = { parts, order, patience }
  const endpoint = await idleEndpoint(deploying, signal)
  // An earlier run may have begun this very deployment and not waited for its end.
  const before = await readIdleSlot(site, { slot, patience }, signal)
  if (before !== null && isOurs(before, mark)) return { changed: false }
  const body = await prepare(deploying, { endpoint, before }, signal)
  const replaced = before !== null && mustRecreate(before, order.workload)
  if (replaced) await deleteSlot(site, { slot, patience }, signal)
  await write(deploying, body, signal)
  await proveSlot(deploying, signal)
  return { changed: true }
}

async function idleEndpoint(
  { parts, order, patience }: Deploying,
  signal: AbortSignal,
): Promise<JsonObject> {
  const { site } = parts
  const found = await guardSlot(site, { slot: order.slot, patience, wary: false }, signal)
  if (found !== null) return found
  if (!order.workload.createEndpoint) {
    throw azuremlError(
      'AZUREML_ENDPOINT_ABSENT',
      `endpoint ${site.endpoint} does not exist in workspace ${site.arm.place.workspace}`,
    )
  }
  return createEndpoint(site, { description: order.workload.endpoint, patience }, signal)
}

async function prepare(
  { parts, order }: Deploying,
  found: { readonly endpoint: JsonObject; readonly before: JsonObject | null },
  signal: AbortSignal,
): Promise<JsonObject> {
  const { site } = parts
  const { arm, progress } = site
  const { workload, slot, mark } = order
  const location = textIn(found.endpoint, 'location')
  if (location === null) {
    throw azuremlError(
      'AZUREML_ANSWER_STRANGE',
      `endpoint ${site.endpoint}: found no location in it`,
    )
  }
  const environmentId =
    workload.environment === null
      ? null
      : await ensureEnvironment({ arm, sha256: parts.sha256 }, workload.environment, signal)
  const codeId =
    workload.code === null
      ? null
      : await ensureCode({ ...parts, arm, progress }, workload.code, signal)
  return deploymentBody({
    slot,
    mark,
    workload,
    location,
    codeId,
    environmentId,
    before: found.before,
  })
}

/** Without an answer, the reads that follow decide. */
async function write(
  { parts, order, patience }: Deploying,
  body: JsonObject,
  signal: AbortSignal,
): Promise<void> {
  const { site } = parts
  const { slot } = order
  const request = { method: 'PUT', body } as const
  const isUnderWay = () => isWriteUnderWay(site, order, signal)
  const answer = await sendSlotWrite(site, { slot, patience, request, isUnderWay }, signal)
  if (answer === null) return
  const what = `slot ${slot} of ${site.endpoint}`
  await finishOperation({ arm: site.arm, what, patience }, answer, signal)
}

/** Our own write took effect although the answer did not say so. */
async function isWriteUnderWay(
  site: Site,
  order: DeployOrder<AzureMlWorkload>,
  signal: AbortSignal,
): Promise<boolean> {
  const answer = await site.arm.send({ method: 'GET', path: slotPath(site, order.slot) }, signal)
  const raw = answer.status === 200 ? (answer.body as JsonObject) : null
  return (
    raw !== null && revisionMarkOf(raw) === order.mark && stateOf(raw).toLowerCase() !== 'failed'
  )
}

async function proveSlot(
  { parts, order, patience }: Deploying,
  signal: AbortSignal,
): Promise<void> {
  const { site } = parts
  const { slot, mark } = order
  for (let read = 1; ; read++) {
    const raw = await readIdleSlot(site, { slot, patience }, signal)
    if (raw !== null && isOurs(raw, mark)) return
    // Right after a write a read can still show how an earlier try ended.
    if (raw !== null && revisionMarkOf(raw) === mark && read > FAILED_READS) {
      throw azuremlError(
        'AZUREML_OPERATION_FAILED',
        `slot ${slot} of ${site.endpoint} ended ${stateOf(raw)}`,
      )
    }
    if (read >= LAG_READS) {
      const found = raw === null ? 'no slot' : `revision ${revisionMarkOf(raw) ?? 'without a mark'}`
      throw azuremlError(
        'AZUREML_NOT_VISIBLE',
        `slot ${slot} of ${site.endpoint}: found ${found}; wanted revision ${mark}`,
      )
    }
    await patience(LAG_SECONDS, 'not visible yet', signal)
  }
}

const isOurs = (raw: JsonObject, mark: string): boolean =>
  revisionMarkOf(raw) === mark && !isChanging(raw) && stateOf(raw).toLowerCase() === 'succeeded'
