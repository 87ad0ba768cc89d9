// How everything stands, without a write and without a wait.
import type { ApplicationSet } from '../apply/application-set.ts'
import { readRecord } from '../apply/application-set-record.ts'
import { observeMembers, type Member } from '../apply/prune.ts'
import type { ObjectReport, ObjectVerdict } from '../apply/report.ts'
import {
  defaultStatusOptions,
  type HealthState,
  type StatusContext,
} from '../health/status/health-status.ts'
import { statusOf } from '../health/status/status.ts'
import type { PlacedManifest } from '../manifests/manifest.ts'
import type { ObjectId } from '../object.ts'
import type { ModePorts } from './change.ts'

export type StatusPorts = Pick<ModePorts, 'api' | 'clock' | 'log'>

/** `progressing` and `terminating` have no verdict yet: `none`, with the reason. */
const verdicts: Readonly<Record<HealthState, ObjectVerdict>> = {
  ready: 'ready',
  failed: 'failed',
  paused: 'paused',
  progressing: 'none',
  terminating: 'none',
}

/** How each object of the manifests stands. What is not there is `gone`. */
export const observeManifests = (
  ports: StatusPorts,
  placed: readonly PlacedManifest[],
): Promise<readonly ObjectReport[]> =>
  Promise.all(
    placed
      .filter(({ object }) => object.metadata.name !== undefined)
      .map(async ({ id }) => {
        const answer = await ports.api.get(id)
        if (!answer.ok) {
          const { reason, message } = answer.refusal
          return row(id, { verdict: 'none', reason, message: `cannot be read: ${message}` })
        }
        if (answer.value === null) {
          return row(id, { verdict: 'gone', reason: 'NotFound', message: 'it is not there' })
        }
        return judge(ports, { id, object: answer.value })
      }),
  )

/** How each member of an application stands; [] for one without a record. Throws as `readRecord`. */
export async function observeApplication(
  ports: StatusPorts,
  set: ApplicationSet,
): Promise<readonly ObjectReport[]> {
  const record = await readRecord(ports.api, set)
  const { members, unlisted, unseenKinds } = await observeMembers(ports.api, set, record)
  for (const line of [...unlisted, ...unseenKinds]) {
    ports.log.notice(`status could not look for ${line}`)
  }
  return members.map((member) => judge(ports, member))
}

function judge({ clock }: StatusPorts, { id, object }: Member): ObjectReport {
  const now = clock.now()
  const context: StatusContext = {
    now,
    // Nothing was written by this run, so no status is too old to count.
    since: Date.parse(object.metadata.creationTimestamp ?? '') || now,
    written: null,
    lateClasses: new Set(),
    options: defaultStatusOptions,
  }
  const { state, reason, message } = statusOf(object, context)
  return row(id, { verdict: verdicts[state], reason, message })
}

const row = (
  id: ObjectId,
  seen: Pick<ObjectReport, 'verdict' | 'reason' | 'message'>,
): ObjectReport => ({ id, action: 'unchanged', seconds: 0, ...seen })
