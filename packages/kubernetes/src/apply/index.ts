export * from './report.ts'
export * from './application-set.ts'
export * from './application-set-record.ts'
export * from './application-set-conflict.ts'
export { invalidSet } from './application-set-invalid.ts'
export { setRights, type SetRightsQuestion } from './application-set-rights.ts'
export * from './prune.ts'
export * from './prune-run.ts'
export * from './removal.ts'
export * from './removal-stages.ts'
export { holds, firstDifference, type Comparison } from './managed-fields.ts'
export { observeLive, type LiveState } from './live.ts'
export {
  objectsOf,
  planApply,
  REPLACE_ANNOTATION,
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
export { diffPlan, differs, renderDiff, type DiffParts, type ObjectDiff } from './diff.ts'
export {
  recordBefore,
  restoreBefore,
  type BeforeRecord,
  type RestoredObject,
  type Restoring,
} from './restore.ts'
