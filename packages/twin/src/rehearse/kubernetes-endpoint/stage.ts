// A model served on Kubernetes, as a rehearsal plays it: staging and production are two namespaces of
// one real control plane, each job signs in by the kubeconfig of its environment, users ask an address.
import type { Cluster } from '../../cluster/index.ts'
import { RealTime } from '../../kernel/time.ts'
import type { Administrator } from '../cluster/administrator.ts'
import type { ApiRecorder } from '../cluster/api-recorder.ts'
import { MAIN_RULES } from '../main-rules.ts'
import { openSite, PERSON, type Site, type SitePlan } from '../site.ts'
import { Stage, type StageOptions } from '../stage.ts'
import type { EndpointDescription } from './description.ts'
import { prepareGround, type Ground } from './ground.ts'
import type { BackEnd } from './live-before.ts'
import type { PublicAddress } from './public-address.ts'
import type { RouteController } from './route-controller.ts'

const SLUG = 'mona/churn'
/** Real seconds: long enough to look, short enough to watch. */
const BAKE_SECONDS = '2'

export interface EndpointStageOptions extends StageOptions {
  readonly description: EndpointDescription
  readonly backEnd: BackEnd
  /** Of production. */
  readonly steps: string
}

export class EndpointStage extends Stage<EndpointStageOptions> {
  readonly cluster: Cluster
  /** What the workflows asked of the API server. */
  readonly api: ApiRecorder
  readonly administrator: Administrator
  readonly publicAddress: PublicAddress
  readonly routes: RouteController
  readonly #ground: Ground

  private constructor(options: EndpointStageOptions, ground: Ground, site: Site) {
    super(options, site)
    this.cluster = ground.cluster
    this.api = ground.api
    this.administrator = ground.administrator
    this.publicAddress = ground.publicAddress
    this.routes = ground.routes
    this.#ground = ground
  }

  /**
   * Starts everything on loopback. `close` must be called in every case. Throws PartsMissing when
   * there is no control plane and none can be made.
   */
  static async open(options: EndpointStageOptions): Promise<EndpointStage> {
    const ground = await prepareGround(options)
    try {
      return new EndpointStage(options, ground, await openSite(options, planOf(options, ground)))
    } catch (error) {
      await ground.stop()
      throw error
    }
  }

  override async close(): Promise<void> {
    try {
      await super.close()
    } finally {
      await this.#ground.stop()
    }
  }
}

const planOf = (options: EndpointStageOptions, ground: Ground): SitePlan => ({
  slug: SLUG,
  branches: ['main', 'integration'],
  message: 'churn: first version',
  settings: {
    environments: {
      ...Object.fromEntries(
        Object.entries(ground.kubeconfigs).map(([name, kubeconfig]) => [
          name,
          { secrets: { KUBECONFIG: kubeconfig } },
        ]),
      ),
      'production-approval': { reviewers: [PERSON], canAdminsBypass: false },
    },
    rulesets: [MAIN_RULES],
    variables: {
      BACK_END: options.backEnd,
      STEPS: options.steps,
      BAKE_SECONDS,
      PRODUCTION_URL: `${ground.publicAddress.origin}${options.description.path}`,
    },
  },
  applications: [],
  simulators: [],
  time: new RealTime(),
  environment: () => ({ TWIN_TIME: 'real' }),
})
