// What must be there before the first workflow, and be stopped whatever happens: the control plane with
// its administrator, a recorder before it, the live version, the public address, the gateway's stand-in.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseAllDocuments } from 'yaml'
import {
  ADMIN,
  findServers,
  renderKubeconfig,
  startCluster,
  type Cluster,
} from '../../cluster/index.ts'
import { makeCertificate, type Certificate } from '../../kernel/certificate.ts'
import { Administrator } from '../cluster/administrator.ts'
import { ApiRecorder } from '../cluster/api-recorder.ts'
import { isReady, type KubeObject } from '../cluster/kube-object.ts'
import type { StageOptions } from '../stage.ts'
import { answersOf } from './answers.ts'
import type { EndpointDescription, EndpointPlace } from './description.ts'
import { LIVE_SLOT, liveObjects, type BackEnd } from './live-before.ts'
import { PublicAddress } from './public-address.ts'
import { RouteController } from './route-controller.ts'

export interface Ground {
  readonly cluster: Cluster
  readonly api: ApiRecorder
  readonly administrator: Administrator
  readonly publicAddress: PublicAddress
  readonly routes: RouteController
  /** GitHub environment to its kubeconfig, in base64. */
  readonly kubeconfigs: Readonly<Record<string, string>>
  stop(): Promise<void>
}

export interface GroundPlan extends StageOptions {
  readonly description: EndpointDescription
  readonly backEnd: BackEnd
}

type Undo = () => Promise<void>

/** Throws PartsMissing when there is no control plane and none can be made; nothing is left then. */
export async function prepareGround(plan: GroundPlan): Promise<Ground> {
  const undo: Undo[] = []
  const stop = async (): Promise<void> => {
    const ended = []
    for (const one of undo.toReversed()) ended.push(...(await Promise.allSettled([one()])))
    const failed = ended.find(({ status }) => status === 'rejected')
    if (failed?.status === 'rejected') throw failed.reason
  }
  try {
    return { ...(await prepare(plan, undo)), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function prepare(plan: GroundPlan, undo: Undo[]): Promise<Omit<Ground, 'stop'>> {
  const { description, backEnd, onProgress = () => undefined } = plan
  const { staging, production, endpoint } = description
  const answers = answersOf(description)
  const servers = await findServers(process.env, onProgress)
  onProgress('starting etcd, kube-apiserver and kube-controller-manager')
  const cluster = await startCluster(servers, {
    program: (pod, _, body) => ({
      ...answers.inPod(pod.spec.containers[0]?.image ?? '', body),
      headers: { 'content-type': 'application/json' },
      delayMs: 0,
    }),
  })
  undo.push(() => cluster.stop())
  onProgress(`the control plane is ready after ${cluster.seconds.toFixed(1)} s`)
  const certificate = await makeCertificate()
  const api = await ApiRecorder.open(cluster, certificate)
  undo.push(() => api.close())
  const administrator = new Administrator({
    ...cluster,
    token: cluster.users.get(ADMIN)?.token ?? '',
  })
  undo.push(async () => administrator.close())
  if (backEnd === 'http-route') await installGatewayApi(administrator, plan.project.folder)
  const kubeconfigs: Record<string, string> = {}
  const way: Way = { administrator, api, certificate }
  for (const place of [staging, production]) {
    await administrator.applyFile(place.access)
    Object.assign(kubeconfigs, await makeKubeconfigs(place, way))
    await deployLive(administrator, place, plan)
  }
  const routes = new RouteController(administrator, [staging.namespace, production.namespace])
  if (backEnd === 'http-route') {
    routes.start()
    undo.push(() => routes.stop())
  }
  const publicAddress = await PublicAddress.open({
    administrator,
    endpoint: { namespace: production.namespace, endpoint, backEnd },
    answer: answers.atPublicAddress,
  })
  undo.push(() => publicAddress.close())
  return { cluster, api, administrator, publicAddress, routes, kubeconfigs }
}

interface Way {
  readonly administrator: Administrator
  readonly api: ApiRecorder
  /** Of the recorder. */
  readonly certificate: Certificate
}

async function makeKubeconfigs(
  { namespace, accounts }: EndpointPlace,
  { administrator, api, certificate }: Way,
): Promise<Readonly<Record<string, string>>> {
  const made: Record<string, string> = {}
  for (const [environment, user] of Object.entries(accounts)) {
    const token = await administrator.makeToken(namespace, user)
    const text = renderKubeconfig({ server: api.server, ca: certificate.cert, user, token })
    made[environment] = Buffer.from(text).toString('base64')
  }
  return made
}

/** Applied by hand, long before: the first workflow finds it serving. */
async function deployLive(
  administrator: Administrator,
  place: EndpointPlace,
  { description, backEnd }: GroundPlan,
): Promise<void> {
  const { endpoint, image, tags } = description
  const { namespace } = place
  const written = await Promise.all(place.manifests.map(readManifests))
  if (backEnd === 'http-route') {
    await administrator.apply(gateway(namespace), 'the gateway of the rehearsal')
  }
  const live = { endpoint, namespace, backEnd, image, tag: tags.live }
  for (const object of liveObjects(written.flat(), live)) {
    await administrator.apply(object, place.manifests.join(', '))
  }
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments/${endpoint}-${LIVE_SLOT}`
  await until(`version ${tags.live} in ${namespace}`, async () => {
    const found = await administrator.read<KubeObject>(path)
    return found !== null && isReady(found)
  })
}

const readManifests = async (path: string): Promise<readonly KubeObject[]> =>
  parseAllDocuments(await readFile(path, 'utf8')).flatMap((document) => {
    const value = document.toJS() as KubeObject | null
    return value === null ? [] : [value]
  })

const CLASS = 'rehearsal'
const GATEWAY_API = 'gateway.networking.k8s.io/v1'
const GATEWAY_KINDS = ['gatewayclasses', 'gateways', 'httproutes']

function gateway(namespace: string): KubeObject {
  const spec = {
    gatewayClassName: CLASS,
    listeners: [{ name: 'http', protocol: 'HTTP', port: 80 }],
  }
  const metadata = { name: 'public', namespace }
  return { apiVersion: GATEWAY_API, kind: 'Gateway', metadata, spec } as KubeObject
}

/** The definitions that the cluster suites use. */
async function installGatewayApi(administrator: Administrator, project: string): Promise<void> {
  for (const plural of GATEWAY_KINDS) {
    await administrator.applyFile(
      join(project, 'test/crds/gateway-api/standard', `gateway.networking.k8s.io_${plural}.yaml`),
    )
  }
  await until('the Gateway API', async () => {
    const found = await administrator.read<{ readonly resources: readonly { name: string }[] }>(
      `/apis/${GATEWAY_API}`,
    )
    const names = (found?.resources ?? []).map(({ name }) => name)
    return GATEWAY_KINDS.every((plural) => names.includes(plural))
  })
}

const LIMIT_MS = 60_000
const PAUSE_MS = 100

async function until(what: string, look: () => Promise<boolean>): Promise<void> {
  const limit = performance.now() + LIMIT_MS
  while (!(await look())) {
    if (performance.now() > limit)
      throw new Error(`waited ${LIMIT_MS / 1000} s in vain for ${what}`)
    await sleep(PAUSE_MS)
  }
}
