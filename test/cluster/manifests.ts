// Objects for the bed's own suites.

export interface Workload {
  readonly name: string
  readonly fate: string
  readonly replicas?: number
  readonly annotations?: Readonly<Record<string, string>>
}

const templateOf = ({ name, fate, annotations }: Workload) => ({
  metadata: { labels: { app: name }, annotations: { 'test/fate': fate, ...annotations } },
  spec: {
    ...(fate === 'init-crash' && {
      initContainers: [{ name: 'migrate', image: 'example/migrate:1.0.0' }],
    }),
    containers: [{ name: 'web', image: 'example/web:1.0.0' }],
  },
})

export const deployment = (workload: Workload): string =>
  JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: workload.name },
    spec: {
      replicas: workload.replicas ?? 1,
      progressDeadlineSeconds: 3,
      selector: { matchLabels: { app: workload.name } },
      template: templateOf(workload),
    },
  })

export const job = (workload: Workload & { readonly restartPolicy: string }): string => {
  const template = templateOf(workload)
  const spec = { ...template.spec, restartPolicy: workload.restartPolicy }
  return JSON.stringify({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: workload.name },
    spec: { backoffLimit: 0, template: { ...template, spec } },
  })
}

export const controlled = (kind: 'StatefulSet' | 'DaemonSet', workload: Workload): string =>
  JSON.stringify({
    apiVersion: 'apps/v1',
    kind,
    metadata: { name: workload.name },
    spec: {
      ...(kind === 'StatefulSet' && {
        replicas: workload.replicas ?? 1,
        serviceName: workload.name,
      }),
      selector: { matchLabels: { app: workload.name } },
      template: templateOf(workload),
    },
  })
