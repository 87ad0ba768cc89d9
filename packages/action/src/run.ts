// Runs an action as a step: inputs, ports, signals, then outputs, summary, annotation, exit code.
import { getInput } from '@actions/core'
import { EXIT, type SluiceError } from '@sluice/rollout'
import type { Action, RawInputs, Report } from './action.ts'
import { listenForSignals, withGrace } from './cancel.ts'
import { badInput, failureReport } from './failure.ts'
import { createLog, type StepLog } from './log.ts'
import { createMasks } from './masks.ts'
import { createPorts } from './ports-real.ts'
import type { Ports } from './ports.ts'
import { renderSection, writeOutputs, writeSummary, type Destination } from './report-files.ts'

interface Step<Config> extends Destination {
  readonly action: Action<Config>
  readonly ports: Ports
  readonly log: StepLog
  /** Where bugs are reported; '' when the runner does not say where the action comes from. */
  readonly issues: string
}

/**
 * Says that the process is a post step: the bundle and its inputs are the same as of the main one.
 * Not a saved state: a step that was killed in its first moments leaves none, and its post step
 * would then run the action again.
 */
const POST_ARGUMENT = '--post'

/** Never rejects; ends the process with the exit code of the report. */
export async function runAction<Config>(action: Action<Config>): Promise<void> {
  const { env } = process
  const isPost = action.post !== undefined && process.argv.includes(POST_ARGUMENT)
  const masks = createMasks()
  const log = createLog(masks, { onRunner: env['GITHUB_ACTIONS'] === 'true' })
  const signal = listenForSignals((name) => log.info(`${name}: stopping`))
  const ports = createPorts({ log, signal })
  const step: Step<Config> = { action, ports, log, masks, env, issues: issuesPage(env) }
  process.on('uncaughtException', (error) => {
    const failure = failureReport(error, step.issues)
    if (isPost) warn(step, failure)
    else annotate(step, failure)
    process.exit(isPost ? EXIT.done : EXIT.error)
  })
  const exitCode = isPost ? await runPost(step) : await runMain(step)
  await new Promise((resolve) => process.stdout.write('', resolve))
  // What still runs was told to stop, or was never waited for.
  process.exit(exitCode)
}

async function runMain<Config>(step: Step<Config>): Promise<number> {
  const report = await reportOf(step)
  try {
    writeOutputs(report.outputs, step)
    await writeSummary(renderSection({ action: step.action.name, report }), step)
  } catch (error) {
    annotate(step, failureReport(error, step.issues))
    return report.exitCode ?? EXIT.error
  }
  if (report.failure !== undefined) annotate(step, report.failure)
  return report.exitCode ?? (report.failure === undefined ? EXIT.done : EXIT.error)
}

async function reportOf<Config>({ action, ports, log, issues }: Step<Config>): Promise<Report> {
  try {
    const config = action.readConfig(readRawInputs(action.inputs, log), ports)
    if (!config.ok) return failed(badInput(config.problems), 'not started')
    return await withGrace(action.main(config.value, ports), ports.signal)
  } catch (error) {
    return failedBy(error, { signal: ports.signal, issues })
  }
}

/** Main gave no report: all that is known is the error. */
function failedBy(
  error: unknown,
  { signal, issues }: { readonly signal: AbortSignal; readonly issues: string },
): Report {
  const failure = failureReport(error, issues)
  if (failure.code === 'ACTION_CANCELLED') return failed(failure, 'cancelled')
  // Libraries have errors of their own for a request that was called off.
  if (signal.aborted && failure.fault === 'bug') {
    return failed(failureReport(signal.reason, issues), 'cancelled')
  }
  return failed(failure, 'failed')
}

const failed = (failure: SluiceError, ending: string): Report => ({
  subject: '',
  ending,
  outputs: {},
  summary: '',
  failure,
})

/** A post step only warns: the job's result is the main step's, but for traffic in doubt. */
async function runPost<Config>(step: Step<Config>): Promise<number> {
  const { action, ports, issues } = step
  try {
    const work = action.post?.(readState(ports.env), ports) ?? Promise.resolve(null)
    const report = await withGrace(work, ports.signal)
    if (report === null) return EXIT.done
    await writeSummary(renderSection({ action: action.name, report }), step)
    if (report.failure !== undefined) warn(step, report.failure)
    return report.exitCode === EXIT.unproven ? EXIT.unproven : EXIT.done
  } catch (error) {
    warn(step, failureReport(error, issues))
    return EXIT.done
  }
}

function annotate<Config>({ action, log }: Step<Config>, failure: SluiceError): void {
  log.error(renderFailure(failure), `${action.name}: ${failure.code}`)
  logStack(failure, log)
}

function warn<Config>({ log }: Step<Config>, failure: SluiceError): void {
  log.warning(renderFailure(failure))
  logStack(failure, log)
}

const renderFailure = ({ message, hint }: SluiceError): string => `${message}\n${hint}`

function logStack(failure: SluiceError, log: StepLog): void {
  if (failure.fault !== 'bug') return
  const origin = failure.cause instanceof Error ? failure.cause : failure
  log.debug(origin.stack ?? origin.message)
}

/** By their names a reader knows them for secrets; the runner may not. */
const SECRET_NAME = /(^|-)(token|secret|password|key)$/

function readRawInputs(names: readonly string[], log: StepLog): RawInputs {
  const inputs = Object.fromEntries(names.map((name) => [name, getInput(name)]))
  for (const [name, value] of Object.entries(inputs)) {
    if (SECRET_NAME.test(name)) log.mask(value)
  }
  return inputs
}

function readState(env: Ports['env']): Readonly<Record<string, string>> {
  const own = Object.entries(env).flatMap(([name, value]) =>
    name.startsWith('STATE_') && value !== undefined ? [[name.slice('STATE_'.length), value]] : [],
  )
  return Object.fromEntries(own) as Record<string, string>
}

/** The repository that the running action comes from takes the reports. */
function issuesPage(env: Ports['env']): string {
  const repository = env['GITHUB_ACTION_REPOSITORY'] || ''
  return repository === ''
    ? ''
    : `${env['GITHUB_SERVER_URL'] || 'https://github.com'}/${repository}/issues`
}
