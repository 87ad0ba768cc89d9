// docs/strategies.md shows a form of the traffic object for each back end: each one can be followed.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { renderWeights } from '@sluice/rollout'
import { parseAllDocuments } from 'yaml'
import type { TrafficScene } from '../../src/endpoint/back-ends/back-end.ts'
import { backEndOf } from '../../src/endpoint/back-ends/index.ts'
import { BACK_ENDS, type BackEndKind } from '../../src/endpoint/place.ts'
import type { KubernetesSlot } from '../../src/endpoint/slot.ts'
import type { KubeObject } from '../../src/object.ts'
import { checkOf, type Check } from './back-ends/crd-schemas.ts'
import { routingOf } from './back-ends/routed-scenes.ts'

const PAGE = readFileSync(resolve(import.meta.dirname, '../../../../docs/strategies.md'), 'utf8')

interface Form {
  readonly kind: BackEndKind
  /** `blue=90,green=10`, as the page says. */
  readonly weights: string
  /** The traffic object first. */
  readonly objects: readonly KubeObject[]
}

const FORMS: readonly Form[] = [
  ...PAGE.matchAll(/<!-- form: (\S+) (\S+) -->\s+```yaml\n(.*?)```/gs),
].map(([, kind = '', weights = '', yaml = '']) => ({
  kind: kind as BackEndKind,
  weights,
  objects: parseAllDocuments(yaml).map((document) => document.toJS() as KubeObject),
}))

/** Three pods of blue and one of green, each slot with a Service of its own. */
const REPLICAS = { blue: 3, green: 1 }

const service = (name: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'churn' },
  spec: { ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
})

const found = Object.entries(REPLICAS).map(([slot, replicas]): KubernetesSlot => {
  const labels = { app: 'churn', version: slot }
  return {
    slot,
    deployment: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: `churn-${slot}`, namespace: 'churn' },
      spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels } } },
      status: { readyReplicas: replicas },
    },
    service: service(`churn-${slot}`),
    endpoints: { ready: replicas, pods: [], ports: [{ name: 'http', port: 8080 }] },
    labels: { version: slot },
  }
})

function sceneOf({ objects }: Form): TrafficScene {
  const [object, ...siblings] = objects
  if (object === undefined) throw new Error('an empty form')
  const services = ['churn', 'churn-blue', 'churn-green'].map(service)
  return {
    endpoint: 'churn',
    slots: ['blue', 'green'],
    object,
    siblings,
    found,
    services: new Map(services.map((one) => [one.metadata.name ?? '', one])),
    endpoints: { ready: 4, pods: [], ports: [{ name: 'http', port: 8080 }] },
  }
}

const SCHEMAS: Readonly<Partial<Record<BackEndKind, Check>>> = {
  'http-route': checkOf('gateway-api/standard/gateway.networking.k8s.io_httproutes.yaml', 'v1'),
  'virtual-service': checkOf('istio/networking.istio.io_virtualservices.yaml', 'v1'),
  'openshift-route': checkOf('openshift/route.openshift.io_routes.yaml', 'v1'),
}

test('the page has one form for each back end', () => {
  expect(FORMS.map(({ kind }) => kind).toSorted()).toEqual([...BACK_ENDS].toSorted())
})

describe.each(FORMS.map((form) => [form.kind, form] as const))('%s', (kind, form) => {
  const scene = sceneOf(form)
  const backEnd = backEndOf(kind)

  test('says the weights that the page says', () => {
    expect(renderWeights(routingOf(backEnd, scene).weights)).toBe(form.weights)
  })

  test('can give everything to the other slot', () => {
    const { weights, ...others } = routingOf(backEnd, scene)
    const wanted = { ...others, weights: { ...weights, blue: 0, green: 100 } as typeof weights }
    expect(backEnd.write(scene, wanted)).toMatchObject({ ok: true })
  })

  test('is what its resource definition allows', () => {
    const { resource } = backEnd
    const [object] = form.objects
    expect(object?.kind).toBe(resource.kind)
    expect(object?.apiVersion).toBe([resource.group, resource.version].filter(Boolean).join('/'))
    expect(SCHEMAS[kind]?.(object) ?? []).toEqual([])
  })
})

test('the table of what can move traffic is what the back ends can', () => {
  const rows = [
    ...PAGE.matchAll(
      /^\| `([a-z-]+)`\s+\| (100|whole replicas|any)\s+\| ([a-z, ]+?)\s+\| (yes|no)\s+\|/gm,
    ),
  ]
  const told = rows.map(([, kind, steps, matches, mirror]) => ({ kind, steps, matches, mirror }))
  const words = { 'all-or-nothing': '100', replicas: 'whole replicas', any: 'any' }
  expect(told).toEqual(
    BACK_ENDS.map((kind) => {
      const { weights, matches, mirrorMaxPercent } = backEndOf(kind).capabilities
      return {
        kind,
        steps: words[weights],
        matches: matches.join(', ') || 'no',
        mirror: mirrorMaxPercent > 0 ? 'yes' : 'no',
      }
    }),
  )
})
