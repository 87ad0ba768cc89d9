// A revision onto the idle slot, on a real control plane: what is live is never touched.
import { afterEach, describe, expect, test } from '@jest/globals'
import { ingressBackEnd } from '../../packages/kubernetes/src/endpoint/back-ends/ingress.ts'
import { replicasBackEnd } from '../../packages/kubernetes/src/endpoint/back-ends/replicas.ts'
import { serviceBackEnd } from '../../packages/kubernetes/src/endpoint/back-ends/service.ts'
import {
  deploymentOf,
  EndpointRig,
  ingressOf,
  MARK,
  OTHER_MARK,
  serviceOf,
  workloadOf,
  type EndpointParts,
} from './endpoint-deploy-rig.ts'
import { useCluster } from './harness.ts'

const cluster = useCluster()
const rigs: EndpointRig[] = []
afterEach(async () => {
  await Promise.all(rigs.splice(0).map((rig) => rig.close()))
})

async function open(parts: Partial<EndpointParts> = {}): Promise<EndpointRig> {
  const namespace = parts.namespace ?? (await cluster.namespace())
  const rig = await EndpointRig.open(cluster, { backEnd: serviceBackEnd, ...parts, namespace })
  rigs.push(rig)
  return rig
}

const BLUE = { app: 'mon-app', version: 'blue' }
const GREEN = { app: 'mon-app', version: 'green' }

const kubectl = async (rig: EndpointRig, ...args: string[]): Promise<void> => {
  const ran = await cluster.kubectl(...args, '-n', rig.site.place.namespace)
  if (ran.code !== 0) throw new Error(ran.stderr)
}

