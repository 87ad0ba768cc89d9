// The closed table of this package's codes; `docs/errors.md` is generated from it.
import { errorsOf } from './sluice-error.ts'

export const errors = {
  ROLLOUT_BAD_STRATEGY: {
    fault: 'user',
    meaning: 'The steps or the bake time cannot be followed on this platform.',
    hint: 'Give rising whole percents that end at 100, such as 10,50,100.',
  },
  ROLLOUT_BAD_SLOTS: {
    fault: 'user',
    meaning: 'The input `slots` does not name two different slots, or the slot is not one of them.',
    hint: 'Name two slots, such as blue,green, and one of them as the slot.',
  },
  ROLLOUT_TRAFFIC_INVALID: {
    fault: 'user',
    meaning: 'The endpoint shows weights that no valid state has (they do not sum to 100 or 0).',
    hint: 'Set the traffic by hand to 100 for the slot that should serve, then run again.',
  },
  ROLLOUT_MARKS_INVALID: {
    fault: 'user',
    meaning: 'A mark of ours on the endpoint cannot be read; somebody edited it.',
    hint: 'Remove the sluice marks from the endpoint, check the traffic, then run again.',
  },
  ROLLOUT_FOREIGN_SLOT: {
    fault: 'user',
    meaning: 'A slot that is not in the input `slots` has traffic.',
    hint: 'Name that slot in the input `slots`, or move its traffic to one of ours.',
  },
  ROLLOUT_SLOT_MISSING: {
    fault: 'user',
    meaning: 'The traffic names a slot that is not deployed, or the wanted slot is not deployed.',
    hint: 'Deploy the slot with endpoint-deploy, or take it out of the traffic.',
  },
  ROLLOUT_SLOT_UNCLEAR: {
    fault: 'user',
    meaning: 'Nothing says which slot is active, so none can be called idle.',
    hint: 'Name the slot in the input `slot`, or give one slot 100 first.',
  },
  ROLLOUT_SPLIT_UNKNOWN: {
    fault: 'user',
    meaning: 'Both slots have traffic, and no mark of ours says which one is new.',
    hint: 'Set the traffic to 100 for the slot that should serve, then run again.',
  },
  ROLLOUT_IN_FLIGHT: {
    fault: 'user',
    meaning: 'Another rollout is under way on this endpoint, or its bake has not ended.',
    hint: 'Let it finish, or take it back with traffic-swap `mode: abort`.',
  },
  ROLLOUT_OWNED: {
    fault: 'user',
    meaning: 'Another run drives a rollout on this endpoint, and its claim has not expired.',
    hint: 'Wait for that run, or for the time named, then run again.',
  },
  ROLLOUT_OWNERSHIP_LOST: {
    fault: 'user',
    meaning: 'Between two of our reads another run or a person changed the endpoint.',
    hint: 'Look at the traffic. Run again to go on from what is there now.',
  },
  ROLLOUT_SLOT_UNHEALTHY: {
    fault: 'platform',
    meaning: 'A slot that the change needs is not healthy.',
    hint: 'Look at the logs of that slot, deploy it again, then run again.',
  },
  ROLLOUT_SLOT_CHANGED: {
    fault: 'user',
    meaning: 'The slot holds another revision than the one that was named.',
    hint: 'Run endpoint-deploy and endpoint-test again and use their outputs.',
  },
  ROLLOUT_REJECTED: {
    fault: 'user',
    meaning: 'This revision was taken back before, by a verdict or by a rollback.',
    hint: 'Deploy a new revision, or give a reason in the input `allow-rejected`.',
  },
  ROLLOUT_UNTESTED: {
    fault: 'user',
    meaning: 'No passing verdict for this very revision allows more traffic.',
    hint: 'Give `evidence-file` from endpoint-test, or a reason in `allow-untested`.',
  },
  ROLLOUT_PLAN_STALE: {
    fault: 'user',
    meaning: 'The endpoint is neither where the plan begins nor at one of its steps.',
    hint: 'Run the plan again (re-run all jobs), or `mode: abort` to go back first.',
  },
  ROLLOUT_NO_WAY_BACK: {
    fault: 'user',
    meaning: 'Nothing on the endpoint says that the named slot was the last good one.',
    hint: 'Name the slot that served before, or deploy and test the revision again.',
  },
  ROLLOUT_CHANGED_MEANWHILE: {
    fault: 'user',
    meaning: 'Traffic or marks changed between our look and our write, so nothing was written.',
    hint: 'Look at the traffic. Run again to go on from what is there now.',
  },
  ROLLOUT_ABORTED: {
    fault: 'platform',
    meaning: 'The rollout was taken back before its end.',
    hint: 'See the reason, mend the revision, deploy it again.',
  },
  ROLLOUT_CHECK_FAILED: {
    fault: 'platform',
    meaning:
      'The check of the endpoint did not pass, long after the rollout had ended; nothing was written.',
    hint: 'Run traffic-swap `mode: rollback` with the slot that served before, or mend it and run again.',
  },
  ROLLOUT_CHECK_BROKEN: {
    fault: 'platform',
    meaning: 'The check of the endpoint broke off, so nothing says whether the step is well.',
    hint: 'Look at the cause. Run again: the step is checked before anything moves.',
  },
  ROLLOUT_PLAN_INVALID: {
    fault: 'user',
    meaning:
      'The plan document is not what planning gives for its own endpoint, slot and strategy.',
    hint: 'Somebody edited it. Run traffic-swap `mode: plan` again and use its output.',
  },
  ROLLOUT_CANCELLED: {
    fault: 'user',
    meaning: 'The run was cancelled while a rollout was under way.',
    hint: 'Re-run the job to go on, or run `mode: abort` to go back.',
  },
} as const

export const rolloutError = errorsOf(errors)
export type RolloutCode = keyof typeof errors
