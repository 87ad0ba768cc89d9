// One change of one object: how it is sent, and how its answer is told.
import type { Clock } from '@sluice/http'
import type { ApiServer, Refusal } from '../connection/api-server.ts'
import type { ObjectAction, ObjectReport } from '../apply/report.ts'
import type { KubernetesLog } from '../ports.ts'
import { renderId } from '../object.ts'
import { handBack } from './ownership.ts'
import type { Target, WorkloadMode } from './workload.ts'

export interface ModePorts {
  readonly api: ApiServer
  readonly clock: Clock
  readonly log: Pick<KubernetesLog, 'info' | 'notice'>
  readonly signal: AbortSignal
}

export interface ChangeOptions {
  /** The server checks, and keeps nothing. */
  readonly dryRun: boolean
}

export const managerOf = (mode: WorkloadMode): string => `sluice-${mode}`

interface Told {
  readonly action: ObjectAction
  readonly reason?: string
  readonly message?: string
}

/** A report of a change that is not awaited here. */
export const told = (
  { id }: Target,
  { action, reason = '', message = '' }: Told,
): ObjectReport => ({
  id,
  action,
  verdict: action === 'refused' ? 'failed' : 'none',
  reason,
  message,
  seconds: 0,
})

export const refusedBy = (target: Target, { reason, request, message }: Refusal): ObjectReport =>
  told(target, { action: 'refused', reason, message: `${request}: ${message}` })

export interface Change {
  readonly mode: WorkloadMode
  readonly action: ObjectAction
  /** A merge patch without metadata. */
  readonly patch: Readonly<Record<string, unknown>>
  readonly subresource?: 'scale'
  /** For the report, when it was done. */
  readonly message?: string
}

/**
 * Sends a merge patch bound to the object's uid: another one of its name is left alone (409). Fields
 * that we had applied stay ours.
 */
export async function sendChange(
  { api, log }: ModePorts,
  target: Target,
  { dryRun, ...change }: Change & ChangeOptions,
): Promise<ObjectReport> {
  const { mode, patch, subresource, action, message = '' } = change
  const manager = managerOf(mode)
  const bound = { metadata: { uid: target.object.metadata.uid }, ...patch }
  const answer = await api.patch(target.id, bound, {
    kind: 'merge',
    fieldManager: manager,
    dryRun,
    ...(subresource === undefined ? {} : { subresource }),
  })
  if (!answer.ok) return refusedBy(target, answer.refusal)
  log.info(`${renderId(target.id)} ${action}${dryRun ? ' (dry run)' : ''}`)
  if (!dryRun) await handBack(api, target, { manager, fields: 'named' })
  return told(target, { action, message })
}
