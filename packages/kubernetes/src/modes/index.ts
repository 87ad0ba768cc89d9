export {
  deleteApplication,
  deleteManifests,
  type DeleteOptions as DeleteModeOptions,
} from './delete.ts'
export { observeHistory, renderHistory, type History } from './history.ts'
export { invalidTargets } from './invalid-targets.ts'
export { planHandBack, type HandBack } from './ownership.ts'
export { pause, resume } from './pause.ts'
export type { ChangeOptions, ModePorts } from './change.ts'
export { restart } from './restart.ts'
export { renderSelector, type Revision } from './revisions.ts'
export { scale, type ScaleOptions } from './scale.ts'
export { observeApplication, observeManifests, type Standing, type StatusPorts } from './status.ts'
export { findTargets, parseTarget, type TargetOrder } from './targets.ts'
export { planUndo, undo, UNDONE, type UndoOptions, type UndoPlan } from './undo.ts'
export type { Target, WorkloadMode } from './workload.ts'
