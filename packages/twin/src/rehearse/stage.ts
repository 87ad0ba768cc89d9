// One rehearsal's world: simulators, a user's repository on the simulated GitHub, and its machine.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AzureOptions, AzureState } from '../azure/state.ts'
import { GitHubPerson } from '../github/person.ts'
import { seedRepository } from '../github/seed.ts'
import type { GitHubService, RepositoryEvent, Run } from '../github/service.ts'
import { githubSimulator } from '../github/simulator.ts'
import type { GitHubState } from '../github/state.ts'
import { makeCertificate } from '../kernel/certificate.ts'
import type { Simulator } from '../kernel/simulator.ts'
import { VirtualTime } from '../kernel/time.ts'
import { Twin } from '../kernel/twin.ts'
import { ArtifactStore } from '../driver/standins/artifact-store.ts'
import { ConcurrencyGroups } from '../driver/concurrency.ts'
import type { Machine, ReviewWanted, RunRequest } from '../driver/request.ts'
import type { RunResult } from '../driver/result.ts'
import { readWorkflows, runWorkflow, workflowsFor } from '../driver/index.ts'
import { CLIENTS, makeCloud, SUBSCRIPTION, TENANT } from './cloud.ts'
import type { Description } from './description.ts'

export const PERSON = 'mona'
const SLUG = 'mona/taxi'
/** Monday morning, virtual. */
const START = Date.parse('2026-02-02T09:00:00Z')

export interface StageOptions {
  /** Folder of the user's repository. */
  readonly repository: string
  /** `owner/name` of this project as callers write it, and its checkout. */
  readonly project: { readonly slug: string; readonly folder: string }
  readonly description: Description
  readonly azure?: Partial<AzureOptions>
  readonly liveBefore?: boolean
  readonly onEvent?: RunRequest['onEvent']
  /** Hears what people do, in one sentence; `at`: virtual milliseconds since 1970. */
  readonly onPerson?: (at: number, text: string) => void
  readonly onChild?: RunRequest['onChild']
  readonly refuseUpload?: RunRequest['refuseUpload']
  readonly awaitReview: (wanted: ReviewWanted, stage: Stage) => Promise<void>
}

export class Stage {
  readonly options: StageOptions
  readonly twin: Twin
  readonly azure: Simulator<AzureState>
  readonly githubSimulator: Simulator<GitHubState>
  readonly github: GitHubService
  readonly person: GitHubPerson
  readonly runs: RunResult[] = []
  readonly folder: string
  readonly artifacts: ArtifactStore
  /** What every run gets; tests start single steps with it. */
  readonly base: Pick<RunRequest, 'services' | 'machine'>
  readonly #events = new Map<number, RepositoryEvent>()

  private constructor(options: StageOptions, parts: StageParts) {
    this.options = options
    this.twin = parts.twin
    this.azure = parts.azure
    this.githubSimulator = parts.githubSimulator
    this.github = parts.github
    this.folder = parts.folder
    this.artifacts = parts.base.services.artifacts
    this.base = parts.base
    this.person = new GitHubPerson({
      apiUrl: parts.twin.origin('github'),
      slug: SLUG,
      personToken: parts.github.personToken,
    })
  }

  /** Starts everything on loopback. `close` must be called in every case. */
  static async open(options: StageOptions): Promise<Stage> {
    return new Stage(options, await buildParts(options))
  }

  async close(): Promise<void> {
    await this.twin.close()
    await rm(this.folder, { recursive: true, force: true })
  }

  /** Runs every workflow that the events since the last call start, until nothing starts any more. */
  async settle(): Promise<void> {
    for (;;) {
      const events = this.github.takeEvents()
      if (events.length === 0) return
      for (const event of events) await this.#start(event)
    }
  }

  narrate(text: string): void {
    this.options.onPerson?.(this.twin.now(), text)
  }

  /** "Re-run all jobs", or with `failedOnly` "Re-run failed jobs". */
  async rerun(run: Run, failedOnly = false): Promise<RunResult> {
    const event = this.#events.get(run.id)
    const before = this.runs.findLast((result) => result.run.id === run.id)
    if (event === undefined || before === undefined) throw new Error(`run ${run.id} never ran`)
    const again = this.github.rerun(run.id)
    return this.#run(again, event, failedOnly ? { rerunFailedOf: before } : {})
  }

