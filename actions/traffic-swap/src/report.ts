// What a person and a later step get to know: outputs, and one summary section.
import { bullets, code, table, type Report } from '@sluice/action'
import {
  errorOfRefusal,
  renderPlanStep,
  renderPlanWeights,
  rolloutError,
  type DriveReport,
  type Next,
  type Observation,
  type Plan,
  type Refusal,
  EXIT,
} from '@sluice/rollout'
import { renderChecks } from './check.ts'
import type { Config } from './config.ts'
import type { OldSlotEnd } from './old-slot.ts'
import type { Subject } from './subject.ts'

export interface Ended {
  readonly config: Config
  readonly subject: Subject
  readonly report: DriveReport
  readonly plan: Plan | null
  readonly planFile: string
  readonly planDigest: string
  /** null: no rollout ended here. */
  readonly oldSlot: OldSlotEnd | null
}

/** The report of everything that may have written. Fails the step unless the mode got what it is for. */
export function reportOf(ended: Ended): Report {
  const { config, subject, report, planFile, planDigest, oldSlot } = ended
  const failure = failureOf(ended)
  // Without its pods the old slot is no place that a command may send people to.
  const wayBack = oldSlot?.changed === true ? { ...report, rollback: null } : report
  return {
    ending: report.outcome,
    subject: subject.target.endpoint,
    outputs: {
      outcome: report.outcome,
      'traffic-before': report.before,
      ...(report.proven && { traffic: report.after }),
      ...(planFile !== '' && { 'plan-file': planFile, 'plan-digest': planDigest }),
      ...(report.proven && {
        changed: String(report.changed || (oldSlot?.changed ?? false)),
      }),
      ...moreOutputs(wayBack),
    },
    summary:
      trafficTable(subject, report.before, report.proven ? report.after : 'not proven') +
      sharesLine(report) +
      (ended.plan === null ? '' : planSection(ended.plan, planDigest)) +
      renderChecks(report) +
      notes(config, report.reason, oldSlot?.told) +
      rollbackSection(wayBack),
    ...(failure !== null && { failure, exitCode: exitOf(report) }),
  }
}

/** The report of `plan`, and of a dry run: nothing was written. */
export function planReport(parts: {
  readonly config: Config
  readonly subject: Subject
  readonly plan: Plan
  readonly next: Next
  readonly planFile: string
  readonly planDigest: string
  readonly seen: Observation
}): Report {
  const { config, subject, plan, next, planFile, planDigest } = parts
  const before = renderPlanWeights(parts.seen.traffic)
  const done = next.kind === 'done'
  const held = next.kind === 'hold'
  const outcome = done ? 'unchanged' : held ? 'held' : 'paused'
  return {
    ending: outcome,
    subject: subject.target.endpoint,
    outputs: {
      outcome,
      'traffic-before': before,
      traffic: before,
      'plan-file': planFile,
      'plan-digest': planDigest,
      changed: 'false',
    },
    summary:
      trafficTable(subject, before, done ? before : `${plannedWeights(plan)} (planned)`) +
      planSection(plan, planDigest) +
      (config.dryRun
        ? `\nDry run: nothing was written. It would write:\n\n${plannedWrites(plan, next)}`
        : '') +
      notes(config, whyNot(next)),
    ...(held && {
      failure: rolloutError('ROLLOUT_NO_WAY_BACK', `${subject.target.endpoint}: ${next.reason}`),
      exitCode: EXIT.held,
    }),
  }
}

/** A refusal after the first look: nothing was written, and the traffic that was seen is told. */
export function refusedReport(parts: {
  readonly config: Config
  readonly subject: Subject
  readonly seen: Observation
  readonly refusal: Refusal
}): Report {
  const { config, subject, seen, refusal } = parts
  const traffic = renderPlanWeights(seen.traffic)
  return {
    ending: 'held',
    subject: subject.target.endpoint,
    outputs: { outcome: 'held', 'traffic-before': traffic, traffic, changed: 'false' },
    summary: trafficTable(subject, traffic, traffic) + notes(config, ''),
    failure: errorOfRefusal(refusal),
  }
}

/** What an approver must know besides the steps. */
function whyNot(next: Next): string {
  if (next.kind === 'go-back') return `applying it now would go back: ${next.reason}`
  if (next.kind === 'look-again') return `it would wait first: ${next.why}`
  return next.kind === 'hold' ? next.reason : ''
}

