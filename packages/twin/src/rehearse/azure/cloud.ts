// The simulated cloud of a rehearsal: one application per GitHub environment, with the least roles
// that each job needs, and the two endpoints as a platform team would have left them.
import type { Simulator } from '../../kernel/simulator.ts'
import { answererOf } from '../../azure/behaviours.ts'
import { grantRole, seedEndpoint, seedModel, seedSlot, seedWorkspace } from '../../azure/seed.ts'
import { azureSimulator } from '../../azure/simulator.ts'
import type { AzureOptions, AzureState } from '../../azure/state.ts'
import { federatedApplication } from '../../identity/simulator.ts'
import type { Application } from '../../identity/state.ts'
import type { Description, EnvironmentDescription } from './description.ts'

export const SUBSCRIPTION = '11111111-2222-3333-4444-555555555555'
export const TENANT = '99999999-8888-7777-6666-555555555555'

const WORKSPACES = 'Microsoft.MachineLearningServices/workspaces'
const READS = [`${WORKSPACES}/read`, `${WORKSPACES}/*/read`]
const ASSETS = [`${WORKSPACES}/environments/*`, `${WORKSPACES}/codes/*`]
const DEPLOYS_AND_TESTS = [
  `${WORKSPACES}/onlineEndpoints/deployments/*`,
  `${WORKSPACES}/onlineEndpoints/listKeys/action`,
  `${WORKSPACES}/onlineEndpoints/token/action`,
]
const MOVES_TRAFFIC = `${WORKSPACES}/onlineEndpoints/write`

interface Role {
  /** Whose workspace and endpoint. */
  readonly of: 'staging' | 'production'
  readonly onWorkspace: readonly string[]
  /** On its own endpoint only: both environments may share a workspace. */
  readonly onEndpoint: readonly string[]
}

/** Environment of a job to what its identity may do. Only `production` may move production traffic. */
const ROLES: Readonly<Record<string, Role>> = {
  staging: {
    of: 'staging',
    onWorkspace: [...READS, ...ASSETS],
    onEndpoint: [...DEPLOYS_AND_TESTS, MOVES_TRAFFIC],
  },
  'production-plan': {
    of: 'production',
    onWorkspace: [...READS, ...ASSETS],
    onEndpoint: DEPLOYS_AND_TESTS,
  },
  production: { of: 'production', onWorkspace: READS, onEndpoint: [MOVES_TRAFFIC] },
}

/** Client ids that differ in one digit, by environment. */
export const CLIENTS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.keys(ROLES).map((name, i) => [name, `0000000${i + 1}-aaaa-bbbb-cccc-dddddddddddd`]),
)

export const applicationsOf = (slug: string): readonly Application[] =>
  Object.entries(CLIENTS).map(([environment, clientId]) =>
    federatedApplication({
      tenantId: TENANT,
      clientId,
      repository: slug,
      subjects: [`environment:${environment}`],
    }),
  )

export interface CloudOptions {
  readonly azure: Partial<AzureOptions>
  /** Each endpoint already serves version 1 from the first slot, deployed by hand. */
  readonly liveBefore: boolean
}

export const makeCloud = (description: Description, options: CloudOptions): Simulator<AzureState> =>
  azureSimulator({
    answer: answererOf(description.models),
    options: options.azure,
    seed: (state) => seedCloud(state, description, options),
  })

const placeOf = (environment: EnvironmentDescription) => ({
  subscription: SUBSCRIPTION,
  resourceGroup: environment.resourceGroup,
  name: environment.workspace,
})

function seedCloud(state: AzureState, description: Description, options: CloudOptions): void {
  for (const [environment, role] of Object.entries(ROLES)) {
    const clientId = CLIENTS[environment] ?? ''
    const { endpoint } = description[role.of]
    const workspace = workspaceId(description[role.of])
    grantRole(state, { clientId, scope: workspace, actions: role.onWorkspace })
    const scope = `${workspace}/onlineEndpoints/${endpoint}`
    grantRole(state, { clientId, scope, actions: role.onEndpoint })
  }
  const { staging, production } = description
  const places = [staging, production]
  const distinct = places.filter(
    (one, i) => places.findIndex((other) => other.workspace === one.workspace) === i,
  )
  for (const one of distinct) {
    seedWorkspace(state, { ...placeOf(one), location: one.location })
    for (const model of new Set([staging.model, production.model]))
      registerVersion(state, one, { name: model, version: '1' })
  }
  // The production workflow creates no endpoint: that is a decision of people, taken once.
  const made = options.liveBefore ? places : [production]
  for (const one of made) {
    const endpoint = seedEndpoint(state, placeOf(one), {
      name: one.endpoint,
      ...(options.liveBefore && { properties: { traffic: { blue: 100 } } }),
    })
    if (options.liveBefore) seedSlot(endpoint, { name: 'blue', model: modelId(one, '1') })
  }
}

/** Registers a model version, as a training pipeline would. */
export function registerVersion(
  state: AzureState,
  environment: EnvironmentDescription,
  model: { readonly name: string; readonly version: string },
): void {
  const day = String(10 + Number(model.version)).padStart(2, '0')
  seedModel(state, placeOf(environment), { ...model, createdAt: `2026-01-${day}T08:00:00.000Z` })
}

const workspaceId = (environment: EnvironmentDescription): string =>
  `/subscriptions/${SUBSCRIPTION}/resourceGroups/${environment.resourceGroup}/providers/${WORKSPACES}/${environment.workspace}`

const modelId = (environment: EnvironmentDescription, version: string): string =>
  `${workspaceId(environment)}/models/${environment.model}/versions/${version}`
