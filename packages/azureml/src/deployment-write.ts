// The body of a deployment PUT. Pure.
import type { RevisionMark } from '@sluice/rollout'
import { objectIn, textIn, textsIn, type JsonObject } from './json.ts'
import { REVISION_TAG, SLOT_TAG } from './observe.ts'
import type { AzureMlWorkload } from './workload.ts'

export interface SlotWrite {
  readonly slot: string
  readonly mark: RevisionMark
  readonly workload: AzureMlWorkload
  readonly location: string
  readonly codeId: string | null
  readonly environmentId: string | null
  /** What the slot held before; null: nothing. */
  readonly before: JsonObject | null
}

/**
 * The whole deployment as the files describe it. What earlier revisions set does not linger, but tags
 * of other people stay, and so do `properties.properties`, which Azure lets nobody remove.
 */
export function deploymentBody(write: SlotWrite): JsonObject {
  const { workload, before } = write
  const { deployment, model } = workload
  const extra = {
    ...textsIn(objectIn(before, 'properties'), 'properties'),
    ...textsIn(deployment.settings, 'properties'),
  }
  return {
    location: write.location,
    tags: {
      ...textsIn(before, 'tags'),
      ...deployment.tags,
      ...workload.provenance,
      [SLOT_TAG]: write.slot,
      [REVISION_TAG]: write.mark,
    },
    sku: { name: 'Default', capacity: deployment.capacity },
    properties: {
      endpointComputeType: 'Managed',
      ...deployment.settings,
      ...(model !== null && { model: model.id }),
      ...(deployment.code !== null && {
        codeConfiguration: { codeId: write.codeId, scoringScript: deployment.code.scoringScript },
      }),
      ...(write.environmentId !== null && { environmentId: write.environmentId }),
      ...(Object.keys(extra).length > 0 && { properties: extra }),
    },
  }
}

/** Fields that Azure takes at creation only: a slot that differs in one is deleted and created. */
export function mustRecreate(before: JsonObject, workload: AzureMlWorkload): boolean {
  const had = textIn(objectIn(before, 'properties'), 'instanceType')
  const wants = textIn(workload.deployment.settings, 'instanceType')
  return had !== null && had.toLowerCase() !== (wants ?? '').toLowerCase()
}
