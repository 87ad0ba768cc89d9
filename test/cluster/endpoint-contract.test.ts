// The contract of every Platform, for the back ends of Kubernetes on a real API server.
import { beforeAll } from '@jest/globals'
import type { KubeObject, KubernetesWorkload } from '@sluice/kubernetes'
import { describePlatform, type Abilities, type Subject } from '../contract/platform-contract.ts'
import { apply, openEndpoint, workload } from './endpoint-rig.ts'
import { useCluster } from './harness.ts'
import { acceptAlways, installKinds, TRAFFIC_KINDS, type TrafficKind } from './traffic-objects.ts'

const cluster = useCluster()
beforeAll(() => installKinds(cluster))

const OWNER = { 'example.org/owner': 'another team' }
const owned = (object: KubeObject): KubeObject => ({
  ...object,
  metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, ...OWNER } },
})

async function makeSubject(kind: TrafficKind): Promise<Subject<KubernetesWorkload>> {
  const namespace = await cluster.namespace()
  const proxy = await cluster.faultProxy()
  const path = `${kind.collection.replace('{namespace}', namespace)}/mon-app`
  const { kubeconfig } = proxy
  const { backEnd, slots } = kind
  await apply(cluster, namespace, ...kind.beside)
  const opened = await openEndpoint({ namespace, backEnd, slots, kubeconfig, hasty: true })
  const gateway = acceptAlways(cluster, path, kind)
  const given = workload(namespace, kind.object === null ? null : owned(kind.object))
  const isService = kind.collection.endsWith('/services')
  return {
    platform: opened.platform,
    workload: isService ? { ...given, service: owned(given.service) } : given,
    slots,
    outsider: async (traffic) => {
      const now = await cluster.api('GET', path)
      const body = kind.moved(traffic, now.body as unknown as KubeObject)
      const { status } = await cluster.api('PATCH', path, {
        body,
        type: 'application/merge-patch+json',
      })
      if (status !== 200) throw new Error(`the outsider was answered ${status}`)
    },
    unknownFields: async () => {
      const { body } = await cluster.api('GET', path)
      const { metadata, spec } = body as Readonly<Record<string, Readonly<Record<string, unknown>>>>
      const annotations = metadata?.['annotations'] as Readonly<Record<string, string>> | undefined
      const { ports, clusterIP, parentRefs, hosts, host } = spec ?? {}
      return {
        owner: annotations?.['example.org/owner'],
        ports,
        clusterIP,
        parentRefs,
        hosts,
        host,
      }
    },
    trafficWrites: () =>
      proxy.requests.filter((one) => one.method === 'PATCH' && one.path === path).length,
    close: async () => {
      await gateway.stop()
      await opened.close()
    },
  }
}

const retirements: Abilities['retirements'] = ['delete', 'scale-to-zero']
const plain = { matches: [], mirrors: [], parks: true, retirements }
const header = { kind: 'header', value: 'b', slot: 1 } as const
/** Annotations of a canary Ingress lead to the slot behind it, which is the first here. */
const toCanary = [
  { ...header, slot: 0 },
  { kind: 'cookie', value: 'always', slot: 0 },
] as const

const abilities: Readonly<Record<keyof typeof TRAFFIC_KINDS, Abilities>> = {
  service: { ...plain, shares: [100] },
  replicas: { ...plain, shares: [50, 100] },
  ingress: { ...plain, shares: [100] },
  ingressNginx: {
    ...plain,
    shares: [40, 100],
    matches: toCanary,
    parks: false,
  },
  httpRoute: { ...plain, shares: [40, 100], matches: [header], mirrors: [10, 100] },
  virtualService: { ...plain, shares: [40, 100], matches: [header], mirrors: [10, 100] },
  openshiftRoute: { ...plain, shares: [40, 100] },
}

for (const name of Object.keys(abilities) as (keyof typeof TRAFFIC_KINDS)[]) {
  const kind = TRAFFIC_KINDS[name]
  describePlatform<KubernetesWorkload>(
    `Kubernetes, ${kind.backEnd}`,
    () => makeSubject(kind),
    abilities[name],
  )
}