/** `blue=90,green=10, then green=100` */
export const plannedWeights = (plan: Plan): string =>
  plan.steps.length === 0 ? 'nothing to do' : plan.steps.map(renderPlanStep).join(', then ')

export const trafficTable = (subject: Subject, before: string, after: string): string =>
  `${table(
    ['', 'traffic'],
    [
      ['before', before],
      ['after', after],
    ],
  )}\nSlot ${subject.target.slot} of ${subject.target.endpoint}, revision ${subject.target.revision === '' ? 'as it stands there' : subject.target.revision}.\n`

function planSection(plan: Plan, digest: string): string {
  const rows = plan.steps.map((step, i) => [
    String(i + 1),
    renderPlanStep(step),
    `${step.bakeSeconds} s`,
  ])
  return `\n${table(['step', 'weights', 'bake'], rows)}\nGoing back: ${plan.back}. Plan ${digest.slice(0, 16)}, rollout ${plan.rollout}.\n`
}

function plannedWrites(plan: Plan, next: Next): string {
  if (next.kind === 'hold') return bullets([`nothing: ${next.reason}`])
  if (next.kind === 'done') return bullets(['nothing: the endpoint is where the plan ends'])
  if (next.kind === 'go-back')
    return bullets([`${renderPlanWeights(next.write.weights)}, because ${next.reason}`])
  const done = next.kind === 'write' ? next.step - 1 : next.kind === 'bake' ? next.step : 0
  const left = plan.steps
    .slice(done)
    .map((step, i) => `step ${done + i + 1}: weights ${renderPlanStep(step)} on ${plan.endpoint}`)
  return bullets(left.length === 0 ? ['nothing more: the last step bakes'] : left)
}

/** Outputs that only some platforms and steps have. */
function moreOutputs({ shares, rollback, checks }: DriveReport): Readonly<Record<string, string>> {
  // What decided; how the endpoint was after going back is told beside it.
  const check = checks.findLast(({ step }) => step > 0)
  return {
    ...(shares !== null && { shares: renderShares(shares) }),
    ...(rollback !== null && { rollback: JSON.stringify(rollback) }),
    ...(check !== undefined && { check: check.verdict }),
  }
}

/** `canary=18.2,stable=81.8` */
const renderShares = (shares: Readonly<Record<string, number>>): string =>
  Object.keys(shares)
    .toSorted()
    .map((slot) => `${slot}=${shares[slot]}`)
    .join(',')

const sharesLine = ({ shares }: DriveReport): string =>
  shares === null ? '' : `\nWhole replicas really give ${renderShares(shares)}.\n`

const rollbackSection = ({ rollback }: DriveReport): string =>
  rollback === null ? '' : `\nTo take it back by hand:\n\n${code(rollback.command).markdown}\n`

function notes(config: Config, reason: string, oldSlot = ''): string {
  const lines = [
    ...(reason === '' ? [] : [`Why: ${reason}`]),
    ...(oldSlot === '' ? [] : [`Old slot: ${oldSlot}`]),
    ...(config.allowUntested === ''
      ? []
      : [`Override: traffic without evidence, because ${config.allowUntested}`]),
    ...(config.allowRejected === ''
      ? []
      : [`Override: a rejected revision, because ${config.allowRejected}`]),
  ]
  return lines.length === 0 ? '' : `\n${bullets(lines)}`
}

function failureOf({ config, report }: Ended) {
  if (report.failure !== undefined) return report.failure
  const wanted = {
    plan: ['paused', 'unchanged'],
    // Paused: match or mirror alone are in force. A cancelled run has a failure of its own.
    apply: ['promoted', 'unchanged', 'paused'],
    abort: ['aborted', 'unchanged'],
    rollback: ['rolled-back', 'unchanged'],
  }[config.mode]
  if (wanted.includes(report.outcome)) return null
  return rolloutError(
    'ROLLOUT_ABORTED',
    `the rollout ended ${report.outcome} at ${report.after}: ${report.reason}`,
  )
}

/** 2 when traffic is not in a proven state, 3 when it is held. */
function exitOf(report: DriveReport): number {
  if (!report.proven) return EXIT.unproven
  return report.outcome === 'held' && report.failure === undefined ? EXIT.held : EXIT.error
}
