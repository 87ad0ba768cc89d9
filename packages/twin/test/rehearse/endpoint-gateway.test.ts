// The stand-in for a gateway's controller, and the address that users ask.
import { afterEach, describe, expect, test } from '@jest/globals'
import { PublicAddress } from '../../src/rehearse/kubernetes-endpoint/public-address.ts'
import { RouteController } from '../../src/rehearse/kubernetes-endpoint/route-controller.ts'

const GATEWAY_API = '/apis/gateway.networking.k8s.io/v1/namespaces/n'
const ROUTE = `${GATEWAY_API}/httproutes/churn`

/** A cluster that is a table of paths. */
class Cluster {
  readonly objects = new Map<string, object>()
  readonly statuses: object[] = []

  read = async <Answer>(path: string): Promise<Answer | null> => {
    const [bare = ''] = path.split('?')
    return (this.objects.get(path) ?? this.objects.get(bare) ?? null) as Answer | null
  }

  writeStatus = async (_: string, status: object): Promise<boolean> => {
    this.statuses.push(status)
    return true
  }

  putRoute(weights: Readonly<Record<string, number>>, generation = 1): void {
    const route = {
      metadata: { name: 'churn', uid: 'u', generation },
      spec: {
        parentRefs: [{ name: 'public' }],
        rules: [
          {
            backendRefs: Object.entries(weights).map(([name, weight]) => ({
              name,
              port: 80,
              weight,
            })),
          },
        ],
      },
    }
    this.objects.set(`${GATEWAY_API}/httproutes`, { items: [route] })
    this.objects.set(ROUTE, route)
  }

  putService(name: string, port: number, pods: readonly string[] = []): void {
    this.objects.set(`/api/v1/namespaces/n/services/${name}`, { spec: { ports: [{ port }] } })
    this.objects.set(
      `/apis/discovery.k8s.io/v1/namespaces/n/endpointslices?labelSelector=kubernetes.io/service-name=${name}`,
      {
        items: [
          {
            endpoints: pods.map((pod) => ({
              conditions: { ready: !pod.startsWith('unready') },
              targetRef: { kind: 'Pod', name: pod },
            })),
          },
        ],
      },
    )
    for (const pod of pods) {
      this.objects.set(`/api/v1/namespaces/n/pods/${pod}`, {
        spec: { containers: [{ image: `image-of-${name}` }] },
      })
    }
  }
}

describe('the controller', () => {
  const told = (cluster: Cluster) =>
    cluster.statuses.flatMap((status) =>
      (
        status as { parents: { conditions: { type: string; status: string; reason: string }[] }[] }
      ).parents.flatMap(({ conditions }) =>
        conditions.map(({ type, status: is, reason }) => `${type} ${is} ${reason}`),
      ),
    )

  test.each<[string, (cluster: Cluster) => void, readonly string[]]>([
    [
      'everything is there',
      () => undefined,
      ['Accepted True Accepted', 'ResolvedRefs True ResolvedRefs'],
    ],
    [
      'there is no such Gateway',
      (cluster) => cluster.objects.delete(`${GATEWAY_API}/gateways/public`),
      ['Accepted False NoMatchingParent', 'ResolvedRefs True ResolvedRefs'],
    ],
    [
      'a backend of weight 0 is not there',
      (cluster) => cluster.objects.delete('/api/v1/namespaces/n/services/b'),
      ['Accepted True Accepted', 'ResolvedRefs False BackendNotFound'],
    ],
    [
      'a backend has another port',
      (cluster) => cluster.putService('a', 81),
      ['Accepted True Accepted', 'ResolvedRefs False BackendNotFound'],
    ],
  ])('%s', async (_, change, conditions) => {
    const cluster = new Cluster()
    cluster.objects.set(`${GATEWAY_API}/gateways/public`, {})
    cluster.putService('a', 80)
    cluster.putService('b', 80)
    cluster.putRoute({ a: 100, b: 0 })
    change(cluster)
    const controller = new RouteController(cluster, ['n'])
    await controller.look('n')
    await controller.look('n')
    expect(told(cluster)).toEqual(conditions)
  })

  test('keeps the backends of every generation', async () => {
    const cluster = new Cluster()
    const controller = new RouteController(cluster, ['n'])
    for (const [generation, weight] of [0, 10, 10, 100].entries()) {
      cluster.putRoute({ a: 100 - weight, b: weight }, generation)
      await controller.look('n')
    }
    const weights = controller
      .historyOf('n', 'churn')
      .map((backends) => backends.map(({ weight }) => weight))
    expect(weights).toEqual([
      [100, 0],
      [90, 10],
      [90, 10],
      [0, 100],
    ])
    expect(controller.historyOf('n', 'other')).toEqual([])
  })
})

describe('the public address', () => {
  let address: PublicAddress | null = null
  afterEach(async () => {
    await address?.close()
    address = null
  })
  async function ask(cluster: Cluster, backEnd: 'service' | 'http-route', times = 1) {
    address = await PublicAddress.open({
      administrator: cluster,
      endpoint: { namespace: 'n', endpoint: 'churn', backEnd },
      answer: (image, body) => ({ status: 200, body: `${image} ${body}` }),
    })
    const answers: string[] = []
    for (let i = 0; i < times; i += 1) {
      const answer = await fetch(`${address.origin}/score`, { method: 'POST', body: '{}' })
      answers.push(`${answer.status} ${await answer.text()}`)
    }
    return answers
  }

  test('a Service answers by its ready pods', async () => {
    const cluster = new Cluster()
    cluster.putService('churn', 80, ['unready-1', 'p2'])
    expect(await ask(cluster, 'service', 2)).toEqual([
      '200 image-of-churn {}',
      '200 image-of-churn {}',
    ])
    expect(address?.statuses).toEqual([200, 200])
  })

  test('without a ready pod it answers 503', async () => {
    const cluster = new Cluster()
    cluster.putService('churn', 80, ['unready-1'])
    expect(await ask(cluster, 'service')).toEqual(['503 churn has no ready pod'])
  })

  test('a route shares by its weights, and never asks weight 0', async () => {
    const cluster = new Cluster()
    for (const name of ['a', 'b', 'c']) cluster.putService(name, 80, [`pod-${name}`])
    cluster.putRoute({ a: 90, b: 10, c: 0 })
    const answers = await ask(cluster, 'http-route', 20)
    const count = (name: string) => answers.filter((one) => one.includes(`image-of-${name}`)).length
    expect(['a', 'b', 'c'].map(count)).toEqual([18, 2, 0])
  })

  test('a route without weights answers 500', async () => {
    const cluster = new Cluster()
    cluster.putRoute({ a: 0, b: 0 })
    expect(await ask(cluster, 'http-route')).toEqual(['500 no backend has a weight'])
  })
})
