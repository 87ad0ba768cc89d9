// The Roles of docs/kubernetes-role.yml for endpoints: enough for what they say, and no right too many.
import { beforeAll, describe, expect, test } from '@jest/globals'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseWeights, type Platform } from '@sluice/rollout'
import type { KubernetesWorkload } from '@sluice/kubernetes'
import { parseAllDocuments } from 'yaml'
import { PROJECT } from '../scenario/rig/step.ts'
import { openEndpoint, workload } from './endpoint-rig.ts'
import { useCluster, type Exchange } from './harness.ts'
import { acceptAlways, installKinds, TRAFFIC_KINDS } from './traffic-objects.ts'

const cluster = useCluster()
beforeAll(() => installKinds(cluster))

interface Role {
  readonly metadata: { readonly name: string }
  readonly rules: readonly {
    readonly apiGroups: readonly string[]
    readonly resources: readonly string[]
    readonly verbs: readonly string[]
  }[]
}
const file = readFileSync(join(PROJECT, 'docs/kubernetes-role.yml'), 'utf8')
const roles = parseAllDocuments(file).map((one) => one.toJS() as Role)
const roleOf = (name: string): Role => {
  const found = roles.find(({ metadata }) => metadata.name === name)
  if (found === undefined) throw new Error(`no Role ${name}`)
  return found
}

const DEPLOYER = 'restricted-5'
const MOVER = 'restricted-6'
const MARK = '1111111111111111.aaaaaaaaaaaaaaaa'
const signal = new AbortController().signal
const kind = TRAFFIC_KINDS.httpRoute

async function grant(namespace: string, user: string, role: Role): Promise<void> {
  const group = 'rbac.authorization.k8s.io'
  const { name } = role.metadata
  const base = `/apis/${group}/v1/namespaces/${namespace}`
  await cluster.api('POST', `${base}/roles`, { body: role })
  const body = {
    apiVersion: `${group}/v1`,
    kind: 'RoleBinding',
    metadata: { name },
    roleRef: { apiGroup: group, kind: 'Role', name },
    subjects: [{ apiGroup: group, kind: 'User', name: user }],
  }
  await cluster.api('POST', `${base}/rolebindings`, { body })
  const asked = ['auth', 'can-i', 'list', 'deployments', '-n', namespace, '--as', user]
  while ((await cluster.kubectl(...asked)).code !== 0);
}

/** With a gateway that takes every route; the proxies see all requests of either account. */
async function setUp(deployer: Role, mover: Role) {
  const namespace = await cluster.namespace()
  await grant(namespace, DEPLOYER, deployer)
  await grant(namespace, MOVER, mover)
  const open = async (user: string) => {
    const proxy = await cluster.faultProxy()
    const kubeconfig = proxy.userKubeconfig(user)
    const opened = await openEndpoint({ namespace, backEnd: 'http-route', kubeconfig })
    return { ...opened, proxy }
  }
  const path = `${kind.collection.replace('{namespace}', namespace)}/mon-app`
  const gateway = acceptAlways(cluster, path, kind)
  const [deploying, moving] = [await open(DEPLOYER), await open(MOVER)]
  const close = async (): Promise<void> => {
    await gateway.stop()
    await Promise.all([deploying.close(), moving.close()])
  }
  return { namespace, deploying, moving, close }
}

async function deploy(
  platform: Platform<KubernetesWorkload>,
  namespace: string,
  slot: string,
): Promise<void> {
  const seen = await platform.observe(signal)
  const order = { slot, mark: MARK, workload: workload(namespace, kind.object), seen }
  await platform.deploy(order, signal)
}

async function move(platform: Platform<KubernetesWorkload>, slot: string): Promise<void> {
  const seen = await platform.observe(signal)
  const weights = parseWeights({ [slot]: 100 })
  if (!weights.ok) throw new Error('bad weights')
  const marks = { rollout: 'aaaaaaaaaaaaaaaa' }
  await platform.setWeights({ weights: weights.value, marks, seen }, signal)
}

const whole = [roleOf('sluice-endpoint-deploy'), roleOf('sluice-endpoint-traffic')] as const

