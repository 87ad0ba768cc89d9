// The common ground of every rehearsal: a user's repository on the simulated GitHub, the machine
// that runs its workflows, and the simulators that stand beside them.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Machine, RunRequest } from '../driver/request.ts'
import { ConcurrencyGroups } from '../driver/concurrency.ts'
import { ArtifactStore } from '../driver/standins/artifact-store.ts'
import type { GitHubOptions } from '../github/options.ts'
import { seedRepository } from '../github/seed.ts'
import type { GitHubService } from '../github/service.ts'
import { githubSimulator } from '../github/simulator.ts'
import type { GitHubState } from '../github/state.ts'
import { identitySimulator } from '../identity/simulator.ts'
import type { Application } from '../identity/state.ts'
import { makeCertificate } from '../kernel/certificate.ts'
import type { Simulator } from '../kernel/simulator.ts'
import type { VirtualTime } from '../kernel/time.ts'
import { Twin } from '../kernel/twin.ts'

/** Who pushes, merges, reviews and starts runs. */
export const PERSON = 'mona'

/** How a platform wants the common ground. */
export interface SitePlan {
  /** owner/name of the user's repository. */
  readonly slug: string
  /** The first is the default branch. */
  readonly branches: readonly string[]
  /** Of the first commit. */
  readonly message: string
  readonly settings: Pick<GitHubOptions, 'environments' | 'rulesets' | 'variables'>
  /** Who may sign in with a job's identity token. */
  readonly applications: readonly Application[]
  /** Beside GitHub and the identity providers. */
  readonly simulators: readonly Simulator[]
  readonly time: VirtualTime
  /** Variables of the machine; `trusted`: file with the certificate of every face. */
  readonly environment: (at: {
    readonly twin: Twin
    readonly trusted: string
  }) => Readonly<Record<string, string>>
}

export interface Site {
  readonly twin: Twin
  readonly githubSimulator: Simulator<GitHubState>
  readonly github: GitHubService
  readonly slug: string
  /** Scratch; goes with `close`. */
  readonly folder: string
  readonly base: Pick<RunRequest, 'services' | 'machine'>
  close(): Promise<void>
}

/** Whose repository it is, and this project as its workflows call it. */
export interface SiteOwner {
  /** Folder of the user's repository. */
  readonly repository: string
  /** `owner/name` of this project as callers write it, and its checkout. */
  readonly project: { readonly slug: string; readonly folder: string }
}

/** Starts everything on loopback. `close` must be called in every case. */
export async function openSite(owner: SiteOwner, plan: SitePlan): Promise<Site> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-rehearsal-'))
  const gitDirectory = join(folder, `${plan.slug.split('/')[1]}.git`)
  const { time } = plan
  await seedRepository({
    gitDirectory,
    folder: owner.repository,
    branches: plan.branches,
    person: PERSON,
    at: time.now(),
    message: plan.message,
  })
  const { simulator, service } = await githubSimulator({
    slug: plan.slug,
    gitDirectory,
    now: () => time.now(),
    person: PERSON,
    ...plan.settings,
  })
  const identity = identitySimulator({ applications: plan.applications })
  const certificate = await makeCertificate()
  const twin = new Twin({
    simulators: [...plan.simulators, identity.simulator, simulator] as Simulator[],
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
    githubSimulator: simulator,
    github: service,
    slug: plan.slug,
    folder,
    base: {
      services: {
        github: service,
        identity: identity.service,
        time,
        artifacts: new ArtifactStore(join(folder, 'artifacts')),
        groups: new ConcurrencyGroups(),
      },
      machine: machineOf(owner, {
        twin,
        folder: machineFolder,
        environment: plan.environment({ twin, trusted }),
      }),
    },
    close: async () => {
      await twin.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const machineOf = (
  { project }: SiteOwner,
  at: {
    readonly twin: Twin
    readonly folder: string
    readonly environment: Readonly<Record<string, string>>
  },
): Machine => ({
  folder: at.folder,
  environment: at.environment,
  repositories: { [project.slug]: project.folder },
  urls: {
    server: 'https://github.com',
    api: at.twin.origin('github'),
    graphql: `${at.twin.origin('github')}/graphql`,
    idToken: `${at.twin.origin('oidc')}/token?api-version=2.0`,
  },
})
