// traffic-swap: observe, plan, then write one step after the other while the evidence allows it.
import { writeDocument, type Ports, type Report } from '@sluice/action'
import { digestOf } from '@sluice/documents'
import {
  decideNext,
  driveBack,
  driveRollout,
  isRefusal,
  planRollout,
  type Asking,
  type Observation,
  type Plan,
  type Refusal,
  type SavedWrite,
} from '@sluice/rollout'
import type { Config } from './config.ts'
import { checkBy, checkSecondsOf } from './check.ts'
import { backDryRun } from './dry-run.ts'
import { drivePorts, seconds } from './drive-ports.ts'
import type { Handed } from './handed.ts'
import { endOldSlot } from './old-slot.ts'
import { planReport, plannedWeights, refusedReport, reportOf } from './report.ts'
import { saveReach } from './restore.ts'
import { openSubject, type Subject } from './subject.ts'

interface Scene {
  readonly config: Config
  readonly ports: Ports
  readonly subject: Subject
  readonly handed: Handed
}

export async function swapTraffic(config: Config, ports: Ports): Promise<Report> {
  const { subject, handed } = await openSubject(config, ports)
  const scene = { config, ports, subject, handed }
  try {
    return await playMode(scene)
  } finally {
    await subject.close()
  }
}

async function playMode(scene: Scene): Promise<Report> {
  const { config } = scene
  switch (config.mode) {
    case 'plan':
      return showPlan(scene)
    case 'apply':
      return config.dryRun ? showPlan(scene) : applyPlan(scene)
    case 'abort':
    case 'rollback':
      return takeBack(config.mode, scene)
    default:
      return config.mode satisfies never
  }
}

interface Planned {
  readonly seen: Observation
  readonly plan: Plan | Refusal
}

/** The plan that was handed over, or one made from what is there. */
async function planned({ config, ports, subject, handed }: Scene): Promise<Planned> {
  const seen = await subject.platform.observe(ports.signal)
  if (handed.plan !== null) return { seen, plan: handed.plan }
  const order = {
    slots: config.slots,
    slot: subject.target.slot,
    revision: subject.target.revision,
    strategy: config.strategy,
    allowRejected: reason(config.allowRejected),
  }
  const { capabilities } = subject.platform
  const digest = (value: unknown) => digestOf(value, ports.sha256)
  return { seen, plan: planRollout(seen, order, { capabilities, digest }) }
}

const askingOf = (plan: Plan, { config, ports, handed }: Scene): Omit<Asking, 'now'> => ({
  planDigest: digestOf(plan, ports.sha256),
  owner: ownerOf(ports),
  allowed:
    config.allowUntested !== '' && handed.verdict?.verdict !== 'pass'
      ? { untested: config.allowUntested }
      : handed.verdict,
  allowRejected: reason(config.allowRejected),
})

async function showPlan(scene: Scene): Promise<Report> {
  const { config, ports, subject } = scene
  const { seen, plan } = await planned(scene)
  if (isRefusal(plan)) return refusedReport({ config, subject, seen, refusal: plan })
  const asking = askingOf(plan, scene)
  const next = decideNext(seen, plan, { ...asking, now: seconds(ports) })
  if (isRefusal(next)) return refusedReport({ config, subject, seen, refusal: next })
  const { path: planFile } = await writeDocument({ name: 'plan', document: plan }, ports)
  return planReport({ config, subject, plan, next, planFile, planDigest: asking.planDigest, seen })
}

async function applyPlan(scene: Scene): Promise<Report> {
  const { config, ports, subject, handed } = scene
  const { seen, plan } = await planned(scene)
  if (isRefusal(plan)) return refusedReport({ config, subject, seen, refusal: plan })
  const asking = askingOf(plan, scene)
  const { planDigest } = asking
  const { path: planFile } = await writeDocument({ name: 'plan', document: plan }, ports)
  ports.log.info(
    `plan ${planDigest.slice(0, 16)} of rollout ${plan.rollout}: ${plannedWeights(plan)}; back: ${plan.back}`,
  )
  const beforeWrite = (write: SavedWrite) =>
    saveReach({ target: subject.target, slots: config.slots, raw: config.raw }, write, ports)
  const { check } = handed
  const drive = {
    ...drivePorts(subject, ports),
    seen,
    beforeWrite,
    ...(check !== null && { check: checkBy(check, ports), checkSeconds: checkSecondsOf(check) }),
  }
  const report = await driveRollout(plan, asking, drive)
  const isOver = report.outcome === 'promoted' || report.outcome === 'unchanged'
  const oldSlot =
    isOver && report.failure === undefined
      ? await endOldSlot({ config, subject, owner: asking.owner }, ports)
      : null
  return reportOf({ config, subject, report, plan, planFile, planDigest, oldSlot })
}

async function takeBack(mode: 'abort' | 'rollback', scene: Scene): Promise<Report> {
  const { config, subject, ports } = scene
  if (config.dryRun) return backDryRun(mode, scene)
  const report = await driveBack(mode, subject.target.slot, drivePorts(subject, ports))
  return reportOf({
    config,
    subject,
    report,
    plan: null,
    planFile: '',
    planDigest: '',
    oldSlot: null,
  })
}

const reason = (text: string): string | null => (text === '' ? null : text)

/**
 * `<run id>.<attempt>`: another attempt of the same run goes on where this one stopped. Outside of
 * a runner every process is an owner of its own.
 */
const ownerOf = ({ run, clock }: Ports): string =>
  run.runId === '' ? `local${clock.now()}.1` : `${run.runId}.${run.runAttempt}`