  async #start(event: RepositoryEvent): Promise<void> {
    const files = await readWorkflows(this.github, event.after)
    for (const file of workflowsFor(event, files)) {
      const run = this.github.startRun({
        workflow: file.path,
        event: event.name,
        ref: event.ref,
        sha: event.after,
        actor: event.actor,
      })
      this.#events.set(run.id, event)
      await this.#run(run, event, {})
    }
  }

  async #run(
    run: Run,
    event: RepositoryEvent,
    more: Pick<RunRequest, 'rerunFailedOf'>,
  ): Promise<RunResult> {
    const { onEvent, onChild, refuseUpload, awaitReview } = this.options
    const result = await runWorkflow({
      ...this.base,
      ...more,
      run,
      event,
      awaitReview: (wanted) => awaitReview(wanted, this),
      ...(onEvent && { onEvent }),
      ...(onChild && { onChild }),
      ...(refuseUpload && { refuseUpload }),
    })
    this.runs.push(result)
    return result
  }
}

interface StageParts {
  readonly twin: Twin
  readonly azure: Simulator<AzureState>
  readonly githubSimulator: Simulator<GitHubState>
  readonly github: GitHubService
  readonly folder: string
  readonly base: Pick<RunRequest, 'services' | 'machine'>
}

async function buildParts(options: StageOptions): Promise<StageParts> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-rehearsal-'))
  const time = new VirtualTime(START)
  const gitDirectory = join(folder, 'taxi.git')
  await seedRepository({
    gitDirectory,
    folder: options.repository,
    branches: ['main', 'integration'],
    person: PERSON,
    at: START,
    message: 'taxi fares: first version',
  })
  const { simulator, service } = await githubSimulator({
    slug: SLUG,
    gitDirectory,
    now: () => time.now(),
    person: PERSON,
    environments: environmentsOf(),
    rulesets: [MAIN_RULES],
    variables: { AZURE_TENANT_ID: TENANT, AZURE_SUBSCRIPTION_ID: SUBSCRIPTION },
  })
  const { azure, identity } = makeCloud(options.description, {
    slug: SLUG,
    azure: options.azure ?? {},
    liveBefore: options.liveBefore ?? false,
  })
  const certificate = await makeCertificate()
  const twin = new Twin({
    simulators: [azure, identity.simulator, simulator] as Simulator[],
    certificate,
    time,
  })
  await twin.listen()
  const trusted = join(folder, 'twin.pem')
  await writeFile(trusted, certificate.cert)
  const machineFolder = join(folder, 'machine')
  await mkdir(machineFolder)
  return {
    twin,
    azure,
    githubSimulator: simulator,
    github: service,
    folder,
    base: {
      services: {
        github: service,
        identity: identity.service,
        time,
        artifacts: new ArtifactStore(join(folder, 'artifacts')),
        groups: new ConcurrencyGroups(),
      },
      machine: machineOf(options, { twin, trusted, folder: machineFolder }),
    },
  }
}

const machineOf = (
  options: StageOptions,
  at: { readonly twin: Twin; readonly trusted: string; readonly folder: string },
): Machine => ({
  folder: at.folder,
  environment: {
    AZURE_RESOURCE_MANAGER: at.twin.origin('arm'),
    AZURE_AUTHORITY: at.twin.origin('entra'),
    NODE_EXTRA_CA_CERTS: at.trusted,
  },
  repositories: { [options.project.slug]: options.project.folder },
  urls: {
    server: 'https://github.com',
    api: at.twin.origin('github'),
    graphql: `${at.twin.origin('github')}/graphql`,
    idToken: `${at.twin.origin('oidc')}/token?api-version=2.0`,
  },
})

/** As the README tells people to set them up. */
const environmentsOf = () => ({
  staging: { variables: { AZURE_CLIENT_ID: CLIENTS['staging'] ?? '' } },
  'production-plan': { variables: { AZURE_CLIENT_ID: CLIENTS['production-plan'] ?? '' } },
  'production-approval': { reviewers: [PERSON], canAdminsBypass: false },
  production: { variables: { AZURE_CLIENT_ID: CLIENTS['production'] ?? '' } },
})

/** Only a pull request whose head bears a green `cd/staging`, set by Actions, gets into `main`. */
const MAIN_RULES = {
  name: 'main',
  include: ['refs/heads/main'],
  rules: [
    {
      type: 'pull_request',
      parameters: { allowed_merge_methods: ['merge'] },
    },
    {
      type: 'required_status_checks',
      parameters: {
        strict_required_status_checks_policy: false,
        required_status_checks: [{ context: 'cd/staging', integration_id: 15368 }],
      },
    },
    { type: 'non_fast_forward' },
    { type: 'deletion' },
  ],
} as const
