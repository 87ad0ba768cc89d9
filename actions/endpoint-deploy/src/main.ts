// Orchestrates: files, pin, look, decide, deploy, look again. Decisions are in decide.ts.
import {
  badInput,
  failureReport,
  readDocument,
  writeDocument,
  type Ports,
  type Report,
} from '@sluice/action'
import { azuremlError, openAzureWorkspace, type AzureWorkspace, type Pinned } from '@sluice/azureml'
import { canonicalJson } from '@sluice/documents'
import {
  errorOfRefusal,
  findHolder,
  isRefusal,
  renderRevisionMark,
  TARGET_SCHEMA,
  type LockEntry,
  type Observation,
  type RevisionMark,
  type Target,
} from '@sluice/rollout'
import type { Config } from './config.ts'
import { activeSlot, decideDeploy, type Decision } from './decide.ts'
import { renderFacts, renderSlots, renderTraffic, renderWrites, type Looks } from './report.ts'
import { readSources, readTexts, type Sources } from './sources.ts'

interface Deploying {
  readonly config: Config
  readonly ports: Ports
  readonly sources: Sources
  readonly azure: AzureWorkspace
  /** What was seen so far, for the summary of a step that fails. */
  readonly looks: Observation[]
}

export async function main(config: Config, ports: Ports): Promise<Report> {
  const sources = readSources(config, await readTexts(config, ports.files))
  if (!sources.ok) throw badInput(sources.problems)
  const { place, endpointName } = sources.value
  const azure = await openAzureWorkspace({
    target: { place, endpoint: endpointName },
    settings: config.settings,
    ports,
    waitSeconds: config.waitSeconds,
  })
  const looks: Observation[] = []
  try {
    return await deploy({ config, ports, sources: sources.value, azure, looks })
  } catch (error) {
    return failed(error, { endpointName, looks, signal: ports.signal })
  }
}

async function deploy(deploying: Deploying): Promise<Report> {
  const { config, ports, azure, looks } = deploying
  const pinned = await pin(deploying)
  const mark = renderRevisionMark(pinned.revision)
  const before = await azure.platform.observe(ports.signal)
  looks.push(before)
  const { slots, slot: wanted, allowRejected } = config
  const now = Math.floor(ports.clock.now() / 1000)
  const decision = decideDeploy(before, { mark, slots, wanted, now, allowRejected })
  if (isRefusal(decision)) throw errorOfRefusal(decision)
  refuseAbsent(deploying, before)
  const step = { deploying, pinned, mark, decision }
  if (decision.kind === 'present') {
    ports.log.info(`slot ${decision.slot} already holds ${mark}`)
    return done(step, { looks: { before, after: before }, changed: false })
  }
  if (config.dryRun) return dryRun(step, before)
  const { slot } = decision
  const order = { slot, mark, workload: pinned.workload, seen: before }
  const { changed } = await azure.platform.deploy(order, ports.signal)
  const after = await azure.platform.observe(ports.signal)
  looks.push(after)
  if (findHolder(after, slots, mark) === null) {
    throw azuremlError(
      'AZUREML_NOT_VISIBLE',
      `slot ${slot} was deployed, but a later look does not find ${mark} healthy in it`,
    )
  }
  return done(step, { looks: { before, after }, changed })
}

async function pin({ config, ports, sources, azure }: Deploying): Promise<Pinned> {
  const { endpoint, deployment, model, modelVersion } = sources
  const lock = await readLockEntry(config, { name: endpoint.name, ports })
  const order = {
    endpoint,
    createEndpoint: config.createEndpoint,
    deployment,
    deploymentFile: config.deploymentFile,
    model,
    modelVersion,
    commit: config.commit,
    lock,
  }
  const pinned = await azure.pin(order, ports.signal)
  for (const notice of pinned.notices) ports.log.notice(notice)
  for (const warning of pinned.warnings) ports.log.warning(warning)
  if (endpoint.ignored.length > 0) {
    ports.log.info(
      `${config.endpointFile}: ${endpoint.ignored.join(', ')} has no effect on a deploy`,
    )
  }
  return pinned
}

