// From files to a workload whose revision is fixed, and everything that stops that.
import { describe, expect, test } from '@jest/globals'
import type { LockEntry } from '@sluice/rollout'
import {
  pinManifests,
  type KubernetesPinOrder,
  type PinnedKubernetes,
} from '../../src/endpoint/pin.ts'
import { memoryPorts } from '../manifests/memory-ports.ts'
import { sha256 } from './sha256.ts'

const DEPLOYMENT = `
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
spec:
  selector: {matchLabels: {app: shop}}
  template:
    metadata:
      labels: {app: shop}
    spec:
      initContainers:
        - {name: fetch, image: "registry:5000/fetch:1"}
      containers:
        - {name: web, image: "registry:5000/shop:1.0.0", args: [serve]}
      volumes:
        - {name: model, image: {reference: "registry:5000/model:1"}}
`
const SERVICE = `
apiVersion: v1
kind: Service
metadata: {name: shop}
spec: {selector: {app: shop}, ports: [{port: 80}]}
`
const OTHER = SERVICE.replaceAll('shop', 'other')
const CONFIG = `
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
`
const ROUTE = `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: shop}
spec: {rules: [{backendRefs: [{name: shop, port: 80}]}]}
`

const all = (...parts: readonly string[]): string => parts.join('---')

async function pin(
  text: string,
  order: Partial<KubernetesPinOrder> = {},
): Promise<PinnedKubernetes> {
  const { ports } = memoryPorts({ 'k/app.yml': text })
  return pinManifests(
    {
      manifests: 'k',
      render: 'none',
      valuesFiles: '',
      namespace: null,
      service: null,
      endpoint: null,
      backEnd: 'service',
      trafficObject: null,
      images: '',
      createEndpoint: true,
      lock: null,
      ...order,
    },
    { ports, sha256 },
    ports.signal,
  )
}

describe('what is picked', () => {
  test('one Deployment, its Service; the rest is shared and left alone', async () => {
    const pinned = await pin(all(CONFIG, DEPLOYMENT, SERVICE, OTHER), { namespace: 'web' })
    expect(pinned.workload.deployment.metadata.name).toBe('shop')
    expect(pinned.workload.service.metadata.name).toBe('shop')
    expect(pinned.workload.trafficObject).toBeNull()
    expect(pinned).toMatchObject({ endpointName: 'shop', namespace: 'web', warnings: [] })
    expect(pinned.shared.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'ConfigMap settings',
      'Service other',
    ])
    expect(pinned.notices).toEqual([
      'left alone, because slots share it: ConfigMap web/settings, Service web/other; k8s-apply is what applies these',
    ])
  })

  test('the traffic object of the back end, by the name of the endpoint', async () => {
    const text = all(DEPLOYMENT, SERVICE, ROUTE)
    const routed = await pin(text, { backEnd: 'http-route' })
    expect(routed.workload.trafficObject?.kind).toBe('HTTPRoute')
    expect(routed.shared).toEqual([])
    const other = await pin(text, { backEnd: 'http-route', trafficObject: 'else' })
    expect(other.workload.trafficObject).toBeNull()
    expect(other.shared.map(({ kind }) => kind)).toEqual(['HTTPRoute'])
  })

  test('a Service among several by its name', async () => {
    const twin = SERVICE.replace('name: shop', 'name: inside')
    const pinned = await pin(all(DEPLOYMENT, SERVICE, twin), { service: 'inside', endpoint: 'a' })
    expect(pinned.workload.service.metadata.name).toBe('inside')
    expect(pinned.endpointName).toBe('a')
  })

  test('the namespace that the manifests name with one voice', async () => {
    const named = (text: string) => text.replace(/name: (\w+)/, 'name: $1\n  namespace: web')
    const service = SERVICE.replace('{name: shop}', '{name: shop, namespace: web}')
    expect(await pin(all(named(DEPLOYMENT), service))).toMatchObject({ namespace: 'web' })
    expect(await pin(all(DEPLOYMENT, SERVICE))).toMatchObject({ namespace: null })
  })

  test('an autoscaler of the Deployment as it is written drives no slot', async () => {
    const scaler = `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: shop}
spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: shop}}
`
    const pinned = await pin(all(DEPLOYMENT, SERVICE, scaler))
    expect(pinned.notices.at(-1)).toMatch(/^k\/app\.yml:\d+: HorizontalPodAutoscaler shop drives/)
  })
})

