// An endpoint of a real cluster in the hands of a test: its site, its looks, and what is live around it.
import { connect, defaultEarlyOptions, type ApiServer, type KubeObject } from '@sluice/kubernetes'
import type { DeployOrder, Observation, SlotPair, WriteReport } from '@sluice/rollout'
import { createHash } from 'node:crypto'
import type { BackEnd } from '../../packages/kubernetes/src/endpoint/back-ends/back-end.ts'
import { deploySlot } from '../../packages/kubernetes/src/endpoint/deploy.ts'
import { absent, observationOf } from '../../packages/kubernetes/src/endpoint/observe.ts'
import { listPendingWrites } from '../../packages/kubernetes/src/endpoint/pending-writes.ts'
import { retireSlot } from '../../packages/kubernetes/src/endpoint/retire.ts'
import type { Site } from '../../packages/kubernetes/src/endpoint/site.ts'
import { readSnapshot, sceneOf } from '../../packages/kubernetes/src/endpoint/snapshot.ts'
import type { KubernetesWorkload } from '../../packages/kubernetes/src/endpoint/workload.ts'
import { kubernetesPorts, type LoggedLine } from '../doubles/kubernetes-ports.ts'
import type { ClusterInUse } from './harness.ts'

export interface EndpointParts {
  readonly namespace: string
  readonly endpoint?: string
  readonly trafficObject?: string
  readonly slots?: SlotPair
  readonly backEnd: BackEnd
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

const never = new AbortController().signal

/** A class, so that a test reads as what is done to one endpoint. */
export class EndpointRig {
  readonly site: Site
  readonly logged: readonly LoggedLine[]
  private readonly cluster: ClusterInUse

  private constructor(cluster: ClusterInUse, site: Site, logged: readonly LoggedLine[]) {
    this.cluster = cluster
    this.site = site
    this.logged = logged
  }

  static async open(cluster: ClusterInUse, parts: EndpointParts): Promise<EndpointRig> {
    const { namespace, endpoint = 'mon-app', slots = ['blue', 'green'], backEnd } = parts
    const ports = kubernetesPorts({ env: { KUBECONFIG: cluster.kubeconfig } })
    const api = await connect({ context: null }, ports)
    const trafficObject = parts.trafficObject ?? endpoint
    const site: Site = {
      api,
      place: {
        server: api.address,
        namespace,
        backEnd: backEnd.kind,
        trafficObject,
        slots: slots.join(','),
      },
      endpoint,
      slots,
      settings: {
        context: null,
        slotAddress: { kind: 'proxy' },
        slotProof: { kind: 'address' },
        requestPath: '/',
        port: null,
      },
      backEnd,
      clock: ports.clock,
      log: ports.log,
      sha256,
      waitSeconds: 30,
      waiting: {
        steadySeconds: 0.5,
        early: { ...defaultEarlyOptions, 'crash-loop': 1, 'config-error': 1, 'image-pull': 1 },
      },
    }
    return new EndpointRig(cluster, site, ports.logged)
  }

  /** The same endpoint through an API server of which some verbs are the test's. */
  through(verbs: Partial<ApiServer>): EndpointRig {
    const site = { ...this.site, api: { ...this.site.api, ...verbs } }
    return new EndpointRig(this.cluster, site, this.logged)
  }

  async observe(): Promise<Observation> {
    const scene = sceneOf(this.site, await readSnapshot(this.site, never))
    return scene === null ? absent(this.site) : observationOf(this.site, scene)
  }

  async deploy(
    slot: string,
    workload: KubernetesWorkload,
    mark = MARK,
    signal = never,
  ): Promise<WriteReport> {
    const seen = await this.observe()
    const order: DeployOrder<KubernetesWorkload> = { slot, mark, workload, seen }
    return deploySlot(this.site, order, signal)
  }

  pending(slot: string, workload: KubernetesWorkload, mark = MARK): Promise<readonly string[]> {
    return listPendingWrites(this.site, { slot, mark, workload }, never)
  }

