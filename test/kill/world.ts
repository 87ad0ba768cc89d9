// One world of the kill test: simulators over HTTPS, a user's repository with one workflow, and a
// moment to which all of it goes back before every case.
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  ArtifactStore,
  azureSimulator,
  ConcurrencyGroups,
  federatedApplication,
  githubSimulator,
  grantRole,
  identitySimulator,
  makeCertificate,
  seedEndpoint,
  seedRepository,
  seedSlot,
  seedWorkspace,
  Twin,
  VirtualTime,
  type AzureState,
  type EndpointRecord,
  type GitHubService,
  type Machine,
  type RepositoryEvent,
  type RunRequest,
  type Simulator,
} from '@sluice/twin'
import { documents, ENDPOINT, markOf, PLACE } from './subject.ts'
import { workflowFiles } from './workflow.ts'
import { PUBLISHED } from '../doubles/project.ts'

const SLUG = 'mona/taxi'
const PERSON = 'mona'
const PROJECT = PUBLISHED
const TENANT = '99999999-8888-7777-6666-555555555555'
const CLIENT = '00000003-aaaa-bbbb-cccc-dddddddddddd'
const START = Date.parse('2026-02-02T09:00:00Z')
const checkout = fileURLToPath(new URL('../..', import.meta.url))

/** Tags and fields of others: they must be as they were after every write (S8). */
export const FOREIGN = {
  tags: { team: 'fares', 'cost-center': '4711' },
  properties: { description: 'kept', futureField: { deep: [1] } },
}

export interface World {
  readonly twin: Twin
  readonly github: GitHubService
  readonly event: RepositoryEvent
  /** The endpoint as it really is, whatever reads show. */
  endpoint(): EndpointRecord
  /** Nobody does anything for so long, and reads catch up with what was written. */
  rest(seconds: number): void
  /** Everything as it was at the start, and a machine that nobody has used. */
  reset(): Promise<Pick<RunRequest, 'services' | 'machine'>>
  close(): Promise<void>
}

/** `close` must be called in every case. */
export async function openWorld(): Promise<World> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'sluice-kill-')))
  const time = new VirtualTime(START)
  const { github, commit } = await seedUser(folder, time)
  const azure = makeAzure()
  const identity = identitySimulator({ applications: [application()] })
  const certificate = await makeCertificate()
  const simulators = [azure, identity.simulator, github.simulator] as Simulator[]
  const twin = new Twin({ simulators, certificate, time })
  await twin.listen()
  const trusted = join(folder, 'twin.pem')
  await writeFile(trusted, certificate.cert)
  const start = await twin.snapshot()
  // The driver sets up a machine's tools once, so the folder of the machine stays and its runs go.
  const machine = join(folder, 'machine')
  const artifacts = join(folder, 'artifacts')
  return {
    twin,
    github: github.service,
    event: pushOf(commit),
    endpoint: () => endpointIn(azure),
    rest: (seconds) => {
      twin.time.advanceTo(twin.now() + seconds * 1000)
      endpointIn(azure).stale = null
    },
    reset: async () => {
      twin.log.hook = null
      await twin.restore(start)
      for (const used of [join(machine, 'runs'), artifacts])
        await rm(used, { recursive: true, force: true })
      return {
        services: {
          github: github.service,
          identity: identity.service,
          time,
          artifacts: new ArtifactStore(artifacts),
          groups: new ConcurrencyGroups(),
        },
        machine: machineOf(twin, { trusted, folder: machine }),
      }
    },
    close: async () => {
      await twin.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function seedUser(folder: string, time: VirtualTime) {
  const tree = join(folder, 'tree')
  for (const [path, text] of Object.entries({ ...documents(), ...workflowFiles() })) {
    const file = join(tree, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text)
  }
  const gitDirectory = join(folder, 'taxi.git')
  const commit = await seedRepository({
    gitDirectory,
    folder: tree,
    branches: ['main'],
    person: PERSON,
    at: START,
    message: 'taxi fares: move the traffic',
  })
  const github = await githubSimulator({
    slug: SLUG,
    gitDirectory,
    now: () => time.now(),
    person: PERSON,
    variables: { AZURE_CLIENT_ID: CLIENT, AZURE_TENANT_ID: TENANT },
  })
  return { github, commit }
}

/** Revision 1 serves from blue; revision 2 was deployed to green and waits at 0. */
function makeAzure(): Simulator<AzureState> {
  const place = {
    subscription: PLACE.subscription,
    resourceGroup: PLACE.resourceGroup,
    name: PLACE.workspace,
  }
  return azureSimulator({
    answer: () => ({ status: 200, body: '[12.5]' }),
    seed: (state) => {
      const actions = ['*/read', '*/onlineEndpoints/write'].map(
        (what) => `Microsoft.MachineLearningServices/${what}`,
      )
      grantRole(state, { clientId: CLIENT, scope: '/', actions })
      seedWorkspace(state, { ...place, location: 'westeurope' })
      const endpoint = seedEndpoint(state, place, {
        name: ENDPOINT,
        tags: FOREIGN.tags,
        properties: { ...structuredClone(FOREIGN.properties), traffic: { blue: 100 } },
      })
      for (const [index, name] of ['blue', 'green'].entries()) {
        const tags = { 'sluice-revision': markOf(index + 1) }
        seedSlot(endpoint, { name, model: `azureml:taxi-model:${index + 1}`, tags })
      }
    },
  })
}

const application = () =>
  federatedApplication({
    tenantId: TENANT,
    clientId: CLIENT,
    repository: SLUG,
    subjects: ['ref:refs/heads/main'],
  })

function endpointIn({ state }: Simulator<AzureState>): EndpointRecord {
  const found = Object.values(state.endpoints).find((endpoint) => endpoint.name === ENDPOINT)
  if (found === undefined) throw new Error(`endpoint ${ENDPOINT} is gone`)
  return found
}

const pushOf = (commit: string): RepositoryEvent => ({
  name: 'push',
  ref: 'refs/heads/main',
  before: '0'.repeat(40),
  after: commit,
  actor: PERSON,
  paths: [],
  payload: {},
})

const machineOf = (
  twin: Twin,
  at: { readonly trusted: string; readonly folder: string },
): Machine => ({
  folder: at.folder,
  environment: {
    AZURE_RESOURCE_MANAGER: twin.origin('arm'),
    AZURE_AUTHORITY: twin.origin('entra'),
    NODE_EXTRA_CA_CERTS: at.trusted,
  },
  repositories: { [PROJECT]: checkout },
  urls: {
    server: 'https://github.com',
    api: twin.origin('github'),
    graphql: `${twin.origin('github')}/graphql`,
    idToken: `${twin.origin('oidc')}/token?api-version=2.0`,
  },
})
