// How many requests a run may cost: the objects that differ, two for each kind in each namespace, and
// fifteen. Counted where they pass, of the bundle in a process of its own.
import { expect, test } from '@jest/globals'
import { useCluster, type Exchange } from './harness.ts'
import { isWrite, PointCounter, renderPoint } from './kill/points.ts'
import { runK8sApply } from './step/k8s-step.ts'

const cluster = useCluster()

type Manifest = { readonly kind: string; readonly [field: string]: unknown }

const named = (name: string, namespace: string | null) => ({
  metadata: { name, ...(namespace !== null && { namespace }) },
})
const core = (kind: string, fields: object = {}) => ({ apiVersion: 'v1', kind, ...fields })
const roles = 'rbac.authorization.k8s.io'
const podsOf = (name: string) => ({
  selector: { matchLabels: { app: name } },
  template: {
    metadata: { labels: { app: name } },
    spec: {
      containers: [
        {
          name: 'web',
          image: 'example/web:1.0.0',
          readinessProbe: { httpGet: { path: '/health', port: 8080 } },
        },
      ],
    },
  },
})

/** Number of objects, and one of them by its name. */
const kinds: readonly (readonly [number, (name: string) => Manifest])[] = [
  [16, () => core('ConfigMap', { data: { mode: 'plain', port: '8080' } })],
  [10, () => core('Secret', { stringData: { password: 'of the test' } })],
  [6, () => core('ServiceAccount')],
  [8, (name) => core('Service', { spec: { selector: { app: name }, ports: [{ port: 80 }] } })],
  [
    4,
    () => ({
      apiVersion: `${roles}/v1`,
      kind: 'Role',
      rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
    }),
  ],
  [
    4,
    (name) => ({
      apiVersion: `${roles}/v1`,
      kind: 'RoleBinding',
      roleRef: { apiGroup: roles, kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name }],
    }),
  ],
  [4, (name) => ({ apiVersion: 'apps/v1', kind: 'Deployment', spec: podsOf(name) })],
  [
    4,
    (name) => ({
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      spec: { maxUnavailable: 1, selector: { matchLabels: { app: name } } },
    }),
  ],
  [
    3,
    (name) => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      spec: { podSelector: { matchLabels: { app: name } }, policyTypes: ['Ingress'] },
    }),
  ],
  [
    1,
    () => ({
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      value: 10,
    }),
  ],
]

const isWide = ({ kind }: Manifest): boolean => kind === 'PriorityClass'

/** Sixty objects; every second of a kind in the second namespace, if there is one. */
function sixty(namespaces: readonly string[]): readonly Manifest[] {
  return kinds.flatMap(([count, make]) =>
    Array.from({ length: count }, (_, i) => {
      const name = `one-${Math.floor(i / namespaces.length)}`
      const object = make(name)
      const namespace = namespaces[i % namespaces.length] ?? ''
      return {
        ...object,
        ...named(isWide(object) ? `${name}-${namespace}` : name, isWide(object) ? null : namespace),
      }
    }),
  )
}

/** Kinds and where they are, each once. */
const places = (objects: readonly Manifest[]): number =>
  new Set(
    objects.map(({ kind, metadata }) =>
      [kind, (metadata as { readonly namespace?: string }).namespace].join(' '),
    ),
  ).size

async function count(namespaces: readonly string[], inputs: Readonly<Record<string, string>>) {
  const proxy = await cluster.faultProxy()
  const [namespace = ''] = namespaces
  const objects = sixty(namespaces)
  const files = { 'kubernetes/all.json': JSON.stringify({ ...core('List'), items: objects }) }
  const run = async () => {
    proxy.reset()
    const { token } = cluster.facts
    const given = { manifests: 'kubernetes', ...inputs }
    const step = await runK8sApply({ to: proxy, token, namespace, files, inputs: given })
    return { outputs: step.outputs, requests: [...proxy.requests], told: told(proxy.requests) }
  }
  return { objects, first: await run(), again: await run() }
}

/** How often what was asked, for the message of a budget that was not kept. */
function told(requests: readonly Exchange[]): readonly string[] {
  const counter = new PointCounter('no namespace')
  return requests.map((request) => renderPoint(counter.take(request)))
}

const cases = [
  { what: 'one namespace', namespaces: 1, inputs: {} },
  { what: 'one namespace, as an application', namespaces: 1, inputs: { application: 'taxi' } },
  { what: 'two namespaces, as an application', namespaces: 2, inputs: { application: 'taxi' } },
]

test.each(cases)(
  'sixty objects in $what',
  async ({ what, namespaces, inputs }) => {
    const names = await Promise.all(Array.from({ length: namespaces }, () => cluster.namespace()))
    // Slow enough for the wait to look at pods as well.
    const slow = { labels: {}, fate: 'late:1500' }
    await Promise.all(names.map((namespace) => cluster.setFate({ namespace, ...slow })))
    const { objects, first, again } = await count(names, inputs)
    expect(objects).toHaveLength(60)
    expect(first.outputs).toMatchObject({ outcome: 'ready', created: '60', failed: '0' })
    expect(again.outputs).toMatchObject({ outcome: 'unchanged', unchanged: '60', changed: 'false' })
    const fixed = 2 * places(objects) + 15
    console.log(
      `sixty objects in ${what}: ${first.requests.length} requests (limit ${60 + fixed}), again ${again.requests.length} (limit ${fixed})`,
    )
    expect(first.requests.length <= 60 + fixed ? [] : first.told).toEqual([])
    expect(again.requests.length <= fixed ? [] : again.told).toEqual([])
    expect(again.requests.filter(isWrite)).toEqual([])
  },
  60_000,
)
