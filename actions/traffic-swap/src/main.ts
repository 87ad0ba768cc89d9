// traffic-swap: observe, plan, then write one step after the other while the evidence allows it.
import { readDocument, writeDocument, type Ports, type Report } from '@sluice/action'
import { digestOf } from '@sluice/documents'
import {
  decideNext,
  driveBack,
  driveRollout,
  errorOfRefusal,
  isRefusal,
  planRollout,
  type Asking,
  type Observation,
  type Plan,
  type SavedWrite,
} from '@sluice/rollout'
import { drivePorts, seconds } from './drive-ports.ts'
import { backDryRun } from './dry-run.ts'
import { planReport, plannedWeights, reportOf } from './report.ts'
import { saveReach } from './restore.ts'
import { openSubject, readVerdict, type Subject } from './subject.ts'
import type { Config } from './config.ts'

export async function swapTraffic(config: Config, ports: Ports): Promise<Report> {
  const subject = await openSubject(config, ports)
  switch (config.mode) {
    case 'plan':
      return showPlan(config, subject, ports)
    case 'apply':
      return config.dryRun ? showPlan(config, subject, ports) : applyPlan(config, subject, ports)
    case 'abort':
    case 'rollback':
      return takeBack(config.mode, { config, subject, ports })
    default:
      return config.mode satisfies never
  }
}

interface Planned {
  readonly plan: Plan
  readonly digest: string
  readonly asking: Omit<Asking, 'now'>
  readonly seen: Observation
}

/** Reads the plan that was handed over, or makes one from what is there. Throws what refuses it. */
async function planned(config: Config, subject: Subject, ports: Ports): Promise<Planned> {
  const allowed = await readVerdict(config, ports)
  const seen = await subject.platform.observe(ports.signal)
  const digest = (value: unknown) => digestOf(value, ports.sha256)
  const plan =
    config.planFile === ''
      ? planRollout(
          seen,
          {
            slots: config.slots,
            slot: subject.target.slot,
            revision: subject.target.revision,
            strategy: config.strategy,
            allowRejected: config.allowRejected === '' ? null : config.allowRejected,
          },
          { capabilities: subject.platform.capabilities, digest },
        )
      : await readPlan(config, subject, ports)
  if (isRefusal(plan)) throw errorOfRefusal(plan)
  const asking = {
    planDigest: digest(plan),
    owner: ownerOf(ports),
    allowed: config.allowUntested === '' ? allowed : { untested: config.allowUntested },
  }
  return { plan, digest: asking.planDigest, asking, seen }
}

async function showPlan(config: Config, subject: Subject, ports: Ports): Promise<Report> {
  const { plan, digest, asking, seen } = await planned(config, subject, ports)
  const next = decideNext(seen, plan, { ...asking, now: seconds(ports) })
  if (isRefusal(next)) throw errorOfRefusal(next)
  const written = await writeDocument({ name: 'plan', document: plan }, ports)
  return planReport({
    config,
    subject,
    plan,
    next,
    planFile: written.path,
    planDigest: digest,
    seen,
  })
}

async function applyPlan(config: Config, subject: Subject, ports: Ports): Promise<Report> {
  const { plan, digest, asking, seen } = await planned(config, subject, ports)
  const written = await writeDocument({ name: 'plan', document: plan }, ports)
  ports.log.info(
    `plan ${digest.slice(0, 16)} of rollout ${plan.rollout}: ${plannedWeights(plan)}; back: ${plan.back}`,
  )
  const save = (write: SavedWrite) =>
    saveReach({ target: subject.target, raw: config.raw }, write, ports)
  const report = await driveRollout(plan, asking, {
    ...drivePorts(subject, ports),
    seen,
    beforeWrite: save,
  })
  return reportOf({ config, subject, report, plan, planFile: written.path, planDigest: digest })
}

async function takeBack(
  mode: 'abort' | 'rollback',
  parts: { readonly config: Config; readonly subject: Subject; readonly ports: Ports },
): Promise<Report> {
  const { config, subject, ports } = parts
  if (config.dryRun) return backDryRun(mode, parts)
  const report = await driveBack(mode, subject.target.slot, drivePorts(subject, ports))
  return reportOf({ config, subject, report, plan: null, planFile: '', planDigest: '' })
}

async function readPlan(config: Config, subject: Subject, ports: Ports): Promise<Plan> {
  const { document } = await readDocument(
    { kind: 'plan', input: 'plan-file', given: config.planFile, digest: config.planDigest },
    ports,
  )
  const { slot, revision } = subject.target
  if (document.slot !== slot || document.revision !== revision) {
    throw errorOfRefusal({
      kind: 'refused',
      code: 'ROLLOUT_PLAN_STALE',
      message: `the plan is for ${document.revision} in slot ${document.slot}; the target is ${revision} in slot ${slot}`,
      hint: 'Use the plan and the target of the same run.',
    })
  }
  return document
}

/** `<run id>.<attempt>`: another attempt of the same run goes on where this one stopped. */
const ownerOf = ({ run }: Ports): string =>
  run.runId === '' ? 'local.1' : `${run.runId}.${run.runAttempt}`
