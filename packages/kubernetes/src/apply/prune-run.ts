// The prune of one run: look, plan, delete, shrink the record.
import { inertLine } from '../health/inert-text.ts'
import type { KubernetesLog } from '../ports.ts'
import type { PlacedManifest } from '../manifests/manifest.ts'
import type { ApplicationSet } from './application-set.ts'
import {
  confirmRecord,
  planShrunk,
  writeRecord,
  type SetRecordSeen,
} from './application-set-record.ts'
import { observeMembers, planPrune, type MembersSeen, type PrunePlan } from './prune.ts'
import { removeObjects, type RemovalOptions, type RemovalPorts } from './removal.ts'
import type { ObjectReport } from './report.ts'

export interface PrunePorts extends RemovalPorts {
  readonly log: Pick<KubernetesLog, 'info' | 'notice'>
}

export interface PruneOrder {
  readonly set: ApplicationSet
  /** As `writeRecord` left it before the apply. */
  readonly seen: SetRecordSeen
  readonly placed: readonly PlacedManifest[]
  readonly appliedUids: ReadonlySet<string>
  readonly deleteData: boolean
  readonly dryRun: boolean
  readonly propagation: RemovalOptions['propagation']
  /** Milliseconds since 1970. */
  readonly deadline: number
}

export interface Pruned {
  /** Members that left the manifests, those that were kept included. */
  readonly reports: readonly ObjectReport[]
  /** False: something is left to prune, so the record was not shrunk; run again. */
  readonly complete: boolean
}

/**
 * To be called after everything was applied and is ready: what left the folder may still serve until
 * then. Throws KUBERNETES_SET_NOT_WRITTEN when another run of the
 * application has begun (then nothing is removed), or when the record cannot be shrunk.
 */
export async function applyPrune(ports: PrunePorts, order: PruneOrder): Promise<Pruned> {
  const seen = await observeMembers(ports.api, order.set, order.seen)
  for (const line of seen.unlisted) ports.log.notice(`prune could not look for ${line}`)
  for (const kind of seen.unseenKinds) {
    ports.log.notice(
      inertLine(`prune could not look for ${kind}: the server does not serve it now`),
    )
  }
  const plan = planPrune({ ...order, members: seen.members })
  if (plan.removals.length > 0 && !order.dryRun) {
    await confirmRecord(ports.api, order.set, order.seen)
  }
  const reports = order.dryRun ? plan.removals.map(planned) : await remove(ports, order, plan)
  const complete = seen.unlisted.length === 0 && reports.every(({ verdict }) => verdict === 'gone')
  if (complete && !order.dryRun) await shrink(ports, order, { seen, plan })
  return { reports: [...reports, ...plan.kept.map(keptReport)], complete }
}

const planned = ({ id }: PrunePlan['removals'][number]): ObjectReport => ({
  id,
  action: 'pruned',
  verdict: 'none',
  reason: '',
  message: 'would be deleted: it is no longer in the manifests',
  seconds: 0,
})

/** A member that stays, and why. */
export const keptReport = ({
  member,
  reason,
  message,
}: PrunePlan['kept'][number]): ObjectReport => ({
  id: member.id,
  action: 'unchanged',
  verdict: 'none',
  reason,
  message,
  seconds: 0,
})

const remove = (ports: PrunePorts, order: PruneOrder, { removals }: PrunePlan) =>
  removeObjects(
    ports,
    removals.map(({ id, object }) => ({ id, uid: object.metadata.uid ?? '' })),
    { action: 'pruned', propagation: order.propagation, deadline: order.deadline },
  )

/** What was kept stays recorded: without its opt-out it is to be found again. */
async function shrink(
  { api }: PrunePorts,
  order: PruneOrder,
  { seen, plan }: { readonly seen: MembersSeen; readonly plan: PrunePlan },
): Promise<void> {
  const record = planShrunk(order.set, {
    seen: order.seen,
    placed: order.placed,
    kept: plan.kept.map(({ member }) => member.id),
    unseenKinds: seen.unseenKinds,
  })
  await writeRecord(api, { set: order.set, seen: order.seen, record, dryRun: false })
}
