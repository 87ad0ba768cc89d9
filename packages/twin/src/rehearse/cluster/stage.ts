// The Kubernetes world of a rehearsal: a real control plane with a fake kubelet, one namespace, and a
// machine whose KUBECONFIG leads there through a recorder.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  ADMIN,
  findServers,
  renderKubeconfig,
  startCluster,
  type Cluster,
} from '../../cluster/index.ts'
import { makeCertificate } from '../../kernel/certificate.ts'
import { RealTime } from '../../kernel/time.ts'
import { openSite, type Site } from '../site.ts'
import { Stage, type StageOptions } from '../stage.ts'
import { Administrator } from './administrator.ts'
import { ApiRecorder } from './api-recorder.ts'
import type { ClusterDescription } from './description.ts'

const SLUG = 'mona/quotes'

export interface ClusterStageOptions extends StageOptions {
  readonly description: ClusterDescription
}

export class ClusterStage extends Stage<ClusterStageOptions> {
  readonly cluster: Cluster
  /** What the workflows asked of the API server. */
  readonly api: ApiRecorder
  readonly administrator: Administrator
  readonly #ground: Ground

  private constructor(options: ClusterStageOptions, ground: Ground, site: Site) {
    super(options, site)
    this.cluster = ground.cluster
    this.api = ground.api
    this.administrator = ground.administrator
    this.#ground = ground
  }

  /**
   * Starts everything on loopback. `close` must be called in every case. Throws PartsMissing when
   * there is no control plane and none can be made.
   */
  static async open(options: ClusterStageOptions): Promise<ClusterStage> {
    const ground = await startGround(options)
    try {
      const kubeconfig = await prepare(ground, options.description)
      const site = await openSite(options, {
        slug: SLUG,
        branches: ['main'],
        message: 'quotes: first version',
        settings: { environments: { production: {} } },
        applications: [],
        simulators: [],
        time: new RealTime(),
        environment: () => ({ KUBECONFIG: kubeconfig, TWIN_TIME: 'real' }),
      })
      return new ClusterStage(options, ground, site)
    } catch (error) {
      await stopGround(ground)
      throw error
    }
  }

  override async close(): Promise<void> {
    try {
      await super.close()
    } finally {
      await stopGround(this.#ground)
    }
  }
}

/** What must be stopped, whatever happens. */
interface Ground {
  readonly cluster: Cluster
  readonly api: ApiRecorder
  /** PEM of the recorder. */
  readonly certificate: string
  readonly administrator: Administrator
}

async function startGround({ onProgress = () => undefined }: StageOptions): Promise<Ground> {
  const servers = await findServers(process.env, onProgress)
  onProgress('starting etcd, kube-apiserver and kube-controller-manager')
  const cluster = await startCluster(servers)
  onProgress(`the control plane is ready after ${cluster.seconds.toFixed(1)} s`)
  const certificate = await makeCertificate()
  return {
    cluster,
    api: await ApiRecorder.open(cluster, certificate),
    certificate: certificate.cert,
    administrator: new Administrator({
      ...cluster,
      token: cluster.users.get(ADMIN)?.token ?? '',
    }),
  }
}

async function stopGround({ cluster, api, administrator }: Ground): Promise<void> {
  administrator.close()
  await api.close()
  await cluster.stop()
}

/** What stands on the cluster before the first workflow; gives the path of the kubeconfig. */
async function prepare(ground: Ground, description: ClusterDescription): Promise<string> {
  const { cluster, administrator } = ground
  const { namespace, access, image, tags } = description
  await administrator.makeNamespace(namespace)
  if (access !== null) await administrator.applyFile(access.file)
  await cluster.kubelet.addRule({
    namespace,
    image: `${image}:${tags.missing}`,
    fate: 'imagepull',
  })
  const token =
    access === null
      ? (cluster.users.get(ADMIN)?.token ?? '')
      : await administrator.makeToken(namespace, access.serviceAccount)
  const path = join(cluster.folder, 'workflow.kubeconfig')
  const user = access?.serviceAccount ?? ADMIN
  const text = renderKubeconfig({
    server: ground.api.server,
    ca: ground.certificate,
    user,
    token,
  })
  await writeFile(path, text, { mode: 0o600 })
  return path
}
