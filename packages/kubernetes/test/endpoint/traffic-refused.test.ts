// What keeps requests from being moved, and moving them by the number of pods.
import { describe, expect, test } from '@jest/globals'
import { templateDigest } from '../../src/endpoint/revision.ts'
import { applyWeights } from '../../src/endpoint/traffic.ts'
import type { KubeObject } from '../../src/object.ts'
import { app, BLUE_GREEN, deployment, service } from './endpoint-objects.ts'
import { memoryEndpoint } from './memory-endpoint.ts'
import { annotationsOf, look, moveToGreen, selectorOf, signal, to, writesOf } from './moving.ts'
import { sha256 } from './sha256.ts'

const readyPod = (name: string, labels: Readonly<Record<string, string>>): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels },
  status: { conditions: [{ type: 'Ready', status: 'True' }] },
})

describe('refused before any write', () => {
  const [blue, , blueService, , own] = BLUE_GREEN
  const greenWith = (shape: object) =>
    deployment({ name: 'mon-app-green', labels: app('green'), ...shape })
  const around = (...more: readonly (typeof own)[]) =>
    [blue, blueService, own, ...more].flatMap((one) => one ?? [])

  test.each([
    ['no pod is ready', around(greenWith({ ready: 0 }), service('mon-app-green', app('green')))],
    ['it has no pods', around(greenWith({ replicas: 0 }), service('mon-app-green', app('green')))],
    [
      'its Service selects nobody',
      around(greenWith({}), service('mon-app-green', { ...app('green'), tier: 'web' })),
    ],
    ['no Service, and no pod is found', around(greenWith({}))],
  ])('%s', async (_, objects) => {
    const endpoint = memoryEndpoint(objects)
    await expect(moveToGreen(endpoint, await look(endpoint))).rejects.toMatchObject({
      code: 'KUBERNETES_SLOT_NOT_READY',
      fault: 'user',
      message: expect.stringContaining('slot green'),
    })
    expect(writesOf(endpoint)).toEqual([])
  })

  test('a Service that a route sends to and that leads past the ready pods', async () => {
    const refs = [
      { name: 'mon-app-blue', port: 80, weight: 100 },
      { name: 'mon-app-green', port: 80, weight: 0 },
    ]
    const route = {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: { name: 'mon-app' },
      spec: { rules: [{ backendRefs: refs }] },
    }
    const pod = readyPod('mon-app-green-0', app('green'))
    const past = service('mon-app-green', { app: 'nobody', version: 'green' })
    const endpoint = memoryEndpoint(around(route, greenWith({}), pod, past), 'http-route')
    await expect(moveToGreen(endpoint, await look(endpoint))).rejects.toMatchObject({
      code: 'KUBERNETES_SLOT_NOT_READY',
      message: expect.stringContaining('Service mon-app-green, which HTTPRoute sends to'),
    })
    expect(writesOf(endpoint)).toEqual([])
  })

  test('a form with one Service alone: ready pods with the labels of the slot are the proof', async () => {
    const pod = readyPod('mon-app-green-0', app('green'))
    const endpoint = memoryEndpoint(around(greenWith({}), pod))
    expect(await moveToGreen(endpoint, await look(endpoint))).toMatchObject({ changed: true })
    expect(endpoint.requests.filter((one) => !one.startsWith('WATCH')).length).toBeLessThanOrEqual(
      6,
    )
  })

  test('weights that the back end cannot express', async () => {
    const endpoint = memoryEndpoint()
    const { seen, snapshot } = await look(endpoint)
    const change = to({ blue: 60, green: 40 }, seen)
    await expect(
      applyWeights({ site: endpoint.site, change, known: snapshot }, signal),
    ).rejects.toMatchObject({ code: 'KUBERNETES_TRAFFIC_NOT_POSSIBLE', fault: 'user' })
    expect(writesOf(endpoint)).toEqual([])
  })

  test('a missing right is named with verb, resource and namespace', async () => {
    const endpoint = memoryEndpoint()
    const known = await look(endpoint)
    endpoint.denied.add('PATCH Service mon-app')
    await expect(moveToGreen(endpoint, known)).rejects.toMatchObject({
      code: 'KUBERNETES_RIGHT_MISSING',
      message: expect.stringContaining('patch services in namespace shop'),
      hint: expect.stringContaining('docs/kubernetes-role.yml'),
    })
  })

  test('all missing rights of a look are told at once', async () => {
    const endpoint = memoryEndpoint()
    endpoint.denied.add('LIST deployments').add('LIST services')
    await expect(look(endpoint)).rejects.toThrow(
      'list deployments.apps in namespace shop, nor list services in namespace shop',
    )
  })
})

