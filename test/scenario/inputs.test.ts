// Wrong inputs: every problem in one annotation, exit 1, and not one request.
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { auditSteps } from './rig/audit.ts'
import { errorsOf, type ActionName, type Texts } from './rig/step.ts'
import { World } from './rig/world.ts'

jest.setTimeout(60_000)

let world: World
beforeAll(async () => {
  world = await World.open()
})
afterAll(() => world.close())

const ON_KUBERNETES = {
  schema: 'sluice/target/v1',
  platform: 'kubernetes',
  place: {
    server: 'https://cluster.example:6443',
    namespace: 'shop',
    backEnd: 'service',
    trafficObject: 'churn',
    slots: 'blue,green',
  },
  endpoint: 'churn',
  name: 'churn',
  slot: 'green',
  revision: `${'a'.repeat(16)}.${'b'.repeat(16)}`,
  revisionDigest: 'a'.repeat(64),
  contents: {},
}
const notAnId = { 'azure-client-id': 'me', 'azure-tenant-id': 'here' }

test.each<[ActionName, Texts, readonly string[]]>([
  [
    'endpoint-deploy',
    {
      ...notAnId,
      platform: 'vax',
      'endpoint-file': '',
      endpoint: 'a_b',
      model: 'a:b:c',
      slots: 'blue',
      slot: 'x',
      'create-endpoint': 'maybe',
      'wait-timeout-seconds': '0',
      'dry-run': 'yes',
      commit: 'HEAD',
      'azure-resource-manager': 'http://plain.example',
    },
    [
      'platform',
      'endpoint-file',
      'endpoint',
      'model',
      'slots',
      'slot',
      'create-endpoint',
      'wait-timeout-seconds',
      'dry-run',
      'commit',
      'azure-client-id',
      'azure-tenant-id',
      'azure-resource-manager',
    ],
  ],
  [
    'endpoint-deploy',
    { 'endpoint-file': 'absent.yml', 'deployment-file': 'gone.yml', 'env-file': 'lost.env' },
    ['absent.yml', 'gone.yml', 'lost.env'],
  ],
  [
    'endpoint-test',
    {
      target: '',
      platform: 'vax',
      requests: '',
      rounds: '0',
      'wait-timeout-seconds': 'long',
      'dry-run': '',
    },
    ['target', 'platform', 'requests', 'rounds', 'wait-timeout-seconds', 'dry-run'],
  ],
  [
    'traffic-swap',
    {
      platform: 'vax',
      mode: 'swap',
      slots: 'blue,blue',
      steps: '10,200',
      'bake-seconds': '-1',
      'plan-digest': 'abc',
      'evidence-digest': 'ABC',
      'dry-run': '1',
    },
    [
      'platform',
      'mode',
      'slots',
      'steps',
      'bake-seconds',
      'plan-digest',
      'evidence-digest',
      'plan-file',
      'dry-run',
    ],
  ],
  ['traffic-swap', { mode: 'rollback', ...notAnId }, ['target', 'endpoint', 'slot']],
  [
    'open-promotion-pr',
    {
      base: 'a..b',
      'expected-head-sha': 'main',
      'revision-lock': '../x.json',
      'evidence-digest': '12',
      token: '',
      'dry-run': 'no',
    },
    [
      'base',
      'expected-head-sha',
      'revision-lock',
      'evidence-file',
      'evidence-digest',
      'token',
      'dry-run',
    ],
  ],
  [
    'commit-status',
    {
      sha: 'main',
      state: 'green',
      context: '',
      'target-url': 'ftp://x',
      token: '',
      'dry-run': 'no',
    },
    ['sha', 'state', 'context', 'target-url', 'token', 'dry-run'],
  ],
  [
    'endpoint-deploy',
    {
      platform: 'kubernetes',
      manifests: '',
      render: 'jsonnet',
      slots: 'Blue,green',
      model: 'fare:3',
      'create-endpoint': 'maybe',
    },
    ['manifests', 'render', 'slots', 'model', 'create-endpoint'],
  ],
  [
    'endpoint-deploy',
    {
      platform: 'kubernetes',
      manifests: 'manifests',
      namespace: 'Shop',
      'back-end': 'envoy',
      'traffic-object': 'a b',
    },
    ['namespace', 'back-end', 'traffic-object'],
  ],
  [
    'endpoint-test',
    {
      platform: 'kubernetes',
      target: JSON.stringify(ON_KUBERNETES),
      requests: 'absent',
      'slot-address': 'https://one.example',
      'slot-proof': 'cookie',
      'request-path': '/a/../b',
      port: '70000',
    },
    ['slot-address', 'slot-proof', 'request-path', 'port', 'requests'],
  ],
  [
    'traffic-swap',
    {
      platform: 'kubernetes',
      match: 'header X',
      mirror: '101',
      'check-url': 'ftp://x',
      'old-slot': 'burn',
      'drain-seconds': 'long',
      workspace: 'taxi',
    },
    ['match', 'mirror', 'check-url', 'old-slot', 'drain-seconds', 'workspace', 'target'],
  ],
  [
    'traffic-swap',
    { match: 'header A=b', mirror: '10', namespace: 'shop', 'old-slot': 'scale-to-zero' },
    ['match', 'mirror', 'namespace', 'old-slot'],
  ],
])('%s with %j', async (action, inputs, named) => {
  const step = await world.act(action, inputs)
  expect(step.exitCode).toBe(1)
  expect(step.exchanges).toEqual([])
  expect(step.outputs).toEqual({})
  const [annotation, ...more] = errorsOf(step)
  expect(more).toEqual([])
  expect(annotation?.title).toBe(`${action}: ACTION_BAD_INPUT`)
  const text = annotation?.message ?? ''
  expect(named.filter((name) => !new RegExp(`^- .*\\b${name}\\b`, 'm').test(text))).toEqual([])
})

auditSteps(() => world)
