// What serves before a rehearsal begins, and what the objects say of how it ended.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import type { KubeObject } from '../../src/rehearse/cluster/kube-object.ts'
import { liveObjects, type BackEnd } from '../../src/rehearse/kubernetes-endpoint/live-before.ts'
import {
  decideOutcome,
  trafficOf,
  type SeenEndpoint,
} from '../../src/rehearse/kubernetes-endpoint/outcome.ts'

const read = (path: string): KubeObject =>
  parse(
    readFileSync(
      fileURLToPath(new URL(`../../../../examples/kubernetes-churn/${path}`, import.meta.url)),
      'utf8',
    ),
  ) as KubeObject
const MANIFESTS = ['manifests/service.yml', 'staging/deployment.yml', 'staging/http-route.yml'].map(
  read,
)
const IMAGE = 'ghcr.io/mona/churn'
const live = (backEnd: BackEnd): KubeObject[] =>
  liveObjects(MANIFESTS, {
    endpoint: 'churn',
    namespace: 'n',
    backEnd,
    image: IMAGE,
    tag: '0.9.0',
  })
const named = (objects: readonly KubeObject[]): readonly string[] =>
  objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`)

describe('what serves before', () => {
  test('by a Service: a Deployment of its colour, and the selector on it', () => {
    const objects = live('service')
    expect(named(objects)).toEqual(['Deployment n/churn-blue', 'Service n/churn'])
    expect(objects[0]).toMatchObject({
      spec: {
        selector: { matchLabels: { app: 'churn', version: 'blue' } },
        template: {
          metadata: { labels: { app: 'churn', version: 'blue' } },
          spec: { containers: [{ name: 'churn', image: `${IMAGE}:0.9.0` }] },
        },
      },
    })
    expect(objects[1]).toMatchObject({ spec: { selector: { app: 'churn', version: 'blue' } } })
  })

  test('by a route: a Service for each colour, and all the weight on one', () => {
    const objects = live('http-route')
    expect(named(objects)).toEqual([
      'Deployment n/churn-blue',
      'Service n/churn',
      'Service n/churn-blue',
      'Service n/churn-green',
      'HTTPRoute n/churn',
    ])
    expect(objects[4]).toMatchObject({
      spec: {
        rules: [
          {
            backendRefs: [
              { name: 'churn-blue', port: 80, weight: 100 },
              { name: 'churn-green', port: 80, weight: 0 },
            ],
          },
        ],
      },
    })
  })

  test('a route to the Service itself gets a reference to each colour', () => {
    const [service, deployment, route] = MANIFESTS
    const backendRefs = [
      { name: 'churn', port: 80 },
      { name: 'other', port: 80 },
    ]
    const plain = { ...route, spec: { rules: [{ backendRefs }] } } as unknown as KubeObject
    const order = { endpoint: 'churn', namespace: 'n', image: IMAGE, tag: '1' } as const
    const objects = liveObjects(
      [service, deployment, plain].filter((one) => one !== undefined),
      {
        ...order,
        backEnd: 'http-route',
      },
    )
    expect(objects.at(-1)).toMatchObject({
      spec: {
        rules: [
          {
            backendRefs: [
              { name: 'churn-blue', port: 80, weight: 100 },
              { name: 'churn-green', port: 80, weight: 0 },
              { name: 'other', port: 80 },
            ],
          },
        ],
      },
    })
  })

  test('needs a Deployment and a Service', () => {
    const order = { endpoint: 'churn', namespace: 'n', image: IMAGE, tag: '1' } as const
    expect(() =>
      liveObjects([read('manifests/service.yml')], { ...order, backEnd: 'service' }),
    ).toThrow('the manifests hold no Deployment')
  })
})

const deployment = (slot: string, tag: string): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: `churn-${slot}` },
  spec: {
    template: {
      metadata: { labels: { app: 'churn', colour: slot } },
      spec: { containers: [{ name: 'churn', image: `${IMAGE}:${tag}` }] },
    },
  } as NonNullable<KubeObject['spec']>,
})
const objectOf = (kind: string, spec: object): KubeObject =>
  ({ apiVersion: 'v1', kind, metadata: { name: 'churn' }, spec }) as KubeObject

/** Blue holds 1, green holds 2. */
const by = (backEnd: BackEnd, spec: object): SeenEndpoint => ({
  endpoint: 'churn',
  backEnd,
  deployments: [deployment('green', '2'), deployment('blue', '1')],
  trafficObject: objectOf(backEnd, spec),
})
const serving = (slot: string): SeenEndpoint =>
  by('service', { selector: { app: 'churn', colour: slot } })

describe('traffic', () => {
  test.each<[string, SeenEndpoint, object]>([
    ['a selector on one slot', serving('green'), { blue: 0, green: 100 }],
    ['a selector on no slot', serving('none'), { blue: 0, green: 0 }],
    [
      'weights of a route',
      by('http-route', {
        rules: [
          {
            backendRefs: [
              { name: 'churn-blue', weight: 90 },
              { name: 'churn-green', weight: 10 },
            ],
          },
        ],
      }),
      { blue: 90, green: 10 },
    ],
    ['a route without rules', by('http-route', {}), { blue: 0, green: 0 }],
    ['no traffic object', { ...serving('blue'), trafficObject: null }, { blue: 0, green: 0 }],
    ['nothing deployed', { ...serving('blue'), deployments: [] }, {}],
  ])('%s', (_, seen, traffic) => expect(trafficOf(seen)).toEqual(traffic))
})

describe('the outcome for the newest version', () => {
  const without = (seen: SeenEndpoint): SeenEndpoint => ({
    ...seen,
    deployments: [deployment('blue', '1')],
  })
  test.each<[string, SeenEndpoint, SeenEndpoint, boolean, string]>([
    ['has production', serving('green'), serving('green'), false, 'promoted'],
    ['was taken back in production', serving('green'), serving('blue'), false, 'aborted'],
    ['waits in production for a yes', serving('green'), serving('blue'), true, 'held'],
    [
      'has staging, and did not get further',
      serving('green'),
      without(serving('blue')),
      false,
      'promoted',
    ],
    ['was stopped in staging', serving('blue'), without(serving('blue')), false, 'aborted'],
    ['was deployed nowhere', without(serving('blue')), without(serving('blue')), false, 'aborted'],
  ])('%s', (_, staging, production, held, outcome) =>
    expect(decideOutcome({ staging, production, newest: `${IMAGE}:2`, held })).toBe(outcome),
  )
})