describe('with these Roles and no more', () => {
  test('a slot is deployed, tested and gets the traffic', async () => {
    const { namespace, deploying, moving, close } = await setUp(...whole)
    for (const slot of ['blue', 'green']) {
      await deploy(deploying.platform, namespace, slot)
      for (const body of ['', '{}']) {
        const request = { name: 'a.json', body, contentType: 'application/json' }
        const answer = await deploying.platform.probe(slot, request, signal)
        expect(answer).toMatchObject({ status: 200, answeredBy: slot })
      }
      await move(moving.platform, slot)
    }
    await close()
    const refused = [deploying, moving].map(({ proxy }) =>
      proxy.requests.filter(({ status }) => status === 403).map(({ path }) => path),
    )
    expect(refused).toEqual([[], []])
    expect(unused(whole[1], moving.proxy.requests)).toEqual([])
    // Why pods fail is asked only where they do.
    const evidence = /replicasets|pods|events/
    const left = unused(whole[0], deploying.proxy.requests).filter((one) => !evidence.test(one))
    expect(left).toEqual([])
  })

  test('the account that deploys moves no traffic, once the endpoint is there', async () => {
    const { rules, ...rest } = whole[0]
    const reading = rules.map((rule) =>
      rule.resources.includes('httproutes') ? { ...rule, verbs: ['get'] } : rule,
    )
    const { namespace, deploying, close } = await setUp(...whole)
    await deploy(deploying.platform, namespace, 'blue')
    const role = { ...rest, rules: reading }
    const path = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/roles/${rest.metadata.name}`
    await cluster.api('PATCH', path, { body: role, type: 'application/merge-patch+json' })
    const asked = ['auth', 'can-i', 'patch', 'httproutes', '-n', namespace, '--as', DEPLOYER]
    while ((await cluster.kubectl(...asked)).code === 0);
    await deploy(deploying.platform, namespace, 'green')
    await expect(move(deploying.platform, 'green')).rejects.toMatchObject({
      code: 'KUBERNETES_RIGHT_MISSING',
      fault: 'user',
      message: expect.stringContaining(
        `patch httproutes.gateway.networking.k8s.io in namespace ${namespace}`,
      ),
    })
    await close()
  })
})

describe('with less', () => {
  test('all rights that a look lacks are told at once', async () => {
    const [deployer, mover] = whole
    const without = mover.rules.filter(({ resources }) => !resources.includes('services'))
    const less = { ...mover, rules: without.slice(1) }
    const { namespace, moving, close } = await setUp(deployer, less)
    await expect(moving.platform.observe(signal)).rejects.toMatchObject({
      code: 'KUBERNETES_RIGHT_MISSING',
      message: expect.stringContaining(
        `get httproutes.gateway.networking.k8s.io in namespace ${namespace}, nor list services in namespace ${namespace}`,
      ),
    })
    await close()
  })

  test('without the right to watch, the route is read again', async () => {
    const [deployer, mover] = whole
    const rules = mover.rules.map((rule) => ({
      ...rule,
      verbs: rule.resources.includes('httproutes') ? ['get', 'patch'] : rule.verbs,
    }))
    const { namespace, deploying, moving, close } = await setUp(deployer, { ...mover, rules })
    await deploy(deploying.platform, namespace, 'blue')
    await move(moving.platform, 'blue')
    expect((await moving.platform.observe(signal)).traffic).toMatchObject({ blue: 100 })
    await close()
  })
})

/** Rights of the Role that no request used. */
function unused(role: Role, requests: readonly Exchange[]): readonly string[] {
  const used = new Set(requests.flatMap(rightsOf))
  return role.rules
    .flatMap(({ resources, verbs }) =>
      resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resource}`)),
    )
    .filter((right) => !used.has(right))
}

/** `patch deployments`; an apply that makes an object needs two. */
function rightsOf({ method, path, query, status }: Exchange): readonly string[] {
  const at = /\/namespaces\/[^/]+\/([a-z]+)(?:\/([^/]+)(?:\/([a-z]+))?)?/.exec(path)
  const [, plural = '', name, sub] = at ?? []
  const resource = sub === undefined ? plural : `${plural}/${sub}`
  const read = query.has('watch') ? 'watch' : name === undefined ? 'list' : 'get'
  const verbs: Readonly<Record<string, string>> = { GET: read, POST: 'create', PATCH: 'patch' }
  const made = method === 'PATCH' && status === 201 ? [`create ${resource}`] : []
  return [`${verbs[method] ?? method} ${resource}`, ...made]
}
