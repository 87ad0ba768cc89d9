// A world for single steps: the rehearsal's stage with a user's repository in a workspace, and every
// built action one call away. It keeps all that steps told and all secrets that went over the wire.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  CLIENTS,
  readDescription,
  registerVersion,
  RehearsalStage,
  SUBSCRIPTION,
  TENANT,
  trafficOf,
  type AzureOptions,
  type AzureState,
  type EndpointRecord,
  type Exchange,
  type ModelBehaviour,
  type Permission,
  type Run,
  type Snapshot,
} from '@sluice/twin'
import { secretsIn } from './secrets.ts'
import {
  PROJECT,
  runStep,
  type ActionName,
  type StepEnd,
  type StepOrder,
  type Texts,
} from './step.ts'
import { PUBLISHED } from '../../doubles/project.ts'

export const EXAMPLE = join(PROJECT, 'examples/azureml-taxi')
export const ENDPOINT = 'taxi-fare-staging'
export const MODEL = 'nyc_fare_prediction'

/** Identity of the job's GitHub environment. */
export const AZURE: Texts = {
  'azure-client-id': CLIENTS['staging'] ?? '',
  'azure-tenant-id': TENANT,
}

export interface StepMore extends Partial<
  Pick<StepOrder, 'stage' | 'state' | 'onChild' | 'onLine'>
> {
  readonly env?: Texts
  /** No preload: waits and the clock are real. */
  readonly realTime?: boolean
  /** Another attempt of the run. */
  readonly attempt?: number
  /** Another run than the world's own. */
  readonly runId?: number
}

export interface Step extends StepEnd {
  /** What went over the wire while it ran. */
  readonly exchanges: readonly Exchange[]
}

/** What the jobs of the shipped workflows may do, together. */
const PERMISSIONS: Readonly<Record<string, Permission>> = {
  actions: 'read',
  contents: 'write',
  'pull-requests': 'write',
  statuses: 'write',
}

export interface WorldOptions {
  readonly azure?: Partial<AzureOptions>
  /** The endpoint serves version 1 from blue, deployed by hand. */
  readonly liveBefore?: boolean
}

export class World {
  readonly stage: RehearsalStage
  readonly workspace: string
  /** RUNNER_TEMP. */
  readonly temp: string
  readonly run: Run
  /** Every step so far, in order. */
  readonly steps: Step[] = []
  readonly #secrets = new Set<string>()

  private constructor(stage: RehearsalStage, run: Run) {
    this.stage = stage
    this.run = run
    this.workspace = join(stage.folder, 'workspace')
    this.temp = join(stage.folder, 'temp')
    cpSync(stage.options.repository, this.workspace, { recursive: true })
    for (const name of ['home', 'temp', 'steps']) mkdirSync(join(stage.folder, name))
  }

  /** `close` must be called in every case. */
  static async open(options: WorldOptions = {}): Promise<World> {
    const stage = await RehearsalStage.open({
      repository: EXAMPLE,
      project: { slug: PUBLISHED, folder: PROJECT },
      description: await readDescription(EXAMPLE),
      awaitReview: () => Promise.reject(new Error('single steps ask nobody')),
      ...options,
    })
    const sha = await stage.person.push({
      branch: 'integration',
      message: 'a change',
      files: { 'NEWS.md': 'Fares by night.\n' },
    })
    const run = stage.github.startRun({
      workflow: '.github/workflows/cd-staging.yml',
      event: 'push',
      ref: 'refs/heads/integration',
      sha,
      actor: 'mona',
    })
    return new World(stage, run)
  }

  close(): Promise<void> {
    return this.stage.close()
  }

  get azure(): AzureState {
    return this.stage.azure.state
  }

  get endpoint(): EndpointRecord {
    const found = Object.values(this.azure.endpoints).find(({ name }) => name === ENDPOINT)
    if (found === undefined) throw new Error(`there is no endpoint ${ENDPOINT}`)
    return found
  }

  /** Slot to weight, zeros included; empty while there is no endpoint. */
  get traffic(): Readonly<Record<string, number>> {
    const all = Object.values(this.azure.endpoints)
    return trafficOf(all.find(({ name }) => name === ENDPOINT) ?? null)
  }

  /** Everything secret so far, also of times that were taken back. */
  get secrets(): ReadonlySet<string> {
    for (const secret of secretsIn(this.stage.twin.log.all())) this.#secrets.add(secret)
    for (const { text } of this.stage.githubSimulator.state.tokens) this.#secrets.add(text)
    return this.#secrets
  }

  /** Registers a version, as a training pipeline would. */
  train(version: string): void {
    const { staging } = this.stage.options.description
    registerVersion(this.azure, staging, { name: MODEL, version })
  }

  /** What a model version answers from now on. */
  answers(version: string, behaviour: ModelBehaviour): void {
    const models = this.stage.options.description.models as Record<
      string,
      Record<string, ModelBehaviour>
    >
    models[MODEL] = { ...models[MODEL], [version]: behaviour }
  }

