// A model server as ordinary manifests: one Deployment whose pods say which slot and version they are (pure).

export interface Model {
  readonly namespace: string
  /** Which slot its pods say they are; also their label `version`, as the guides' manifests have it. */
  readonly slot: string
  /** Of the model: its pods say it, and it is the image's tag. */
  readonly version: string
  /** Default: model. The Deployment is `<name>-<slot>`, and the pods' label `app` is `<name>`. */
  readonly name?: string
  /** Default: 2 */
  readonly replicas?: number
  /** From each request to its answer. Default: 0 */
  readonly delayMs?: number
  /** How long a pod that is deleted serves on. Default: 1,000 */
  readonly graceMs?: number
  /** Answers with a bad status: all, or those after `after` requests of a pod, or of one Host. */
  readonly fails?: { readonly status: number; readonly after?: number; readonly host?: string }
  /** More annotations for the pods, as the harness describes them. */
  readonly annotations?: Readonly<Record<string, string>>
}

export const PORT = 8080

export function renderModel(model: Model): object {
  const { namespace, slot, version, name = 'model', replicas = 2 } = model
  const labels = { app: name, version: slot }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: `${name}-${slot}`, namespace, labels },
    spec: {
      replicas,
      progressDeadlineSeconds: 5,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, annotations: renderAnnotations(model) },
        spec: {
          containers: [
            {
              name: 'model',
              image: `example/model:${version}`,
              ports: [{ name: 'http', containerPort: PORT }],
            },
          ],
        },
      },
    },
  }
}

/** Of the pod template: what makes pods of the fake kubelet answer as this model. */
export function renderAnnotations(
  model: Pick<Model, 'slot' | 'version' | 'delayMs' | 'graceMs' | 'fails' | 'annotations'>,
): Readonly<Record<string, string>> {
  const { slot, version, delayMs, graceMs = 1000, fails, annotations } = model
  return {
    'test/answer': JSON.stringify({ slot, version }),
    'test/grace': String(graceMs),
    ...(delayMs !== undefined && { 'test/http-delay': String(delayMs) }),
    ...(fails !== undefined && { 'test/fail': String(fails.status) }),
    ...(fails?.after !== undefined && { 'test/fail-after': String(fails.after) }),
    ...(fails?.host !== undefined && { 'test/fail-host': fails.host }),
    ...annotations,
  }
}

/** Port 80, named http, to the pods of these labels. */
export const renderService = (place: {
  readonly namespace: string
  readonly name: string
  readonly selector: Readonly<Record<string, string>>
}): object => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: place.name, namespace: place.namespace },
  spec: {
    selector: place.selector,
    ports: [{ name: 'http', port: 80, targetPort: PORT }],
  },
})
