// The Roles of docs/kubernetes-role.yml for endpoints, by the built actions: a job is green with them,
// and without one of their rights it changes nothing and names that right.
import { beforeAll, describe, expect, jest, test } from '@jest/globals'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BackEndKind } from '@sluice/kubernetes'
import { parseAllDocuments } from 'yaml'
import { PROJECT } from '../scenario/rig/step.ts'
import { COURSES, type Course } from './endpoint-kill/course.ts'
import { deploymentPath } from './endpoint-kill/truth.ts'
import { openWorld, type World } from './endpoint-kill/world.ts'
import { useCluster, type Exchange } from './harness.ts'
import { endingOf } from './kill/lane.ts'
import { installKinds } from './traffic-objects.ts'

jest.setTimeout(180_000)

const cluster = useCluster()
beforeAll(() => installKinds(cluster))

interface Rule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly verbs: readonly string[]
}
const file = readFileSync(join(PROJECT, 'docs/kubernetes-role.yml'), 'utf8')
const rulesOf = (name: string): readonly Rule[] => {
  const roles = parseAllDocuments(file).map((one) => one.toJS() as Role)
  const found = roles.find(({ metadata }) => metadata.name === name)
  if (found === undefined) throw new Error(`no Role ${name}`)
  return found.rules
}
interface Role {
  readonly metadata: { readonly name: string }
  readonly rules: readonly Rule[]
}

/** `patch services`, `list endpointslices.discovery.k8s.io` */
const rightsIn = (rules: readonly Rule[]): readonly string[] =>
  rules.flatMap(({ apiGroups: [group = ''], resources: [resource = ''], verbs }) =>
    verbs.map((verb) => `${verb} ${resource}${group === '' ? '' : `.${group}`}`),
  )
const ruleOf = (right: string): Rule => {
  const [verb = '', name = ''] = right.split(' ')
  const [resource = '', ...group] = name.split('.')
  return { apiGroups: [group.join('.')], resources: [resource], verbs: [verb] }
}

const deploying = rightsIn(rulesOf('sluice-endpoint-deploy'))
/** With the object that this back end works on. */
const deployingTo = ({ kind: { collection } }: Course): readonly string[] => {
  const [, group = '', plural = ''] =
    /^\/apis?\/(?:([^/]+)\/)?v1\/.*\/([a-z]+)$/.exec(collection) ?? []
  const resource = group === '' ? plural : `${plural}.${group}`
  return deploying.map((right) => right.replace('httproutes.gateway.networking.k8s.io', resource))
}
const moving = rightsIn(rulesOf('sluice-endpoint-traffic'))

/** What traffic-swap needs of a back end, as the Role has it or its comment says. */
function rightsOfBackEnd(backEnd: BackEndKind): readonly string[] {
  if (backEnd === 'http-route') return moving
  const [, line] = new RegExp(`^ +# +${backEnd}: (.+)$`, 'm').exec(file) ?? []
  if (line === undefined) throw new Error(`no line for ${backEnd}`)
  const own = line.split('; ').flatMap((part) => {
    const words = part.split(/,? /)
    return words.slice(0, -1).map((verb) => `${verb} ${words.at(-1) ?? ''}`)
  })
  return [...moving.filter((right) => !right.includes('httproutes')), ...own]
}

const USERS = ['restricted-9', 'restricted-10', 'restricted-11']
const RBAC = 'rbac.authorization.k8s.io'

const tokenOf = (user: string): string =>
  cluster.facts.restricted.find(({ name }) => name === user)?.token ?? ''

/** The user's rights in the namespace are these, and no others. */
async function grant(namespace: string, user: string, rights: readonly string[]): Promise<void> {
  const base = `/apis/${RBAC}/v1/namespaces/${namespace}`
  const metadata = { name: 'job' }
  const role = { apiVersion: `${RBAC}/v1`, kind: 'Role', metadata, rules: rights.map(ruleOf) }
  const put = await cluster.api('PUT', `${base}/roles/job`, { body: role })
  if (put.status >= 300) throw new Error(JSON.stringify(put.body))
  const body = {
    apiVersion: `${RBAC}/v1`,
    kind: 'RoleBinding',
    metadata,
    roleRef: { apiGroup: RBAC, kind: 'Role', name: 'job' },
    subjects: [{ apiGroup: RBAC, kind: 'User', name: user }],
  }
  await cluster.api('POST', `${base}/rolebindings`, { body })
  // It is in force once the server says so of each.
  for (const right of new Set([...deploying, ...moving, ...rights]))
    while ((await mayDo(namespace, user, right)) !== rights.includes(right));
}

async function mayDo(namespace: string, user: string, right: string): Promise<boolean> {
  const { apiGroups, resources, verbs } = ruleOf(right)
  const [group] = apiGroups
  const [verb] = verbs
  const [resource, subresource] = (resources[0] ?? '').split('/')
  const resourceAttributes = { namespace, verb, group, resource, subresource }
  const body = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    spec: { user, resourceAttributes },
  }
  const path = '/apis/authorization.k8s.io/v1/subjectaccessreviews'
  const { body: said } = await cluster.api('POST', path, { body })
  return (said['status'] as { readonly allowed?: boolean }).allowed === true
}

const courseOf = (backEnd: BackEndKind): Course =>
  COURSES.find((one) => one.backEnd === backEnd) as Course

