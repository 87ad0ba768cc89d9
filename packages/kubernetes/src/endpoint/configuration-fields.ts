// The one list of what is configuration in a pod template. Everything else of the pod is what runs.
//
// The line: two environments that serve the same thing may differ in configuration; what a test in the
// first one said of the revision must still hold in the second.

type Reasons = Readonly<Record<string, string>>

/** Fields of the pod that staging and production may have differently, and why each is one. */
export const POD_CONFIGURATION: Reasons = {
  activeDeadlineSeconds: 'time: how long, not what',
  affinity: 'placement',
  dnsConfig: 'surroundings: how names of this cluster are found',
  dnsPolicy: 'surroundings',
  enableServiceLinks: 'environment: variables that the cluster adds',
  hostAliases: 'surroundings',
  imagePullSecrets: 'access to the registry from this cluster',
  nodeName: 'placement',
  nodeSelector: 'placement',
  overhead: 'size, set by the runtime class',
  preemptionPolicy: 'placement',
  priority: 'placement',
  priorityClassName: 'placement',
  readinessGates: 'probing: who else is asked',
  resourceClaims: 'size: which devices',
  resources: 'size',
  schedulerName: 'placement',
  schedulingGates: 'placement',
  serviceAccount: 'identity in this cluster, old name',
  serviceAccountName: 'identity in this cluster',
  terminationGracePeriodSeconds: 'time: how it ends',
  tolerations: 'placement',
  topologySpreadConstraints: 'placement',
}

/** The same for a container. */
export const CONTAINER_CONFIGURATION: Reasons = {
  env: 'environment',
  envFrom: 'environment',
  imagePullPolicy: 'how the image gets to the node',
  livenessProbe: 'probing',
  readinessProbe: 'probing',
  resizePolicy: 'size',
  resources: 'size',
  startupProbe: 'probing',
  terminationMessagePath: 'reporting',
  terminationMessagePolicy: 'reporting',
}

/** The same for `lifecycle`: what is run after a start belongs to what runs, how it ends does not. */
export const LIFECYCLE_CONFIGURATION: Reasons = {
  preStop: 'time: how it ends',
  stopSignal: 'time: how it ends',
}

/** Fields of the Deployment's spec beside its template. `selector` is about slots, `paused` is refused. */
export const DEPLOYMENT_CONFIGURATION: Reasons = {
  minReadySeconds: 'time',
  progressDeadlineSeconds: 'time',
  replicas: 'size',
  revisionHistoryLimit: 'housekeeping',
  strategy: 'how pods follow one another',
}

/** Fields of the Service's spec. Addresses belong to the cluster that gave them. */
export const SERVICE_CONFIGURATION: Reasons = {
  ports: 'the address of what runs',
  sessionAffinity: 'routing',
  sessionAffinityConfig: 'routing',
  type: 'who can reach it',
}
