// The Azure ML world of a rehearsal: two endpoints, their identities, and the rules of the repository.
import type { AzureOptions, AzureState } from '../../azure/state.ts'
import type { Simulator } from '../../kernel/simulator.ts'
import { VirtualTime } from '../../kernel/time.ts'
import { MAIN_RULES } from '../main-rules.ts'
import { openSite, PERSON, type Site, type SitePlan } from '../site.ts'
import { Stage, type StageOptions } from '../stage.ts'
import { applicationsOf, CLIENTS, makeCloud, SUBSCRIPTION, TENANT } from './cloud.ts'
import type { Description } from './description.ts'

const SLUG = 'mona/taxi'
/** Monday morning, virtual. */
const START = Date.parse('2026-02-02T09:00:00Z')

export interface AzureStageOptions extends StageOptions {
  readonly description: Description
  readonly azure?: Partial<AzureOptions>
  readonly liveBefore?: boolean
}

export class AzureStage extends Stage<AzureStageOptions> {
  readonly azure: Simulator<AzureState>

  private constructor(options: AzureStageOptions, parts: Parts) {
    super(options, parts.site)
    this.azure = parts.azure
  }

  /** Starts everything on loopback. `close` must be called in every case. */
  static async open(options: AzureStageOptions): Promise<AzureStage> {
    const azure = makeCloud(options.description, {
      azure: options.azure ?? {},
      liveBefore: options.liveBefore ?? false,
    })
    return new AzureStage(options, { azure, site: await openSite(options, planOf(azure)) })
  }
}

interface Parts {
  readonly azure: Simulator<AzureState>
  readonly site: Site
}

const planOf = (azure: Simulator<AzureState>): SitePlan => ({
  slug: SLUG,
  branches: ['main', 'integration'],
  message: 'taxi fares: first version',
  settings: {
    environments: environmentsOf(),
    rulesets: [MAIN_RULES],
    variables: { AZURE_TENANT_ID: TENANT, AZURE_SUBSCRIPTION_ID: SUBSCRIPTION },
  },
  applications: applicationsOf(SLUG),
  simulators: [azure as Simulator],
  time: new VirtualTime(START),
  environment: ({ twin, trusted }) => ({
    AZURE_RESOURCE_MANAGER: twin.origin('arm'),
    AZURE_AUTHORITY: twin.origin('entra'),
    NODE_EXTRA_CA_CERTS: trusted,
  }),
})

/** As the README tells people to set them up. */
const environmentsOf = () => ({
  staging: { variables: { AZURE_CLIENT_ID: CLIENTS['staging'] ?? '' } },
  'production-plan': { variables: { AZURE_CLIENT_ID: CLIENTS['production-plan'] ?? '' } },
  'production-approval': { reviewers: [PERSON], canAdminsBypass: false },
  production: { variables: { AZURE_CLIENT_ID: CLIENTS['production'] ?? '' } },
})