describe('an endpoint that is not there', () => {
  test('is created and sends nobody anywhere; the slot is asked by its own Service', async () => {
    const rig = await open()
    expect(await rig.pending('blue', workloadOf())).toEqual([
      expect.stringMatching(/^create Service .*\/mon-app \(sends nobody/),
      expect.stringMatching(/^create Service .*\/mon-app-blue$/),
      expect.stringMatching(/^create Deployment .*\/mon-app-blue$/),
    ])
    expect(await rig.deploy('blue', workloadOf())).toEqual({ changed: true })
    const service = await rig.get('services/mon-app')
    expect(service['spec']).toMatchObject({
      selector: { app: 'mon-app', 'sluice.dev/slot': 'none' },
    })
    expect(await rig.observe()).toMatchObject({
      exists: true,
      traffic: {},
      slots: [{ slot: 'blue', health: 'healthy', revision: MARK, replicas: 2 }],
    })
  })

  test('is refused without create-endpoint, and nothing is written', async () => {
    const rig = await open()
    const workload = { ...workloadOf(), createEndpoint: false }
    await expect(rig.deploy('blue', workload)).rejects.toMatchObject({
      code: 'KUBERNETES_ENDPOINT_ABSENT',
    })
    await expect(rig.get('deployments/mon-app-blue')).rejects.toThrow('404')
  })

  test('is not created for a Deployment that the server refuses', async () => {
    const rig = await open()
    const workload = workloadOf({ image: '' })
    await expect(rig.deploy('blue', workload)).rejects.toMatchObject({
      code: 'KUBERNETES_DEPLOY_REFUSED',
      message: expect.stringContaining('image'),
    })
    await expect(rig.get('services/mon-app')).rejects.toThrow('404')
    await expect(rig.get('services/mon-app-blue')).rejects.toThrow('404')
  })
})

describe('what the guide makes by hand is adopted, and its live pods are not touched', () => {
  test('two Deployments with a version under one Service', async () => {
    const rig = await open()
    await rig.kubectlApply([
      deploymentOf({ name: 'mon-app-blue', labels: BLUE }),
      deploymentOf({ name: 'mon-app-green', labels: GREEN, replicas: 1 }),
      serviceOf('mon-app', BLUE),
    ])
    const before = await rig.fingerprint('mon-app-blue', 'version=blue')
    const service = await rig.get('services/mon-app')
    await rig.deploy('green', workloadOf())
    expect(await rig.fingerprint('mon-app-blue', 'version=blue')).toEqual(before)
    expect(await rig.get('services/mon-app')).toEqual(service)
    const green = await rig.get('deployments/mon-app-green')
    expect(green['spec']).toMatchObject({
      replicas: 3,
      selector: { matchLabels: GREEN },
      template: { metadata: { labels: GREEN } },
    })
    expect(rig.notices.join('\n')).toContain('kubectl-client-side-apply are taken over')
    expect(rig.notices.join('\n')).toContain('3 replicas instead of the 2')
    expect(await rig.observe()).toMatchObject({
      traffic: { blue: 100 },
      slots: [
        { slot: 'blue', revision: null, health: 'healthy' },
        { slot: 'green', revision: MARK, health: 'healthy', replicas: 3 },
      ],
    })
    await expect(rig.deploy('blue', workloadOf())).rejects.toMatchObject({
      code: 'KUBERNETES_SLOT_HAS_TRAFFIC',
      message: expect.stringContaining('traffic'),
    })
  })

  test('only the live Deployment is there: the idle one gets its label', async () => {
    const rig = await open()
    await rig.kubectlApply([
      deploymentOf({ name: 'mon-app-blue', labels: BLUE }),
      serviceOf('mon-app', BLUE),
    ])
    const before = await rig.fingerprint('mon-app-blue', 'version=blue')
    // Written as the guide has it, with a colour in it.
    await rig.deploy('green', workloadOf({ labels: BLUE }))
    expect(await rig.fingerprint('mon-app-blue', 'version=blue')).toEqual(before)
    expect((await rig.get('services/mon-app-green'))['spec']).toMatchObject({ selector: GREEN })
    expect(await rig.observe()).toMatchObject({ traffic: { blue: 100 } })
  })

  test('stable and canary under one Service: it is pinned before a new pod is up', async () => {
    const stable = { app: 'mon-app', track: 'stable' }
    const rig = await open({ backEnd: replicasBackEnd, slots: ['stable', 'canary'] })
    await rig.kubectlApply([
      deploymentOf({ name: 'mon-app-stable', labels: { ...stable, version: 'v1.0.0' } }),
      serviceOf('mon-app', { app: 'mon-app' }),
    ])
    const before = await rig.fingerprint('mon-app-stable', 'track=stable')
    expect(await rig.pending('canary', workloadOf())).toEqual([
      expect.stringMatching(/^patch Service .*\/mon-app \(pin it/),
      expect.stringMatching(/^create Service .*\/mon-app-canary$/),
      expect.stringMatching(/^create Deployment .*\/mon-app-canary$/),
    ])
    const { apply } = rig.site.api
    const selectors: unknown[] = []
    const watched = rig.through({
      apply: async (object, options) => {
        if (object.kind === 'Deployment' && options.dryRun !== true) {
          selectors.push((await rig.get('services/mon-app'))['spec'])
        }
        return apply(object, options)
      },
    })
    await watched.deploy('canary', workloadOf())
    expect(selectors).toEqual([expect.objectContaining({ selector: stable })])
    expect(await rig.fingerprint('mon-app-stable', 'track=stable')).toEqual(before)
    expect((await rig.get('services/mon-app'))['spec']).toMatchObject({ selector: stable })
    expect(await rig.observe()).toMatchObject({
      traffic: { stable: 100 },
      slots: [{ slot: 'stable' }, { slot: 'canary', revision: MARK, health: 'healthy' }],
    })
  })

  test('two Services and an Ingress: the Ingress is not written', async () => {
    const rig = await open({ backEnd: ingressBackEnd })
    await rig.kubectlApply([
      deploymentOf({ name: 'mon-app-blue', labels: BLUE }),
      deploymentOf({ name: 'mon-app-green', labels: GREEN }),
      serviceOf('mon-app-blue', BLUE),
      serviceOf('mon-app-green', GREEN),
      ingressOf('mon-app', 'mon-app-blue'),
    ])
    const before = await rig.fingerprint('mon-app-blue', 'version=blue')
    const untouched = () =>
      Promise.all(['ingresses/mon-app', 'services/mon-app-blue'].map((path) => rig.get(path)))
    const around = await untouched()
    await rig.deploy('green', workloadOf())
    expect(await rig.fingerprint('mon-app-blue', 'version=blue')).toEqual(before)
    expect(await untouched()).toEqual(around)
    expect(await rig.observe()).toMatchObject({
      traffic: { blue: 100 },
      slots: [{ slot: 'blue' }, { slot: 'green', revision: MARK, health: 'healthy' }],
    })
    await rig.retire('green', 'delete')
    expect(await rig.fingerprint('mon-app-blue', 'version=blue')).toEqual(before)
    expect(await untouched()).toEqual(around)
  })

  test('variants a and b: names and labels stay what they are', async () => {
    const variant = (slot: string) => ({ app: 'mon-app', variant: slot })
    const rig = await open({
      backEnd: ingressBackEnd,
      slots: ['a', 'b'],
      trafficObject: 'mon-app-ab',
    })
    await rig.kubectlApply([
      deploymentOf({ name: 'mon-app-variant-a', labels: variant('a') }),
      deploymentOf({ name: 'mon-app-variant-b', labels: variant('b') }),
      serviceOf('mon-app-a', variant('a')),
      serviceOf('mon-app-b', variant('b')),
      ingressOf('mon-app-ab', 'mon-app-a'),
    ])
    const before = await rig.fingerprint('mon-app-variant-a', 'variant=a')
    expect(await rig.pending('b', workloadOf())).toEqual([
      expect.stringMatching(/^unchanged Ingress .*\/mon-app-ab$/),
      expect.stringMatching(/^patch Service .*\/mon-app-b \(/),
      expect.stringMatching(/^patch Deployment .*\/mon-app-variant-b \(/),
    ])
    await rig.deploy('b', workloadOf())
    expect(await rig.fingerprint('mon-app-variant-a', 'variant=a')).toEqual(before)
    expect(await rig.observe()).toMatchObject({
      traffic: { a: 100 },
      slots: [{ slot: 'a' }, { slot: 'b', revision: MARK, health: 'healthy', replicas: 3 }],
    })
  })

  test('a Deployment whose selector can not take the slot is named with the command', async () => {
    const rig = await open()
    await rig.kubectlApply([
      deploymentOf({ name: 'mon-app-blue', labels: BLUE }),
      deploymentOf({ name: 'mon-app-green', labels: { ...GREEN, tier: 'web' } }),
      serviceOf('mon-app', BLUE),
    ])
    await expect(rig.deploy('green', workloadOf())).rejects.toMatchObject({
      code: 'KUBERNETES_MANIFESTS_INVALID',
      message: expect.stringContaining(
        `kubectl delete deployment mon-app-green --namespace ${rig.site.place.namespace}`,
      ),
    })
  })
})

describe('a slot', () => {
  test('that holds it already is not written; a changed template replaces its pods', async () => {
    const rig = await open()
    await rig.deploy('blue', workloadOf())
    const before = await rig.fingerprint('mon-app-blue', 'sluice.dev/slot=blue')
    expect(await rig.deploy('blue', workloadOf())).toEqual({ changed: false })
    expect(await rig.fingerprint('mon-app-blue', 'sluice.dev/slot=blue')).toEqual(before)
    expect(await rig.pending('blue', workloadOf())).toEqual([
      expect.stringMatching(/^unchanged Service/),
      expect.stringMatching(/^unchanged Service/),
      expect.stringMatching(/^unchanged Deployment/),
    ])
    const next = workloadOf({ image: 'localhost:32000/mon-app:v3.0.0' })
    expect(await rig.deploy('blue', next, OTHER_MARK)).toEqual({ changed: true })
    expect(await rig.observe()).toMatchObject({ slots: [{ revision: OTHER_MARK }] })
  })

  test.each([
    ['set', ['set', 'image', 'deployment/mon-app-blue', 'app=example/other:1']],
    ['set-env', ['set', 'env', 'deployment/mon-app-blue', 'DEBUG=1']],
  ])(
    'whose template kubectl %s changed has no mark; a deploy puts it right',
    async (_how, edit) => {
      const rig = await open()
      await rig.deploy('blue', workloadOf())
      await kubectl(rig, ...edit)
      expect(await rig.observe()).toMatchObject({ slots: [{ revision: null }] })
      expect(await rig.deploy('blue', workloadOf())).toEqual({ changed: true })
      const deployment = await rig.get('deployments/mon-app-blue')
      expect(JSON.stringify(deployment['spec'])).toContain('mon-app:v2.0.0')
      expect(JSON.stringify(deployment['spec'])).not.toMatch(/DEBUG|example\/other/)
      expect(await rig.observe()).toMatchObject({ slots: [{ revision: MARK }] })
    },
  )

  test('that was scaled or restarted keeps its mark', async () => {
    const rig = await open()
    await rig.deploy('blue', workloadOf())
    await kubectl(rig, 'scale', 'deployment/mon-app-blue', '--replicas=1')
    await kubectl(rig, 'rollout', 'restart', 'deployment/mon-app-blue')
    expect(await rig.observe()).toMatchObject({ slots: [{ revision: MARK }] })
    expect(await rig.deploy('blue', workloadOf())).toEqual({ changed: true })
    expect((await rig.get('deployments/mon-app-blue'))['spec']).toMatchObject({ replicas: 2 })
  })

  test.each([
    ['crash', 'CrashLoopBackOff'],
    // What a missing ConfigMap becomes.
    ['config-error', 'CreateContainerConfigError'],
  ])('whose pods %s fails early and stays without traffic', async (fate, reason) => {
    const rig = await open()
    await rig.kubectlApply([
      deploymentOf({ name: 'mon-app-blue', labels: BLUE }),
      serviceOf('mon-app', BLUE),
    ])
    const started = performance.now()
    await expect(rig.deploy('green', workloadOf({ fate }))).rejects.toMatchObject({
      code: 'KUBERNETES_DEPLOY_FAILED',
      message: expect.stringMatching(new RegExp(`slot green.*${reason}[^]*- pod mon-app-green-`)),
    })
    expect(performance.now() - started).toBeLessThan(15_000)
    expect(await rig.observe()).toMatchObject({
      traffic: { blue: 100 },
      slots: [{ slot: 'blue', health: 'healthy' }, { slot: 'green' }],
    })
    // The next one that is good goes on from there.
    expect(await rig.deploy('green', workloadOf(), OTHER_MARK)).toEqual({ changed: true })
  })

  test('that somebody paused, or began to delete, is made anew by the next deploy', async () => {
    const rig = await open()
    await rig.deploy('blue', workloadOf())
    await kubectl(rig, 'rollout', 'pause', 'deployment/mon-app-blue')
    const next = workloadOf({ image: 'localhost:32000/mon-app:v3.0.0' })
    expect(await rig.deploy('blue', next, OTHER_MARK)).toEqual({ changed: true })
    expect((await rig.get('deployments/mon-app-blue'))['spec']).not.toHaveProperty('paused')
    const { uid } = (await rig.get('deployments/mon-app-blue')).metadata
    await kubectl(rig, 'delete', 'deployment/mon-app-blue', '--cascade=foreground', '--wait=false')
    expect(await rig.deploy('blue', next, OTHER_MARK)).toEqual({ changed: true })
    expect((await rig.get('deployments/mon-app-blue')).metadata.uid).not.toBe(uid)
    expect(await rig.observe()).toMatchObject({
      slots: [{ revision: OTHER_MARK, health: 'healthy' }],
    })
  })

  test('of one application is never another one of the same namespace', async () => {
    const one = await open()
    const { namespace } = one.site.place
    const other = await open({ namespace, endpoint: 'autre' })
    await one.deploy('blue', workloadOf())
    const before = await one.fingerprint('mon-app-blue', 'app=mon-app')
    await other.deploy('blue', workloadOf({ name: 'autre' }), OTHER_MARK)
    await other.deploy('green', workloadOf({ name: 'autre' }), OTHER_MARK)
    await other.retire('blue', 'delete')
    expect(await one.fingerprint('mon-app-blue', 'app=mon-app')).toEqual(before)
    expect(await one.observe()).toMatchObject({ slots: [{ slot: 'blue', revision: MARK }] })
    expect(await other.observe()).toMatchObject({
      slots: [{ slot: 'green', revision: OTHER_MARK }],
    })
  })
})

describe('a deploy that is not alone', () => {
  test('traffic that moves to the slot after the first look is seen before anything is written', async () => {
    const rig = await open()
    await rig.kubectlApply([
      deploymentOf({ name: 'mon-app-blue', labels: BLUE }),
      deploymentOf({ name: 'mon-app-green', labels: GREEN }),
      serviceOf('mon-app', BLUE),
    ])
    const before = await rig.fingerprint('mon-app-green', 'version=green')
    const { apply } = rig.site.api
    const moved = rig.through({
      apply: async (object, options) => {
        const selector = JSON.stringify({ spec: { selector: GREEN } })
        await kubectl(rig, 'patch', 'service', 'mon-app', '-p', selector)
        return apply(object, options)
      },
    })
    await expect(moved.deploy('green', workloadOf())).rejects.toMatchObject({
      code: 'KUBERNETES_SLOT_HAS_TRAFFIC',
    })
    expect(await rig.fingerprint('mon-app-green', 'version=green')).toEqual(before)
  })

  test('one that was cut off while it waited is gone on with, and nothing is written twice', async () => {
    const rig = await open()
    const late = workloadOf({ fate: 'late:1500' })
    const run = new AbortController()
    const { apply } = rig.site.api
    const cut = rig.through({
      apply: async (object, options) => {
        const answer = await apply(object, options)
        if (object.kind === 'Deployment' && options.dryRun !== true) {
          setTimeout(() => run.abort(new Error('the runner is gone')), 200)
        }
        return answer
      },
    })
    await expect(cut.deploy('blue', late, MARK, run.signal)).rejects.toThrow('the runner is gone')
    const uids = async () =>
      (await rig.fingerprint('mon-app-blue', 'app=mon-app')).map((line) => line.split(' ')[1])
    const before = await uids()
    expect(await rig.deploy('blue', late)).toEqual({ changed: false })
    expect(await uids()).toEqual(before)
    expect(await rig.observe()).toMatchObject({ slots: [{ revision: MARK, health: 'healthy' }] })
  })

  test('others that own what would change are named, and keep it', async () => {
    const rig = await open()
    await rig.deploy('blue', workloadOf())
    const theirs = deploymentOf({ name: 'mon-app-blue', labels: { app: 'mon-app' }, image: 'a:1' })
    const body = {
      ...theirs,
      spec: { ...(theirs['spec'] as object), selector: undefined, replicas: undefined },
    }
    const { namespace } = rig.site.place
    const path = `/apis/apps/v1/namespaces/${namespace}/deployments/mon-app-blue`
    const taken = await cluster.api('PATCH', `${path}?fieldManager=argocd&force=true`, {
      body,
      type: 'application/apply-patch+yaml',
    })
    expect(taken.status).toBe(200)
    await expect(rig.deploy('blue', workloadOf())).rejects.toMatchObject({
      code: 'KUBERNETES_DEPLOY_REFUSED',
      message: expect.stringMatching(/conflict.*argocd/s),
    })
    expect(JSON.stringify(await rig.get('deployments/mon-app-blue'))).toContain('"image":"a:1"')
  })
})

describe('a slot that is no longer needed', () => {
  test('is scaled to zero with its marks, comes back, and is deleted', async () => {
    const rig = await open()
    await rig.deploy('blue', workloadOf())
    expect(await rig.retire('blue', 'scale-to-zero')).toEqual({ changed: true })
    expect(await rig.retire('blue', 'scale-to-zero')).toEqual({ changed: false })
    expect(await rig.observe()).toMatchObject({
      slots: [{ slot: 'blue', revision: MARK, health: 'unhealthy', detail: 'scaled to zero' }],
    })
    expect(await rig.deploy('blue', workloadOf())).toEqual({ changed: true })
    expect(await rig.observe()).toMatchObject({ slots: [{ health: 'healthy', replicas: 2 }] })
    expect(await rig.retire('blue', 'delete')).toEqual({ changed: true })
    expect(await rig.retire('blue', 'delete')).toEqual({ changed: false })
    expect(await rig.observe()).toMatchObject({ exists: true, slots: [] })
    await expect(rig.get('services/mon-app-blue')).rejects.toThrow('404')
  })

  test('is left alone while it has traffic', async () => {
    const rig = await open()
    await rig.kubectlApply([
      deploymentOf({ name: 'mon-app-blue', labels: BLUE }),
      serviceOf('mon-app', BLUE),
    ])
    const before = await rig.fingerprint('mon-app-blue', 'version=blue')
    for (const how of ['delete', 'scale-to-zero'] as const) {
      await expect(rig.retire('blue', how)).rejects.toMatchObject({
        code: 'KUBERNETES_SLOT_HAS_TRAFFIC',
      })
    }
    expect(await rig.fingerprint('mon-app-blue', 'version=blue')).toEqual(before)
  })
})