describe('what is refused, with file and line', () => {
  test.each<readonly [string, string, Partial<KubernetesPinOrder>, readonly RegExp[]]>([
    ['no Deployment', all(SERVICE), {}, [/k\/app\.yml: no Deployment is there/]],
    [
      'two Deployments',
      all(DEPLOYMENT, DEPLOYMENT.replaceAll('shop', 'b'), SERVICE),
      {},
      [/k\/app\.yml:2: 2 Deployments: shop \(k\/app\.yml:2\), b \(k\/app\.yml:\d+\)/],
    ],
    ['no Service', all(DEPLOYMENT, OTHER), {}, [/app\.yml:\d+: no Service selects.*other/]],
    [
      'two Services',
      all(DEPLOYMENT, SERVICE, SERVICE.replace('name: shop', 'name: inside')),
      {},
      [/2 Services select the pods of Deployment shop: shop .*, inside .*input `service`/],
    ],
    [
      'a Service of that name that selects no pod',
      all(DEPLOYMENT, SERVICE, OTHER),
      { service: 'other' },
      [/app\.yml:\d+: Service other selects no pod of Deployment shop/],
    ],
    [
      'no Service of that name',
      all(DEPLOYMENT, SERVICE),
      { service: 'shep' },
      [/service: the manifests hold no Service shep; did you mean.*shop/],
    ],
    [
      'paused, no replicas and a selector that fits nothing, all at once',
      all(
        DEPLOYMENT.replace('spec:', 'spec:\n  paused: true\n  replicas: 0').replace(
          'matchLabels: {app: shop}',
          'matchLabels: {app: shap}',
        ),
        SERVICE,
      ),
      {},
      [/:7: spec\.paused/, /:8: spec\.replicas: found 0/, /:9: spec\.selector: does not fit/],
    ],
    [
      'generateName',
      all(DEPLOYMENT.replace('name: shop', 'name: shop\n  generateName: shop-'), SERVICE),
      {},
      [/:6: metadata\.generateName: a Deployment/],
    ],
    [
      'another namespace than the wanted one',
      all(DEPLOYMENT, SERVICE.replace('{name: shop}', '{name: shop, namespace: web}')),
      { namespace: 'prod' },
      [/metadata\.namespace of Service shop: found web, the input `namespace` says prod/],
    ],
    [
      'a mistake that would send requests nowhere',
      all(
        DEPLOYMENT,
        SERVICE,
        SERVICE.replace('name: shop', 'name: inside').replace(
          '{app: shop}',
          '{app: shop, tier: a}',
        ),
      ),
      {},
      [/app\.yml:\d+: .*inside.*tier/],
    ],
    [
      'an image that fits nothing',
      all(DEPLOYMENT, SERVICE),
      { images: 'nothing:1' },
      [/images: `nothing:1` fits no image/],
    ],
  ])('%s', async (_what, text, order, lines) => {
    const error = await pin(text, order).then(
      () => null,
      (reason: unknown) => reason as Error & { readonly code: string },
    )
    expect(error?.code).toBe('KUBERNETES_MANIFESTS_INVALID')
    for (const line of lines) expect(error?.message).toMatch(line)
  })
})

