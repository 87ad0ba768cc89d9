// The folders of the corpus as sets that live: what is in them, what happens to them, what leaves them.

export interface Life {
  /** Below the corpus; the name of the test. */
  readonly folder: string
  /** In the order of `kubectl apply -f`. */
  readonly files: readonly string[]
  /** Of the next run. */
  readonly later: readonly string[]
  /** What is in `files` and not in `later`, for `kubectl delete`. */
  readonly leaves: readonly string[]
  /** kubectl arguments that change a field of the manifests. */
  readonly change: readonly string[]
  /** An object that somebody labels. */
  readonly labelled: string
  /** kubectl arguments that wait for what controllers write into the objects. */
  readonly settled?: readonly string[]
  /** Namespaces that its objects name and that must be there. */
  readonly homes?: readonly string[]
  /**
   * A ReplicationController without labels: the server gives it those of its pods, and does not once it
   * has the application's label.
   */
  readonly labelledByServer?: string
  /** Why the wait is left out. */
  readonly notAwaited?: string
}

const EXAMPLES = 'kubernetes-examples'

export const lives: readonly Life[] = [
  {
    folder: 'kubernetes-demo/kubernetes',
    files: ['deployment.yaml', 'ingress.yaml', 'service.yaml'],
    later: ['deployment.yaml', 'service.yaml'],
    leaves: ['ingress/myingress'],
    change: ['set', 'image', 'deploy/myapp', 'myapp=example/other:1'],
    labelled: 'service/myapp',
  },
  {
    folder: `${EXAMPLES}/web/guestbook`,
    files: [
      'frontend-deployment.yaml',
      'frontend-service.yaml',
      'redis-master-deployment.yaml',
      'redis-master-service.yaml',
      'redis-replica-deployment.yaml',
      'redis-replica-service.yaml',
    ],
    later: [
      'frontend-deployment.yaml',
      'frontend-service.yaml',
      'redis-master-deployment.yaml',
      'redis-master-service.yaml',
      'redis-replica-service.yaml',
    ],
    leaves: ['deploy/redis-replica'],
    change: ['scale', 'deploy/frontend', '--replicas=1'],
    labelled: 'deploy/frontend',
  },
  {
    folder: `${EXAMPLES}/web/guestbook/all-in-one`,
    files: ['guestbook-all-in-one.yaml'],
    // The same objects once more, in files of their own.
    later: ['frontend.yaml', 'redis-replica.yaml'],
    leaves: ['service/redis-master', 'deploy/redis-master'],
    change: ['set', 'env', 'deploy/frontend', 'GET_HOSTS_FROM=env'],
    labelled: 'service/frontend',
  },
  {
    folder: `${EXAMPLES}/web/guestbook/legacy`,
    files: [
      'frontend-controller.yaml',
      'redis-master-controller.yaml',
      'redis-replica-controller.yaml',
    ],
    later: ['frontend-controller.yaml', 'redis-replica-controller.yaml'],
    leaves: ['rc/redis-master'],
    change: ['scale', 'rc/frontend', '--replicas=2'],
    labelled: 'rc/redis-replica',
    labelledByServer: 'ReplicationController frontend',
  },
  {
    folder: `${EXAMPLES}/AI/model-serving-tensorflow`,
    files: ['deployment.yaml', 'ingress.yaml', 'pv.yaml', 'pvc.yaml', 'service.yaml'],
    later: ['deployment.yaml', 'pv.yaml', 'pvc.yaml', 'service.yaml'],
    leaves: ['ingress/tf-serving-ingress'],
    change: ['set', 'image', 'deploy/tf-serving', 'tensorflow-serving=tensorflow/serving:1'],
    labelled: 'pvc/my-model-pvc',
    settled: ['wait', '--for=jsonpath={.status.phase}=Bound', 'pvc/my-model-pvc'],
  },
  {
    folder: `${EXAMPLES}/AI/vllm-deployment`,
    files: ['vllm-deployment.yaml', 'vllm-service.yaml', 'hpa/horizontal-pod-autoscaler.yaml'],
    later: ['vllm-deployment.yaml', 'hpa/horizontal-pod-autoscaler.yaml'],
    leaves: ['service/vllm-service'],
    change: ['set', 'image', 'deploy/vllm-gemma-deployment', 'inference-server=vllm/other:1'],
    labelled: 'hpa/gemma-server-hpa',
  },
  {
    folder: `${EXAMPLES}/AI/vllm-deployment/hpa`,
    files: [
      'gpu-dcgm-exporter-service-generic.yaml',
      'gpu-dcgm-exporter-service-gke.yaml',
      'gpu-horizontal-pod-autoscaler.yaml',
      'prometheus-adapter.yaml',
    ],
    later: [
      'gpu-dcgm-exporter-service-generic.yaml',
      'gpu-horizontal-pod-autoscaler.yaml',
      'prometheus-adapter.yaml',
    ],
    leaves: ['-n', 'gke-managed-system', 'service/gke-managed-dcgm-exporter'],
    change: ['patch', 'hpa/gemma-server-gpu-hpa', '--type=merge', '-p={"spec":{"maxReplicas":9}}'],
    labelled: 'hpa/gemma-server-gpu-hpa',
    homes: ['monitoring', 'gke-managed-system'],
    notAwaited: 'its APIService is backed by a pod, which speaks no TLS here, so it never answers',
  },
  {
    folder: `${EXAMPLES}/databases/cassandra`,
    files: ['cassandra-service.yaml', 'cassandra-statefulset.yaml'],
    later: ['cassandra-statefulset.yaml'],
    leaves: ['service/cassandra'],
    change: ['scale', 'statefulset/cassandra', '--replicas=2'],
    settled: ['rollout', 'status', 'statefulset/cassandra'],
    labelled: 'statefulset/cassandra',
  },
]

export interface LeftOut {
  readonly why: string
  readonly files: readonly string[]
  /** What we say of each file, in their order. */
  readonly ours: readonly string[]
  /** What kubectl says of all of them. */
  readonly theirs: RegExp
}

const HPA = `${EXAMPLES}/AI/vllm-deployment/hpa`
const CASSANDRA = `${EXAMPLES}/databases/cassandra`
const unknown = (kind: string): string => `the server knows no ${kind} in monitoring.coreos.com/v1`
const noObject = 'is no Kubernetes object: apiVersion and kind are missing'

/** Files of the corpus that cannot be applied to a plain cluster, by us or by kubectl. */
export const leftOut: readonly LeftOut[] = [
  {
    why: 'they need the CRDs of the Prometheus operator',
    files: [
      `${HPA}/gpu-service-monitor-generic.yaml`,
      `${HPA}/vllm-service-monitor.yaml`,
      `${HPA}/prometheus-rule.yaml`,
    ],
    ours: [unknown('ServiceMonitor'), unknown('ServiceMonitor'), unknown('PrometheusRule')],
    theirs:
      /no matches for kind "ServiceMonitor" in version "monitoring.coreos.com\/v1"[^]*no matches for kind "PrometheusRule"/,
  },
  {
    why: 'it needs those CRDs too, and has the name of another file',
    files: [`${HPA}/gpu-service-monitor-gke.yaml`],
    ours: [unknown('ServiceMonitor')],
    theirs: /no matches for kind "ServiceMonitor" in version "monitoring.coreos.com\/v1"/,
  },
  {
    why: 'settings of Cassandra itself',
    files: [
      `${CASSANDRA}/java/src/test/resources/cassandra.yaml`,
      `${CASSANDRA}/image/files/cassandra.yaml`,
    ],
    ours: [noObject, noObject],
    theirs: /apiVersion not set/,
  },
]