  retire(slot: string, how: 'delete' | 'scale-to-zero'): Promise<WriteReport> {
    return retireSlot(this.site, { slot, how }, never)
  }

  get notices(): readonly string[] {
    return this.logged.filter(({ level }) => level === 'notice').map(({ text }) => text)
  }

  close(): Promise<void> {
    return this.site.api.close()
  }

  async get(path: string): Promise<KubeObject> {
    const { namespace } = this.site.place
    const root = path.startsWith('deployments')
      ? '/apis/apps/v1'
      : path.startsWith('ingresses')
        ? '/apis/networking.k8s.io/v1'
        : '/api/v1'
    const { status, body } = await this.cluster.api(
      'GET',
      `${root}/namespaces/${namespace}/${path}`,
    )
    if (status !== 200) throw new Error(`${path}: ${status}`)
    return body as unknown as KubeObject
  }

  /** `name uid resourceVersion` of the Deployment and of its pods: all that a restart or a label would change. */
  async fingerprint(deployment: string, labels: string): Promise<readonly string[]> {
    const one = await this.get(`deployments/${deployment}`)
    const pods = (await this.get(
      `pods?labelSelector=${encodeURIComponent(labels)}`,
    )) as unknown as {
      readonly items: readonly KubeObject[]
    }
    return [one, ...pods.items].map(
      ({ metadata: { name, uid, resourceVersion } }) => `${name} ${uid} ${resourceVersion}`,
    )
  }

  /** Applies as a person with kubectl does, and waits for the rollouts. */
  async kubectlApply(objects: readonly object[]): Promise<void> {
    const { namespace } = this.site.place
    const stdin = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects })
    const applied = await this.cluster.kubectl('apply', '-n', namespace, '-f', '-', { stdin })
    if (applied.code !== 0) throw new Error(applied.stderr)
    const status = await this.cluster.kubectl(
      'wait',
      '-n',
      namespace,
      '--for=condition=Available',
      'deployment',
      '--all',
      '--timeout=20s',
    )
    if (status.code !== 0) throw new Error(status.stderr)
    // The last write of a controller on a Deployment follows its last pod.
    await new Promise((resolve) => setTimeout(resolve, 300))
  }
}

export const MARK = '1111111111111111.2222222222222222'
export const OTHER_MARK = '3333333333333333.4444444444444444'

export interface AppParts {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly image?: string
  readonly replicas?: number
  readonly fate?: string
}

const container = (image: string) => ({
  name: 'app',
  image,
  ports: [{ containerPort: 8080 }],
  readinessProbe: { httpGet: { path: '/health', port: 8080 } },
})

/** A Deployment as the guide writes it. */
export const deploymentOf = (parts: AppParts): KubeObject => {
  const { name, labels, image = 'localhost:32000/mon-app:v1.0.0', replicas = 3 } = parts
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: {
          labels,
          ...(parts.fate !== undefined && { annotations: { 'test/fate': parts.fate } }),
        },
        spec: { containers: [container(image)] },
      },
    },
  }
}

export const serviceOf = (
  name: string,
  selector: Readonly<Record<string, string>>,
): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { selector, ports: [{ port: 80, targetPort: 8080 }] },
})

export const ingressOf = (name: string, service: string): KubeObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name },
  spec: {
    ingressClassName: 'nginx',
    rules: [
      {
        host: 'mon-app.example.com',
        http: {
          paths: [
            {
              path: '/',
              pathType: 'Prefix',
              backend: { service: { name: service, port: { number: 80 } } },
            },
          ],
        },
      },
    ],
  },
})

/** Manifests written once, without a slot. */
export const workloadOf = (parts: Partial<AppParts> = {}): KubernetesWorkload => {
  const { name = 'mon-app', labels = { app: name }, replicas = 2 } = parts
  const image = parts.image ?? 'localhost:32000/mon-app:v2.0.0'
  return {
    deployment: deploymentOf({ ...parts, name, labels, replicas, image }),
    service: serviceOf(name, labels),
    trafficObject: null,
    createEndpoint: true,
  }
}
