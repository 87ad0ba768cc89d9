// The example's own folder with the Role of the documentation, and with each right of it taken away.
import { expect, test } from '@jest/globals'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { PROJECT, type Texts } from '../scenario/rig/step.ts'
import { budget, runApply, web } from './action-bench.ts'
import { useCluster } from './harness.ts'

const cluster = useCluster()

interface Rule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly verbs: readonly string[]
}
interface Role {
  readonly metadata: { readonly name: string }
  readonly rules: readonly Rule[]
}
const [first] = parseAllDocuments(readFileSync(join(PROJECT, 'docs/kubernetes-role.yml'), 'utf8'))
const role = first?.toJS() as Role

const folder = join(PROJECT, 'examples/kubernetes-demo/kubernetes')
const files: Texts = Object.fromEntries(
  readdirSync(folder).map((name) => [
    `kubernetes/${name}`,
    readFileSync(join(folder, name), 'utf8'),
  ]),
)

/** One right of the Role: `patch services`, `create deployments.apps`. */
const rightsIn = ({ rules }: Role): readonly string[] =>
  rules.flatMap(({ apiGroups: [group = ''], resources: [resource = ''], verbs }) =>
    verbs.map((verb) => `${verb} ${resource}${group === '' ? '' : `.${group}`}`),
  )

const without = (right: string): Role => ({
  ...role,
  rules: role.rules.flatMap((rule) => {
    const verbs = rule.verbs.filter(
      (verb) => !rightsIn({ ...role, rules: [{ ...rule, verbs: [verb] }] }).includes(right),
    )
    return verbs.length === 0 ? [] : [{ ...rule, verbs }]
  }),
})

const RBAC = 'rbac.authorization.k8s.io'

async function grant(namespace: string, user: string, granted: Role): Promise<void> {
  const base = `/apis/${RBAC}/v1/namespaces/${namespace}`
  const { name } = granted.metadata
  const roleRef = { apiGroup: RBAC, kind: 'Role', name }
  const subjects = [{ apiGroup: RBAC, kind: 'User', name: user }]
  const binding = {
    apiVersion: `${RBAC}/v1`,
    kind: 'RoleBinding',
    metadata: { name },
    roleRef,
    subjects,
  }
  await cluster.api('POST', `${base}/roles`, { body: granted })
  await cluster.api('POST', `${base}/rolebindings`, { body: binding })
  const [first] = granted.rules
  const resourceAttributes = {
    namespace,
    verb: first?.verbs[0],
    group: first?.apiGroups[0],
    resource: first?.resources[0],
  }
  const body = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    spec: { user, resourceAttributes },
  }
  const isKnown = async (): Promise<boolean> => {
    const asked = await cluster.api('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', {
      body,
    })
    return (asked.body['status'] as { readonly allowed?: boolean }).allowed === true
  }
  while (!(await isKnown()));
}

const inputs = { application: 'quotes', 'on-failure': 'undo' }
const kinds = 'deployments,services,ingresses,poddisruptionbudgets,configmaps'

async function runWithout(right: string, user: string): Promise<string> {
  const namespace = await cluster.namespace()
  await grant(namespace, user, without(right))
  const { exitCode, annotations } = await runApply(cluster, { namespace, files, inputs, user })
  const left = await cluster.kubectl('get', kinds, '-n', namespace, '-o', 'name')
  const isEmpty = left.stdout.trim() === 'configmap/kube-root-ca.crt'
  const told = annotations.filter(({ message }) => !message.includes('kubernetes/'))
  const place = ` in namespace ${namespace}`
  const [first] = told
  if (exitCode === 0) {
    const notice = told.map(({ message }) => message).join(' ')
    if (told.length === 0) return 'works'
    return notice.includes(right) ? 'works, and names it' : `works: ${notice}`
  }
  const lines = (first?.message ?? '').split('\n')
  const isExact =
    lines[0] === '1 right is missing, nothing was changed:' && lines[1] === `- ${right}${place}`
  return `${isExact ? 'lists exactly it' : (first?.message ?? '')}, ${isEmpty ? 'nothing changed' : 'changed'}`
}

/** A few at a time, each user in one namespace at a time. */
async function inTurns(rights: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const ends: Record<string, string> = {}
  const queue = [...rights]
  const lane = async (user: string): Promise<void> => {
    for (let right = queue.shift(); right !== undefined; right = queue.shift()) {
      ends[right] = await runWithout(right, user)
    }
  }
  await Promise.all(['restricted-1', 'restricted-2', 'restricted-3'].map(lane))
  return ends
}

/** What comes of a run without the right, where it is not listed as the one that is missing. */
const others: readonly (readonly [right: RegExp, end: RegExp])[] = [
  [/^get configmaps$/, /^could not read the record .*403[^]*Allow get.*, nothing changed$/],
  [/^list horizontalpodautoscalers/, /^works: autoscalers may not be listed/],
  [/^(watch deploy|watch pods|list (repl|pods|events)|get pods)/, /^works, and names it$/],
  // Used by a failure, a smoke check or mode delete only.
  [/^(watch (repl|events|poddis)|delete configmaps|get services.proxy)/, /^works$/],
]

test('each right alone: needed ones are listed before anything is written, the rest is told', async () => {
  const ends = await inTurns(rightsIn(role))
  const wrong = Object.entries(ends).filter(([right, end]) => {
    const wanted = others.find(([pattern]) => pattern.test(right))?.[1]
    return !(wanted ?? /^lists exactly it, nothing changed$/).test(end)
  })
  expect(Object.keys(ends).length).toBeGreaterThan(30)
  expect(wrong).toEqual([])
}, 300_000)

test('what was there and may not be read is never taken for something that this run made', async () => {
  const namespace = await cluster.namespace()
  const user = 'restricted-4'
  await grant(namespace, user, without('get deployments.apps'))
  await runApply(cluster, { namespace, objects: [budget('web'), web()] })
  const objects = [budget('web'), web({ annotations: { 'test/fate': 'crash' } })]
  const undo = { 'on-failure': 'undo' }
  const step = await runApply(cluster, { namespace, objects, user, inputs: undo })
  expect(step.outputs).toEqual({})
  expect(step.annotations.at(-1)).toMatchObject({
    title: 'k8s-apply: K8S_APPLY_MISSING_RIGHTS',
    message: expect.stringContaining(`\n- get deployments.apps in namespace ${namespace}\n`),
  })
  const left = await cluster.kubectl('get', 'deployments', '-n', namespace, '-o', 'name')
  expect(left.stdout.trim()).toBe('deployment.apps/web')
})
