// The Role of docs/kubernetes-role.yml is enough for what it says, and holds nothing that is not used.
import { beforeAll, describe, expect, test } from '@jest/globals'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { PROJECT, type Texts } from '../scenario/rig/step.ts'
import { budget, runApply, service, web } from './action-bench.ts'
import { useCluster, type Exchange, type ProxyInUse } from './harness.ts'
import type { K8sEnd } from './step/k8s-step.ts'

const cluster = useCluster()
const USER = 'restricted-22'

interface Role {
  readonly metadata: { readonly name: string }
  readonly rules: readonly {
    readonly apiGroups: readonly string[]
    readonly resources: readonly string[]
    readonly verbs: readonly string[]
  }[]
}
const [first] = parseAllDocuments(readFileSync(join(PROJECT, 'docs/kubernetes-role.yml'), 'utf8'))
const role = first?.toJS() as Role

const ingress = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'web' },
  spec: { defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
}
/** Enough of each kind that one list is cheaper than reading them one by one. */
const three = <One>(make: (name: string) => One): readonly One[] => ['web', 'b', 'c'].map(make)
const objectsWith = (maxUnavailable: number): readonly object[] => [
  ...three((name) => web({ name })),
  ...three((name) => service(name)),
  ...three((name) => ({ ...ingress, metadata: { name } })),
  ...three(budget).map((one) => ({ ...one, spec: { ...one.spec, maxUnavailable } })),
]
const all = objectsWith(1)
const crashing = web({ name: 'crashing', annotations: { 'test/fate': 'crash' } })
const smoke = { smoke: '/health', 'smoke-target': 'service/web:80' }
const course: readonly {
  readonly title: string
  readonly objects: readonly object[]
  readonly inputs: Texts
  readonly ends: string
}[] = [
  { title: 'the first run', objects: all, inputs: smoke, ends: 'ready' },
  { title: 'nothing to do', objects: all, inputs: smoke, ends: 'unchanged' },
  { title: 'a change', objects: objectsWith(2), inputs: {}, ends: 'ready' },
  { title: 'a diff', objects: [web({ replicas: 3 })], inputs: { mode: 'diff' }, ends: 'differs' },
  {
    title: 'a failure and the way back',
    objects: [...all, crashing, budget('crashing')],
    inputs: { 'on-failure': 'undo' },
    ends: 'undone',
  },
  { title: 'what left the set', objects: [web(), budget('web')], inputs: {}, ends: 'ready' },
  { title: 'the end', objects: [], inputs: { mode: 'delete', manifests: '' }, ends: 'deleted' },
]

let proxy: ProxyInUse
const ends = new Map<string, K8sEnd>()

beforeAll(async () => {
  const namespace = await cluster.namespace()
  await grant(namespace, role)
  proxy = await cluster.faultProxy()
  for (const { title, objects, inputs } of course) {
    const ask = { namespace, objects, user: USER, to: proxy }
    ends.set(title, await runApply(cluster, { ...ask, inputs: { application: 'shop', ...inputs } }))
  }
}, 120_000)

async function grant(namespace: string, role: Role): Promise<void> {
  const rbac = 'rbac.authorization.k8s.io'
  const { name } = role.metadata
  const base = `/apis/${rbac}/v1/namespaces/${namespace}`
  const roleRef = { apiGroup: rbac, kind: 'Role', name }
  const subjects = [{ apiGroup: rbac, kind: 'User', name: USER }]
  await cluster.api('POST', `${base}/roles`, { body: role })
  const body = {
    apiVersion: `${rbac}/v1`,
    kind: 'RoleBinding',
    metadata: { name },
    roleRef,
    subjects,
  }
  await cluster.api('POST', `${base}/rolebindings`, { body })
  const asked = ['auth', 'can-i', 'list', 'deployments', '-n', namespace, '--as', USER]
  while ((await cluster.kubectl(...asked)).code !== 0);
}

