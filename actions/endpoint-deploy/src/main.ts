// Orchestrates: files, pin, look, decide, deploy, look again. Decisions are in decide.ts.
import { failureReport, readDocument, type Ports, type Report } from '@sluice/action'
import {
  errorOfRefusal,
  findHolder,
  isRefusal,
  renderRevisionMark,
  type LockEntry,
  type Observation,
} from '@sluice/rollout'
import { openAzureSite } from './azureml-site.ts'
import type { Config } from './config.ts'
import { decideDeploy } from './decide.ts'
import { dryRunReport, doneReport, type Deployed } from './deployed.ts'
import { openKubernetesSite } from './kubernetes-site.ts'
import { renderSlots } from './report.ts'
import type { Pinned, Site } from './site.ts'

export function main(config: Config, ports: Ports): Promise<Report> {
  return config.platform === 'azureml'
    ? onSite(openAzureSite(config, ports), config, ports)
    : onSite(openKubernetesSite(config, ports), config, ports)
}

async function onSite<Workload>(
  opening: Promise<Site<Workload>>,
  config: Config,
  ports: Ports,
): Promise<Report> {
  const site = await opening
  const looks: Observation[] = []
  try {
    return await deploy({ config, ports, site, looks })
  } catch (error) {
    return failed(error, { endpoint: site.subject.endpoint, looks, signal: ports.signal })
  } finally {
    await site.close()
  }
}

interface Deploying<Workload> {
  readonly config: Config
  readonly ports: Ports
  readonly site: Site<Workload>
  /** What was seen so far, for the summary of a step that fails. */
  readonly looks: Observation[]
}

async function deploy<Workload>(deploying: Deploying<Workload>): Promise<Report> {
  const { config, ports, site, looks } = deploying
  const pinned = await pin(deploying)
  const mark = renderRevisionMark(pinned.revision)
  const before = await site.platform.observe(ports.signal)
  looks.push(before)
  const { slots, slot: wanted, allowRejected } = config
  const now = Math.floor(ports.clock.now() / 1000)
  const decision = decideDeploy(before, { mark, slots, wanted, now, allowRejected })
  if (isRefusal(decision)) throw errorOfRefusal(decision)
  if (!before.exists && !config.createEndpoint) throw site.errors.absent()
  const { slot } = decision
  const deployed: Deployed = { config, ports, subject: site.subject, pinned, mark, slot }
  if (decision.kind === 'present') {
    ports.log.info(`slot ${slot} already holds ${mark}`)
    return doneReport(deployed, { looks: { before, after: before }, changed: false })
  }
  const { workload } = pinned
  if (config.dryRun) {
    return dryRunReport(deployed, {
      before,
      writes: await site.pendingWrites({ slot, mark, workload, seen: before }),
    })
  }
  const { changed } = await site.platform.deploy(
    { slot, mark, workload, seen: before },
    ports.signal,
  )
  const after = await site.platform.observe(ports.signal)
  looks.push(after)
  if (findHolder(after, slots, mark) === null) {
    throw site.errors.notVisible(
      `slot ${slot} was deployed, but a later look does not find ${mark} healthy in it`,
    )
  }
  return doneReport(deployed, { looks: { before, after }, changed })
}

async function pin<Workload>({
  config,
  ports,
  site,
}: Deploying<Workload>): Promise<Pinned<Workload>> {
  const pinned = await site.pin(await readLockEntry(config, site, ports))
  for (const notice of pinned.notices) ports.log.notice(notice)
  for (const warning of pinned.warnings) ports.log.warning(warning)
  return pinned
}

/** null: no lock was given. */
async function readLockEntry(
  { revisionLock }: Config,
  { subject: { name }, errors }: Pick<Site<unknown>, 'subject' | 'errors'>,
  ports: Ports,
): Promise<LockEntry | null> {
  if (revisionLock === '') return null
  const order = { kind: 'lock', input: 'revision-lock', given: revisionLock } as const
  const { document } = await readDocument(order, ports)
  const entry = Object.hasOwn(document.endpoints, name) ? document.endpoints[name] : undefined
  if (entry !== undefined) return entry
  const names = Object.keys(document.endpoints).join(', ') || 'none'
  throw errors.lockEntryMissing(`the lock has no entry "${name}"; it has ${names}`)
}

interface Failed {
  readonly endpoint: string
  readonly looks: readonly Observation[]
  readonly signal: AbortSignal
}

function failed(error: unknown, { endpoint, looks, signal }: Failed): Report {
  const found = failureReport(error)
  // The SDK has an error of its own for a request that was called off.
  const failure = signal.aborted && found.fault === 'bug' ? failureReport(signal.reason) : found
  const [before, after] = [looks[0], looks.at(-1)]
  return {
    ending: signal.aborted ? 'cancelled' : 'failed',
    subject: endpoint,
    outputs: {},
    summary: before === undefined || after === undefined ? '' : renderSlots({ before, after }),
    failure,
  }
}
