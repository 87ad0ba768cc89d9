// The closed table of this action's codes; `docs/errors.md` is generated from it.
import { errorsOf } from '@sluice/rollout'

export const errors = {
  K8S_APPLY_MISSING_RIGHTS: {
    fault: 'user',
    meaning: 'The credentials lack rights that the run would need; nothing was changed.',
    hint: 'Grant them with a Role or ClusterRole; docs/kubernetes.md has the least one.',
  },
  K8S_APPLY_REFUSED: {
    fault: 'user',
    meaning: 'The cluster refused one or more objects.',
    hint: 'See the reason of each object, mend it, run again: what was applied stays and is not sent twice.',
  },
  K8S_APPLY_NOT_READY: {
    fault: 'user',
    meaning: 'Objects were applied, and one of them cannot become ready.',
    hint: 'See the reason and the log lines of the object; `on-failure: undo` would put the old state back.',
  },
  K8S_APPLY_TIMEOUT: {
    fault: 'user',
    meaning: 'Objects were applied, and were not ready within `timeout-seconds`.',
    hint: 'Look at what it waited for. Run again to wait on, or give more time.',
  },
  K8S_APPLY_SMOKE_FAILED: {
    fault: 'user',
    meaning: 'Everything is ready, and a check of `smoke` failed.',
    hint: 'Look at the answer that is shown; the new state is live.',
  },
  K8S_APPLY_UNDONE: {
    fault: 'user',
    meaning: 'The new state failed, and what was there before is back and healthy.',
    hint: 'See why the new state failed, mend it, run again.',
  },
  K8S_APPLY_UNDO_FAILED: {
    fault: 'platform',
    meaning:
      'The new state failed, and the state before could not be brought back or is not healthy.',
    hint: 'Look at the objects named and mend them by hand, or apply an earlier commit.',
  },
  K8S_APPLY_CANCELLED: {
    fault: 'user',
    meaning: 'The run was cancelled after something was changed.',
    hint: 'Run again: it goes on from what is there.',
  },
} as const

export const k8sApplyError = errorsOf(errors)