describe('with this Role and no more', () => {
  test.each(course)('$title: $ends', ({ title, ends: outcome }) => {
    const end = ends.get(title)
    expect(end?.lines.filter((line) => /rights that are missing|not allowed/.test(line))).toEqual(
      [],
    )
    expect(end?.outputs['outcome']).toBe(outcome)
  })

  test('no request is refused for a right', () => {
    expect(proxy.requests.filter(({ status }) => status === 403)).toEqual([])
  })

  test('every right of it is used', () => {
    const used = new Set(proxy.requests.flatMap(rightsOf))
    const granted = role.rules.flatMap(({ resources, verbs }) =>
      resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resource}`)),
    )
    expect(granted.filter((right) => !used.has(right))).toEqual([])
  })
})

describe('with less', () => {
  const without = (pattern: RegExp): Role => ({
    ...role,
    rules: role.rules.flatMap((rule) => {
      const verbs = rule.verbs.filter((verb) => !pattern.test(`${verb} ${rule.resources[0]}`))
      return verbs.length === 0 ? [] : [{ ...rule, verbs }]
    }),
  })
  const runWith = async (granted: Role, inputs: Texts) => {
    const namespace = await cluster.namespace()
    const objects = [web(), service('web'), budget('web')]
    // The other modes need something that is there.
    if (inputs['mode'] !== undefined) await runApply(cluster, { namespace, objects })
    await grant(namespace, granted)
    const seen = proxy.requests.length
    const ask = { namespace, objects, user: USER, to: proxy }
    const application = inputs['mode'] === undefined ? 'shop' : ''
    const end = await runApply(cluster, { ...ask, inputs: { application, ...inputs } })
    const writes = proxy.requests
      .slice(seen)
      .filter(({ method, path }) => method !== 'GET' && !path.includes('/selfsubject'))
    return { ...end, namespace, writes }
  }

  test('what is needed is listed whole, and nothing is written', async () => {
    const granted = without(/services\/proxy|patch services|create configmaps|delete pod.*budgets/)
    const end = await runWith(granted, { ...smoke, 'on-failure': 'undo' })
    const place = `in namespace ${end.namespace}`
    expect(end.exitCode).toBe(1)
    expect(end.annotations.at(-1)?.message.split('\n').slice(0, 5).sort()).toEqual([
      '- create configmaps ' + place,
      '- delete poddisruptionbudgets.policy ' + place,
      '- get services/proxy ' + place,
      '- patch services ' + place,
      '4 rights are missing, nothing was changed:',
    ])
    expect(end.writes).toEqual([])
  })

  test.each([
    [{ mode: 'scale', replicas: '3' }, /never/, 'patch deployments/scale.apps'],
    [{ mode: 'restart' }, /patch deployments/, 'patch deployments.apps'],
    [{ mode: 'delete' }, /delete services/, 'delete services'],
  ])('%j changes nothing when a right is missing', async (inputs, pattern, right) => {
    const end = await runWith(without(pattern), inputs)
    expect(end.annotations.map(({ message }) => message.split('\n').slice(0, 2))).toEqual([
      ['1 right is missing, nothing was changed:', `- ${right} in namespace ${end.namespace}`],
    ])
    expect(end.writes).toEqual([])
  })

  test('an application alone: the rights to delete its members are asked before the first goes', async () => {
    const namespace = await cluster.namespace()
    const objects = [web(), service('web'), budget('web')]
    const inputs = { application: 'shop', mode: 'delete', manifests: '' }
    await runApply(cluster, { namespace, objects, inputs: { application: 'shop' } })
    await grant(namespace, without(/delete (services|pod.*budgets|configmaps)/))
    const seen = proxy.requests.length
    const end = await runApply(cluster, { namespace, user: USER, to: proxy, inputs })
    expect(end.annotations.map(({ title }) => title)).toEqual([
      'k8s-apply: K8S_APPLY_MISSING_RIGHTS',
    ])
    expect(end.annotations[0]?.message.split('\n').slice(0, 4).sort()).toEqual([
      `- delete configmaps in namespace ${namespace}`,
      `- delete poddisruptionbudgets.policy in namespace ${namespace}`,
      `- delete services in namespace ${namespace}`,
      '3 rights are missing, nothing was changed:',
    ])
    const sent = proxy.requests.slice(seen).map(({ method }) => method)
    expect(sent).not.toContain('DELETE')
    expect(sent).not.toContain('PATCH')
    expect(end).toMatchObject({ exitCode: 1, outputs: {} })
  })

  test('what only tells more is named in a notice, and the run goes on', async () => {
    const granted = without(/replicasets|pods|events|watch|delete services/)
    const end = await runWith(granted, smoke)
    const notices = end.annotations.map(({ level, message }) => [level, message])
    expect(end.outputs['outcome']).toBe('ready')
    expect(notices.slice(0, 2)).toEqual([
      [
        'notice',
        expect.stringMatching(/watch deployments\.apps.*list pods.*list events.*less can/),
      ],
      ['notice', expect.stringMatching(/delete services .*what leaves the set cannot be removed/)],
    ])
  })
})

/** `patch deployments`; an apply that makes an object needs two. */
function rightsOf({ method, path, query, status }: Exchange): readonly string[] {
  const at = /\/namespaces\/[^/]+\/([a-z]+)(?:\/([^/]+)(?:\/([a-z]+))?)?/.exec(path)
  const [, plural = '', name, sub] = at ?? []
  const resource = sub === undefined ? plural : `${plural}/${sub}`
  const read = query.has('watch') ? 'watch' : name === undefined ? 'list' : 'get'
  const verbs: Texts = { GET: read, POST: 'create', PATCH: 'patch', DELETE: 'delete' }
  const made = method === 'PATCH' && status === 201 ? [`create ${resource}`] : []
  return [`${verbs[method] ?? method} ${resource}`, ...made]
}