const open = (backEnd: BackEndKind, user: string, rights: readonly string[]): Promise<World> =>
  openWorld(cluster, courseOf(backEnd), {
    token: tokenOf(user),
    grant: (namespace) => grant(namespace, user, rights),
  })

/** A few at a time, each user in one namespace at a time. */
async function inTurns(
  rights: readonly string[],
  ask: (right: string, user: string) => Promise<string>,
): Promise<Readonly<Record<string, string>>> {
  const ends: Record<string, string> = {}
  const queue = [...rights]
  const lane = async (user: string): Promise<void> => {
    for (let right = queue.shift(); right !== undefined; right = queue.shift())
      ends[right] = await ask(right, user)
  }
  await Promise.all(USERS.map(lane))
  return ends
}

/** Used only where a write came to nothing, or pods fail. */
const SPARE: Readonly<Partial<Record<BackEndKind, readonly string[]>>> = {
  service: ['get services'],
  replicas: ['get deployments.apps', 'get services'],
}

test.each(COURSES)(
  '$backEnd: deploy, test and swap with these rights and no more',
  async (course) => {
    const { backEnd } = course
    const own = rightsOfBackEnd(backEnd)
    const world = await open(backEnd, 'restricted-8', [
      ...new Set([...deployingTo(course), ...own]),
    ])
    const before = world.proxy.requests.length
    expect(endingOf(await world.swap(1))).toBe('exit code 0, promoted')
    const { requests } = world.proxy
    expect(requests.filter(({ status }) => status === 403)).toEqual([])
    const used = new Set(requests.slice(before).map(rightOf))
    expect(own.filter((right) => !used.has(right)).toSorted()).toEqual(SPARE[backEnd] ?? [])
    await world.close()
  },
)

/** `patch deployments/scale.apps` */
function rightOf({ method, path, query }: Exchange): string {
  const at =
    /^\/apis?\/(?:([a-z.0-9]+\.?)\/)?v1\/namespaces\/[^/]+\/([a-z]+)(?:\/([^/]+)(?:\/([a-z]+))?)?/
  const [, group, plural = '', name, sub] =
    at.exec(path.replace('/autoscaling/v2/', '/autoscaling/v1/')) ?? []
  const read = query.has('watch') ? 'watch' : name === undefined ? 'list' : 'get'
  const resource = `${plural}${sub === undefined ? '' : `/${sub}`}`
  return `${method === 'GET' ? read : method.toLowerCase()} ${resource}${group === undefined ? '' : `.${group}`}`
}

/** A run goes on without it. */
const isOptional = (right: string): boolean =>
  /^(watch|get (services|deployments\.apps|pods.log)$|list (horiz|replica|pods|events))/.test(right)

function endOf(told: string, right: string): string {
  if (told === 'exit code 0, promoted') return 'works'
  const isNamed =
    told.includes('KUBERNETES_RIGHT_MISSING') &&
    told.includes(`the account may not ${right} in namespace `) &&
    told.includes('docs/kubernetes-role.yml')
  return isNamed ? 'refused by its name' : told
}

describe.each(['service', 'http-route'] as const)('%s', (backEnd) => {
  test('traffic-swap without one of them: refused by its name, or it goes on', async () => {
    const own = rightsOfBackEnd(backEnd)
    const [user = ''] = USERS
    const world = await open(backEnd, user, [...new Set([...deploying, ...own])])
    const ends: Record<string, unknown> = {}
    for (const right of own) {
      await world.reset()
      await grant(
        world.namespace,
        user,
        own.filter((one) => one !== right),
      )
      const ending = endingOf(await world.swap(1))
      const { marks, green } = await world.show()
      ends[right] = { end: endOf(ending, right), marks: Object.keys(marks).length, green }
    }
    await world.close()
    expect(ends).toEqual(
      Object.fromEntries(
        own.map((right) => [
          right,
          isOptional(right)
            ? { end: 'works', marks: 4, green: 100 }
            : { end: 'refused by its name', marks: 0, green: 0 },
        ]),
      ),
    )
  })

  test('endpoint-deploy without one of them: refused by its name, and nothing is made', async () => {
    const asked = deploying.filter((right) => !/httproutes|services\/proxy/.test(right))
    // What is optional is so for every back end.
    const needed = asked.filter((right) => backEnd === 'service' || !isOptional(right))
    const ends = await inTurns(needed, async (right, user) => {
      const rest = deploying.filter((one) => one !== right)
      return open(backEnd, user, rest).then(
        async (world) => {
          await world.close()
          return 'works'
        },
        async ({ message }: Error) => {
          const [, namespace = ''] = /in namespace (\S+):/.exec(message) ?? []
          const path = deploymentPath(namespace, 'green')
          const { status } = await cluster.api('GET', path)
          return status === 404 ? endOf(message, right) : `${path}: ${status}`
        },
      )
    })
    // Behind a route the Services of both slots came with the first deploy.
    const isThere = (right: string): boolean =>
      backEnd === 'http-route' && right === 'create services'
    expect(ends).toEqual(
      Object.fromEntries(
        needed.map((right) => [
          right,
          isOptional(right) || isThere(right) ? 'works' : 'refused by its name',
        ]),
      ),
    )
  })
})