describe('images', () => {
  test('the input replaces them, and the revision is another one', async () => {
    const before = await pin(all(DEPLOYMENT, SERVICE))
    const after = await pin(all(DEPLOYMENT, SERVICE), { images: 'registry:5000/shop:2.0.0' })
    expect(after.contents.containers[0]?.image).toBe('registry:5000/shop:2.0.0')
    expect(after.revision.revisionDigest).not.toBe(before.revision.revisionDigest)
    expect(after.revision.configDigest).toBe(before.revision.configDigest)
  })

  test.each([
    ['no tag', 'registry:5000/shop', 1],
    ['latest', 'registry:5000/shop:latest', 1],
    ['a version', 'registry:5000/shop:1.0.0', 0],
    ['a digest', `registry:5000/shop@sha256:${'a'.repeat(64)}`, 0],
    ['latest with a digest', `registry:5000/shop:latest@sha256:${'a'.repeat(64)}`, 0],
  ])('with %s: a warning or not', async (_what, image, count) => {
    const text = all(DEPLOYMENT.replace('registry:5000/shop:1.0.0', image), SERVICE)
    const { warnings } = await pin(text)
    expect(warnings).toHaveLength(count)
    expect(warnings.join()).toMatch(
      count === 0 ? /^$/ : /^k\/app\.yml:\d+: image registry:5000\/shop(:latest)? can change under/,
    )
  })
})

describe('beside a lock', () => {
  const locked = async (text: string): Promise<LockEntry> => {
    const { contents, revision } = await pin(text)
    const { revisionDigest } = revision
    return { revision: contents, revisionDigest, evidenceDigest: 'e', testedCommit: 'c' }
  }
  const tested = DEPLOYMENT.replace('shop:1.0.0', 'shop:2.0.0')
    .replace('fetch:1', 'fetch:2')
    .replace('model:1', 'model:2')

  test('the images are those of the lock, whatever the manifests say', async () => {
    const lock = await locked(all(tested, SERVICE))
    const pinned = await pin(all(DEPLOYMENT, SERVICE), { lock })
    expect(pinned.contents).toEqual(lock.revision)
    expect(JSON.stringify(pinned.workload.deployment)).toContain('registry:5000/model:2')
  })

  test('configuration may differ, what runs may not: the paths are told', async () => {
    const lock = await locked(all(tested, SERVICE))
    const more = DEPLOYMENT.replace('spec:', 'spec:\n  replicas: 7')
    expect((await pin(all(more, SERVICE), { lock })).revision.revisionDigest).toBe(
      lock.revisionDigest,
    )
    const other = DEPLOYMENT.replace('args: [serve]', 'args: [serve, --fast], tty: true')
    await expect(pin(all(other, SERVICE), { lock })).rejects.toMatchObject({
      code: 'KUBERNETES_LOCK_DIFFERS',
      message: expect.stringMatching(
        /- containers\[name=web\]\.args: lock \["serve"\], found \["serve","--fast"\]\n- containers\[name=web\]\.tty: lock nothing, found true$/,
      ),
    })
  })

  test('the input images may say the same and nothing else', async () => {
    const lock = await locked(all(tested, SERVICE))
    const text = all(DEPLOYMENT, SERVICE)
    const same = await pin(text, { lock, images: 'registry:5000/shop:2.0.0' })
    expect(same.revision.revisionDigest).toBe(lock.revisionDigest)
    await expect(pin(text, { lock, images: 'registry:5000/shop:3.0.0' })).rejects.toMatchObject({
      code: 'KUBERNETES_MANIFESTS_INVALID',
      message: expect.stringContaining(
        'images: `registry:5000/shop:3.0.0` is not what the lock says of containers/web (registry:5000/shop:2.0.0)',
      ),
    })
  })

  test('of another platform nothing fits', async () => {
    const lock = {
      revision: { model: 'm:1' },
      revisionDigest: 'x',
      evidenceDigest: 'e',
      testedCommit: 'c',
    }
    await expect(pin(all(DEPLOYMENT, SERVICE), { lock })).rejects.toMatchObject({
      code: 'KUBERNETES_LOCK_DIFFERS',
      message: expect.stringContaining('- model: lock "m:1", found nothing'),
    })
  })
})