describe('shares by replicas', () => {
  const objects = [
    deployment({ name: 'mon-app-blue', labels: app('blue'), replicas: 3 }),
    deployment({ name: 'mon-app-green', labels: app('green'), replicas: 1 }),
    service('mon-app-blue', app('blue')),
    service('mon-app-green', app('green')),
    service('mon-app', app('blue')),
  ]

  test('the candidate is scaled and ready before it gets requests; the way back scales last', async () => {
    const endpoint = memoryEndpoint(objects, 'replicas')
    const { seen, snapshot } = await look(endpoint)
    const change = to({ blue: 50, green: 50 }, seen)
    const report = await applyWeights({ site: endpoint.site, change, known: snapshot }, signal)
    expect(writesOf(endpoint)).toEqual([
      'PATCH Deployment mon-app-green/scale',
      'PATCH Service mon-app',
    ])
    expect(endpoint.requests.filter((one) => !one.startsWith('WATCH'))).toHaveLength(6)
    expect(report.rollback?.command.split(' && ').map((one) => one.split(' ')[3])).toEqual([
      'patch',
      'scale',
    ])
  })

  test('a run that goes on at a share hands out a way back that its last step does not outlive', async () => {
    const endpoint = memoryEndpoint(objects, 'replicas')
    const site = endpoint.site
    const move = async (raw: Readonly<Record<string, number>>) => {
      const { seen, snapshot } = await look(endpoint)
      return applyWeights({ site, change: to(raw, seen), known: snapshot }, signal)
    }
    await move({ blue: 75, green: 25 })
    const { patch } = (await move({ blue: 50, green: 50 })).rollback ?? {}
    await move({ green: 100 })
    endpoint.change('Service', 'mon-app', patch as Readonly<Record<string, unknown>>)
    expect(selectorOf(endpoint)).toEqual({ app: 'mon-app' })
    expect(annotationsOf(endpoint)).toMatchObject({ 'sluice.dev/weights': 'blue=75,green=25' })
  })

  const marked = (revision: string) => ({ 'sluice.dev/revision': `${revision}.1111111111111111` })
  test.each<readonly [string, string, Readonly<Record<string, unknown>>]>([
    [
      'another revision',
      'mon-app-green',
      { metadata: { annotations: marked('bbbbbbbbbbbbbbbb') } },
    ],
    ['fewer replicas beside it', 'mon-app-blue', { spec: { replicas: 1 } }],
  ])('%s, set by others while pods come up, gets no request', async (_what, name, patch) => {
    const template = { 'sluice.dev/template': templateDigest(objects[0] as KubeObject, sha256) }
    const metadata = { annotations: { ...marked('aaaaaaaaaaaaaaaa'), ...template } }
    const endpoint = memoryEndpoint(
      [
        ...objects.filter((one) => one.metadata.name !== 'mon-app-green' || one.kind === 'Service'),
        deployment({
          name: 'mon-app-green',
          labels: app('green'),
          replicas: 1,
          more: { metadata },
        }),
      ],
      'replicas',
    )
    const { seen, snapshot } = await look(endpoint)
    endpoint.meanwhile.push(() => endpoint.change('Deployment', name, patch))
    const change = to({ blue: 50, green: 50 }, seen)
    await expect(
      applyWeights({ site: endpoint.site, change, known: snapshot }, signal),
    ).rejects.toMatchObject({ code: 'ROLLOUT_CHANGED_MEANWHILE' })
    expect(selectorOf(endpoint)).toEqual(app('blue'))
  })

  test('an autoscaler of that slot is named, and nothing is written', async () => {
    const autoscaler = {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'green-by-load' },
      spec: { scaleTargetRef: { kind: 'Deployment', name: 'mon-app-green' } },
    }
    const endpoint = memoryEndpoint([...objects, autoscaler], 'replicas')
    const { seen, snapshot } = await look(endpoint)
    const change = to({ blue: 50, green: 50 }, seen)
    await expect(
      applyWeights({ site: endpoint.site, change, known: snapshot }, signal),
    ).rejects.toMatchObject({
      code: 'KUBERNETES_AUTOSCALED',
      message: expect.stringContaining('green-by-load'),
    })
    expect(writesOf(endpoint)).toEqual([])
  })
})
