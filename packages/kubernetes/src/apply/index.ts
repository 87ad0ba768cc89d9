export * from './report.ts'
export { applicationSetOf, labelMembers, setIdOf, setLabels, setOf } from './application-set.ts'
export type { ApplicationSet } from './application-set.ts'
export {
  noRecord,
  parentOf,
  parseKind,
  parseRecord,
  planRecord,
  planShrunk,
  readRecord,
  renderKind,
  writeRecord,
  type RecordWritten,
  type SetRecord,
  type SetRecordSeen,
} from './application-set-record.ts'
export { findMembersElsewhere } from './application-set-conflict.ts'
export { invalidSet } from './application-set-invalid.ts'
export { setRights, type SetRightsQuestion } from './application-set-rights.ts'
export { observeMembers, planPrune, type Member, type PrunePlan } from './prune.ts'
export { applyPrune, type Pruned, type PruneOrder } from './prune-run.ts'
export { dataLostWith, removalStages } from './removal-stages.ts'
export { holds, firstDifference } from './managed-fields.ts'
export { observeLive, type LiveState } from './live.ts'
export {
  objectsOf,
  planApply,
  type ApplyPlan,
  type ApplyRules,
  type Intent,
  type PlannedObject,
  type PlannedStage,
} from './plan.ts'
export {
  applyPlan,
  type AppliedObject,
  type ApplyOutcome,
  type RunParts,
  type WaitForStage,
} from './run.ts'
export { requiredRights, rightsToUndo, type PlanRights, type RightsQuestion } from './rights.ts'
export type { ChangeOptions as DiffOptions, FieldChange } from './changes.ts'
export { diffPlan, renderDiff, type DiffParts, type ObjectDiff } from './diff.ts'
export {
  recordBefore,
  restoreBefore,
  type BeforeRecord,
  type RestoredObject,
  type Restoring,
} from './restore.ts'