/** null: no lock was given. */
async function readLockEntry(
  { revisionLock }: Config,
  { name, ports }: { readonly name: string; readonly ports: Ports },
): Promise<LockEntry | null> {
  if (revisionLock === '') return null
  const order = { kind: 'lock', input: 'revision-lock', given: revisionLock } as const
  const { document } = await readDocument(order, ports)
  const entry = Object.hasOwn(document.endpoints, name) ? document.endpoints[name] : undefined
  if (entry !== undefined) return entry
  const names = Object.keys(document.endpoints).join(', ') || 'none'
  throw azuremlError(
    'AZUREML_LOCK_ENTRY_MISSING',
    `the lock has no entry "${name}"; it has ${names}`,
  )
}

function refuseAbsent({ config, sources }: Deploying, before: Observation): void {
  if (before.exists || config.createEndpoint) return
  throw azuremlError(
    'AZUREML_ENDPOINT_ABSENT',
    `endpoint ${sources.endpointName} does not exist in workspace ${sources.place.workspace}`,
  )
}

interface Step {
  readonly deploying: Deploying
  readonly pinned: Pinned
  readonly mark: RevisionMark
  readonly decision: Decision
}

async function dryRun(step: Step, before: Observation): Promise<Report> {
  const { azure, ports } = step.deploying
  const { slot } = step.decision
  const writes = await azure.pendingWrites({ slot, workload: step.pinned.workload }, ports.signal)
  return {
    ending: 'dry run',
    subject: step.deploying.sources.endpointName,
    outputs: outputsOf(step, { look: before, changed: false }),
    summary: [facts(step), renderSlots({ before, after: before }), renderWrites(writes)].join('\n'),
  }
}

async function done(
  step: Step,
  end: { readonly looks: Looks; readonly changed: boolean },
): Promise<Report> {
  const { deploying, pinned, mark, decision } = step
  const { sources, ports } = deploying
  const target: Target = {
    schema: TARGET_SCHEMA,
    platform: 'azureml',
    place: sources.place,
    endpoint: sources.endpointName,
    name: sources.endpoint.name,
    slot: decision.slot,
    revision: mark,
    revisionDigest: pinned.revision.revisionDigest,
    contents: pinned.contents,
  }
  const { path } = await writeDocument({ name: 'target', document: target }, ports)
  return {
    ending: end.changed ? 'deployed' : 'unchanged',
    subject: sources.endpointName,
    outputs: {
      ...outputsOf(step, { look: end.looks.after, changed: end.changed }),
      target: canonicalJson(target),
      'target-file': path,
    },
    summary: [facts(step), renderSlots(end.looks)].join('\n'),
  }
}

function outputsOf(
  { deploying, pinned, mark, decision }: Step,
  { look, changed }: { readonly look: Observation; readonly changed: boolean },
): Report['outputs'] {
  const active = activeSlot(look, deploying.config.slots)
  const model = pinned.workload.model?.label
  return {
    slot: decision.slot,
    revision: mark,
    'revision-digest': pinned.revision.revisionDigest,
    traffic: renderTraffic(look),
    endpoint: deploying.sources.endpointName,
    changed: String(changed),
    ...(active !== null && { 'active-slot': active }),
    ...(model !== undefined && { model }),
  }
}

function facts({ deploying, pinned, mark, decision }: Step): string {
  const { environment, commit, allowRejected } = deploying.config
  return renderFacts({
    mark,
    revisionDigest: pinned.revision.revisionDigest,
    model: pinned.workload.model?.label ?? null,
    slot: decision.slot,
    endpoint: deploying.sources.endpointName,
    environment,
    commit,
    allowRejected,
  })
}

interface Failed {
  readonly endpointName: string
  readonly looks: readonly Observation[]
  readonly signal: AbortSignal
}

function failed(error: unknown, { endpointName, looks, signal }: Failed): Report {
  const found = failureReport(error)
  // The SDK has an error of its own for a request that was called off.
  const failure = signal.aborted && found.fault === 'bug' ? failureReport(signal.reason) : found
  const [before, after] = [looks[0], looks.at(-1)]
  return {
    ending: signal.aborted ? 'cancelled' : 'failed',
    subject: endpointName,
    outputs: {},
    summary: before === undefined || after === undefined ? '' : renderSlots({ before, after }),
    failure,
  }
}
