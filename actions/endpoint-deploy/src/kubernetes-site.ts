// A Kubernetes endpoint to deploy to: from manifests and inputs to an open cluster.
import { badInput, type Ports } from '@sluice/action'
import type {
  KubernetesPinOrder,
  KubernetesWorkload,
  pinManifests,
  PinnedKubernetes,
} from '@sluice/kubernetes'
import type { LockEntry } from '@sluice/rollout'
import type { KubernetesConfig } from './config.ts'
import type { Pinned, Site } from './site.ts'

/** Throws every problem of inputs, then every problem of manifests, before the first request. */
export async function openKubernetesSite(
  config: KubernetesConfig,
  ports: Ports,
): Promise<Site<KubernetesWorkload>> {
  const kubernetes = await import('@sluice/kubernetes')
  const settings = kubernetes.parseKubernetesSettings(config.raw)
  const place = kubernetes.readKubernetesPlace(config.raw)
  if (!settings.ok || !place.ok) {
    throw badInput([settings, place].flatMap((read) => (read.ok ? [] : read.problems)))
  }
  const { backEnd, trafficObject } = place.value
  const pinWith = pinner(kubernetes.pinManifests, { config, ports, place: place.value })
  // The lock's entry has the name of the endpoint, which the manifests may say; told once is enough.
  const written = await pinWith(null, config.revisionLock === '' ? ports.log : quiet(ports.log))
  const endpoint = written.endpointName
  const opened = await kubernetes.openKubernetes(
    {
      target: {
        endpoint,
        namespace: written.namespace,
        backEnd,
        trafficObject,
        slots: config.slots,
      },
      settings: settings.value,
      waitSeconds: config.waitSeconds,
    },
    ports,
  )
  const where = `${backEnd} ${opened.place.trafficObject} in namespace ${opened.place.namespace}`
  return {
    platform: opened.platform,
    subject: { platform: 'kubernetes', place: opened.place, endpoint, name: endpoint },
    pin: async (lock) => asPinned(lock === null ? written : await pinWith(lock, ports.log)),
    pendingWrites: ({ slot, mark, workload }) =>
      opened.pendingWrites({ slot, mark, workload }, ports.signal),
    errors: {
      lockEntryMissing: (message) =>
        kubernetes.kubernetesError('KUBERNETES_LOCK_ENTRY_MISSING', message),
      absent: () =>
        kubernetes.kubernetesError('KUBERNETES_ENDPOINT_ABSENT', `${where} does not exist`),
      notVisible: (message) => kubernetes.kubernetesError('KUBERNETES_NOT_VISIBLE', message),
    },
    close: opened.close,
  }
}

interface Pinning {
  readonly config: KubernetesConfig
  readonly ports: Ports
  readonly place: Pick<KubernetesPinOrder, 'namespace' | 'backEnd' | 'trafficObject'>
}

const pinner =
  (pin: typeof pinManifests, { config, ports, place }: Pinning) =>
  (lock: LockEntry | null, log: Ports['log']): Promise<PinnedKubernetes> =>
    pin(
      {
        ...place,
        manifests: config.manifests,
        render: config.render,
        valuesFiles: config.valuesFiles.join('\n'),
        images: config.images.join('\n'),
        service: config.service,
        endpoint: config.endpoint === '' ? null : config.endpoint,
        createEndpoint: config.createEndpoint,
        lock,
      },
      { ports: { ...ports, log }, sha256: ports.sha256 },
      ports.signal,
    )

const quiet = (log: Ports['log']): Ports['log'] => ({ ...log, info: () => undefined })

function asPinned(pinned: PinnedKubernetes): Pinned<KubernetesWorkload> {
  const { workload, contents, revision, notices, warnings } = pinned
  const text = [...new Set(contents.containers.map(({ image }) => image))].join(', ')
  return { workload, contents, revision, notices, warnings, label: { word: 'images', text } }
}