  snapshot(): Promise<Snapshot> {
    return this.stage.twin.snapshot()
  }

  /** Back to an earlier moment; the repository's files as they were, files of the test's own stay. */
  async restore(snapshot: Snapshot): Promise<void> {
    const { log } = this.stage.twin
    // The log goes back too, and with it what says which secrets there were.
    if (this.secrets.size > 0) log.hook = null
    await this.stage.twin.restore(snapshot)
    cpSync(this.stage.options.repository, this.workspace, { recursive: true })
  }

  /** A file of the workspace, or of the absolute path. */
  write(path: string, text: string): string {
    const file = path.startsWith('/') ? path : join(this.workspace, path)
    writeFileSync(file, text)
    return file
  }

  /** A document that an action left in `$RUNNER_TEMP/sluice`. */
  document(name: 'target' | 'plan' | 'evidence'): string {
    return readFileSync(join(this.temp, 'sluice', `${name}.json`), 'utf8')
  }

  async act(action: ActionName, inputs: Texts, more: StepMore = {}): Promise<Step> {
    const { twin, folder } = this.stage
    const before = twin.log.last
    const now = more.realTime === true ? null : twin.now()
    const end = await runStep({
      action,
      stage: more.stage ?? 'main',
      inputs,
      github: { token: this.#token(more), sha: this.run.sha },
      state: more.state ?? {},
      env: { ...this.#variables(more), ...more.env },
      workspace: this.workspace,
      folder: mkdtempSync(join(folder, 'steps', `${action}-`)),
      now,
      onChild: more.onChild,
      onLine: more.onLine,
    })
    twin.time.advanceTo(end.now)
    const step = { ...end, exchanges: twin.log.since(before) }
    this.steps.push(step)
    return step
  }

  /** Puts a version in the idle slot, as staging does. */
  deploy(inputs: Texts = {}, more: StepMore = {}): Promise<Step> {
    const files = {
      'endpoint-file': 'scoring/endpoint.yml',
      'deployment-file': 'scoring/deployment.yml',
      'env-file': 'env/.env.staging',
    }
    const place = { ...AZURE, 'azure-subscription-id': SUBSCRIPTION }
    return this.act('endpoint-deploy', { ...files, ...place, ...inputs }, more)
  }

  test(inputs: Texts, more: StepMore = {}): Promise<Step> {
    return this.act('endpoint-test', { requests: 'requests', ...AZURE, ...inputs }, more)
  }

  swap(inputs: Texts, more: StepMore = {}): Promise<Step> {
    return this.act('traffic-swap', { ...AZURE, ...inputs }, more)
  }

  #token(more: StepMore): string {
    const attempt = more.attempt ?? this.run.attempt
    const grant = { runId: this.run.id, attempt, job: 'deploy', permissions: PERMISSIONS }
    return this.stage.github.grantToken(grant)
  }

  #variables(more: StepMore): Texts {
    const { machine, services } = this.stage.base
    const { slug } = services.github
    const { ref, sha, attempt } = { ...this.run, attempt: more.attempt ?? this.run.attempt }
    const runId = more.runId ?? this.run.id
    return {
      PATH: '/usr/bin:/bin',
      HOME: join(this.stage.folder, 'home'),
      ...machine.environment,
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_ACTION_REPOSITORY: this.stage.options.project.slug,
      GITHUB_REPOSITORY: slug,
      GITHUB_SHA: sha,
      GITHUB_REF: ref,
      GITHUB_EVENT_NAME: 'push',
      GITHUB_JOB: 'deploy',
      GITHUB_RUN_ID: String(runId),
      GITHUB_RUN_ATTEMPT: String(attempt),
      GITHUB_SERVER_URL: machine.urls.server,
      GITHUB_API_URL: machine.urls.api,
      GITHUB_WORKSPACE: this.workspace,
      RUNNER_TEMP: this.temp,
      ACTIONS_ID_TOKEN_REQUEST_URL: machine.urls.idToken,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: services.identity.grantRequestToken({
        repository: slug,
        ref,
        environment: 'staging',
        runId,
        attempt,
        job: 'deploy',
      }),
    }
  }
}

/** What a slot needs before it may have traffic: inputs of traffic-swap. */
export interface Papers {
  readonly target: string
  readonly 'evidence-file': string
  readonly 'evidence-digest': string
}

/** Deploys a version and tests it; throws when either does not go through. */
export async function prepare(world: World, version: string): Promise<Papers & Texts> {
  const deployed = await world.deploy({ 'model-version': version })
  const target = deployed.outputs['target'] ?? ''
  const tested = await world.test({ target })
  if (deployed.exitCode !== 0 || tested.exitCode !== 0) {
    throw new Error([...deployed.lines, ...tested.lines].join('\n'))
  }
  return {
    target,
    'evidence-file': world.document('evidence'),
    'evidence-digest': tested.outputs['evidence-digest'] ?? '',
  }
}
