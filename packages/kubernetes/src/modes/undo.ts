// Back to the template of an earlier revision.
//
// The whole template is replaced, as `kubectl rollout undo` does it, so fields that the old one lacks
// are gone. What the manifests had applied is handed back to `sluice` at once: the next apply
// of mended manifests then meets no conflict, and takes out what it does not name.
//
// Nothing toggles: an undo without a revision leaves a mark on the workload, and a second one finds
// that the revision in use is the one that it restored. kubectl would go forward to the bad one.
import type { ObjectReport } from '../apply/report.ts'
import type { ApiServer } from '../connection/api-server.ts'
import { inertLine } from '../health/inert-text.ts'
import { renderId, type KubeObject } from '../object.ts'
import { managerOf, refusedBy, told, type ChangeOptions, type ModePorts } from './change.ts'
import { handBack } from './ownership.ts'
import { CHANGE_CAUSE, observeRevisions, sameTemplate, type Revision } from './revisions.ts'
import { isPaused, type Target } from './workload.ts'
import { fieldAt } from '../record.ts'

export interface UndoOptions extends ChangeOptions {
  /** null: the one before the revision in use. */
  readonly revision: number | null
}

/** `<restored> <left>`: names of their ReplicaSets or ControllerRevisions. */
export const UNDONE = 'sluice.dev/undone'

export type UndoPlan =
  | { readonly kind: 'restore'; readonly to: Revision; readonly mark: string }
  | { readonly kind: 'unchanged'; readonly reason: string; readonly message: string }
  | { readonly kind: 'refused'; readonly reason: string; readonly message: string }

/** Which revision to restore; pure. */
export function planUndo(
  object: KubeObject,
  revisions: readonly Revision[],
  wanted: number | null,
): UndoPlan {
  if (isPaused(object)) {
    return refused(
      'Paused',
      'it is paused, so its pods would not be replaced; use mode resume first',
    )
  }
  if (fieldAt(object, ['spec', 'workloadRef']) !== undefined) {
    return refused('WorkloadRef', 'its template is in another object; undo that one')
  }
  const current = revisions.find((one) => one.current)
  if (wanted !== null) {
    const to = revisions.find(({ number }) => number === wanted)
    if (to === undefined) return refused('NoRevision', describeMissing(wanted, revisions))
    return planRestore(object, to, current)
  }
  const [restored = ''] = (object.metadata.annotations?.[UNDONE] ?? '').split(' ')
  if (current !== undefined && current.name === restored) {
    return unchanged(
      'Undone',
      `revision ${current.number} is the one that an undo restored; name a revision to go further back`,
    )
  }
  // Without a current one its controller has not recorded the template in use yet.
  const to = revisions.findLast(({ number }) => current === undefined || number < current.number)
  if (to === undefined) return unchanged('NoHistory', 'there is no earlier revision to go back to')
  return planRestore(object, to, current)
}

function planRestore(object: KubeObject, to: Revision, current: Revision | undefined): UndoPlan {
  if (sameTemplate(to.template, fieldAt(object, ['spec', 'template']))) {
    return unchanged('SameTemplate', `it has the template of revision ${to.number} already`)
  }
  return { kind: 'restore', to, mark: `${to.name} ${current?.name ?? ''}`.trim() }
}

const refused = (reason: string, message: string): UndoPlan => ({
  kind: 'refused',
  reason,
  message,
})
const unchanged = (reason: string, message: string): UndoPlan => ({
  kind: 'unchanged',
  reason,
  message,
})

const describeMissing = (wanted: number, revisions: readonly Revision[]): string =>
  revisions.length === 0
    ? `it has no revision ${wanted}, and no other one is recorded`
    : `it has no revision ${wanted}; there are ${revisions.map(({ number }) => number).join(', ')}`

/** Restores an earlier template of each target. */
export const undo = (
  ports: ModePorts,
  targets: readonly Target[],
  options: UndoOptions,
): Promise<readonly ObjectReport[]> =>
  Promise.all(targets.map((target) => undoOne(ports, target, options)))

/** Controllers write the status all the time, and each write makes a new version. */
const TRIES = 5

async function undoOne(
  ports: ModePorts,
  seen: Target,
  options: UndoOptions,
): Promise<ObjectReport> {
  let target = seen
  for (let attempt = 1; ; attempt += 1) {
    const report = await tryUndo(ports, target, options)
    if (report.reason !== 'Conflict' || attempt === TRIES) return report
    const fresh = await ports.api.get(seen.id)
    if (!fresh.ok || fresh.value?.metadata.uid !== seen.object.metadata.uid) return report
    target = { id: seen.id, object: fresh.value as KubeObject }
  }
}

async function tryUndo(
  { api, log }: ModePorts,
  target: Target,
  { revision, dryRun }: UndoOptions,
): Promise<ObjectReport> {
  const revisions = await observeRevisions(api, target)
  if (!revisions.ok) return refusedBy(target, revisions.refusal)
  const plan = planUndo(target.object, revisions.value, revision)
  if (plan.kind !== 'restore') {
    // A run that was killed after its write left the fields with the mode.
    if (plan.kind === 'unchanged' && !dryRun) await handBackAll(api, target)
    return told(target, { ...plan, action: plan.kind })
  }
  const manager = managerOf('undo')
  const patch = renderPatch(target.object, plan)
  const answer = await api.patch(target.id, patch, { kind: 'json', fieldManager: manager, dryRun })
  if (!answer.ok) return refusedBy(target, answer.refusal)
  log.info(
    `${renderId(target.id)} restored to revision ${plan.to.number}${dryRun ? ' (dry run)' : ''}`,
  )
  if (!dryRun) await handBackAll(api, target)
  return told(target, {
    action: 'restored',
    message: inertLine(`to revision ${plan.to.number} (${plan.to.images.join(', ')})`),
  })
}

const handBackAll = (api: ApiServer, target: Target): Promise<void> =>
  handBack(api, target, { manager: managerOf('undo'), fields: 'all' })

type Restore = Extract<UndoPlan, { readonly kind: 'restore' }>

/** Bound to the version that was looked at: another change meanwhile is a conflict (409). */
function renderPatch(object: KubeObject, { to, mark }: Restore): readonly unknown[] {
  const { resourceVersion, annotations = {} } = object.metadata
  const { [CHANGE_CAUSE]: _, ...others } = annotations
  const cause = to.changeCause === '' ? {} : { [CHANGE_CAUSE]: to.changeCause }
  return [
    { op: 'replace', path: '/metadata/resourceVersion', value: resourceVersion },
    { op: 'replace', path: '/spec/template', value: to.template },
    { op: 'add', path: '/metadata/annotations', value: { ...others, ...cause, [UNDONE]: mark } },
  ]
}
