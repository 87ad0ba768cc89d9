// Mistakes of a well-known guide and their kin: each is told at its line, and its right form is not.
import { describe, expect, test } from '@jest/globals'
import { findMistakes } from '../../src/endpoint/mistakes.ts'
import { manifestsOf } from '../manifests/sample-manifests.ts'

const mistakes = async (...texts: string[]): Promise<readonly string[]> =>
  findMistakes(await manifestsOf(texts.join('---\n')), 'shop').map(
    ({ where, message }) => `${where} ${message}`,
  )

const CANARY = 'nginx.ingress.kubernetes.io/canary'

const ingress = (name: string, service: string, annotations: readonly string[] = []): string =>
  `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: ${name}
  annotations:
    note: none
${annotations.map((one) => `    nginx.ingress.kubernetes.io/${one}\n`).join('')}spec:
  ingressClassName: nginx
  rules:
  - host: mon-app.example.com
    http:
      paths:
      - {path: /, pathType: Prefix, backend: {service: {name: ${service}, port: {number: 80}}}}
      - {path: /api, pathType: Prefix, backend: {service: {name: ${service}, port: {number: 80}}}}
`

const workload = (name: string, labels: string, kind = 'Deployment'): string =>
  `apiVersion: apps/v1
kind: ${kind}
metadata: {name: ${name}}
spec:
  selector: {matchLabels: {${labels}}}
  template:
    metadata: {labels: {${labels}}}
    spec: {containers: [{name: app, image: "localhost:32000/mon-app:v1.0.0"}]}
`

const service = (name: string, selector: string): string =>
  `apiVersion: v1
kind: Service
metadata: {name: ${name}}
spec:
  selector: {${selector}}
  ports: [{port: 80, targetPort: 8080}]
`

describe('canary Ingresses', () => {
  const main = ingress('mon-app', 'mon-app-a')
  const weight = ingress('mon-app-canary', 'mon-app-b', ['canary: "true"', 'canary-weight: "50"'])
  const header = ingress('mon-app-header', 'mon-app-b', [
    'canary: "true"',
    'canary-by-header: X-User-Type',
  ])

  test('both marked canary, once for all paths', async () => {
    const a = ingress('mon-app-ab', 'mon-app-a', ['canary: "true"', 'canary-weight: "50"'])
    expect(await mistakes(a, weight)).toEqual([
      `a.yml:7 Ingress shop/mon-app-ab and Ingress shop/mon-app-canary are all marked canary for mon-app.example.com/, and no main Ingress is here: without one ingress-nginx ignores them; take the annotation off the one that serves`,
    ])
  })

  test('a second canary beside the first', async () => {
    expect(await mistakes(main, weight, header)).toEqual([
      'a.yml:39 Ingress shop/mon-app-header is a second canary for mon-app.example.com/, beside Ingress shop/mon-app-canary: ingress-nginx follows one and ignores the others; put header, cookie and weight on one of them',
    ])
  })

  test.each([
    ['one main and one canary', [main, weight]],
    ['a canary whose main is elsewhere', [weight]],
    [
      'a canary that says no',
      [main, weight, ingress('old', 'x', ['canary: "false"', 'canary-weight: "50"'])],
    ],
    [
      'another class',
      [main, weight, header.replace('ingressClassName: nginx', 'ingressClassName: other')],
    ],
    ['another host', [main, weight, header.replace('mon-app.example.com', 'beta.example.com')]],
    ['another namespace', [main, weight, header.replace('  name:', '  namespace: bank\n  name:')]],
  ])('%s is right', async (_, texts) => {
    expect(await mistakes(...texts)).toEqual([])
  })
})

describe('Flagger', () => {
  const canary = (spec: string): string =>
    `apiVersion: flagger.app/v1beta1
kind: Canary
metadata: {name: mon-app}
spec:
  targetRef: {apiVersion: apps/v1, kind: Deployment, name: mon-app}
${spec}`
  const unread = '  canaryAnalysis: {stepWeight: 10, maxWeight: 50}\n'

  test.each([
    [
      'blue/green, as in the guide',
      'iterations: 10',
      'blue/green: 10 checks, then all requests at once, no step between (iterations without match)',
    ],
    [
      'A/B',
      'iterations: 5, match: [{headers: {x-beta: {exact: "1"}}}]',
      'an A/B test of 5 iterations for requests that match',
    ],
    ['a canary', 'stepWeight: 5, maxWeight: 20', 'a canary in steps of 5 % up to 20 %'],
    ['a canary of steps', 'stepWeights: [1, 10, 50]', 'a canary by weights 1, 10, 50'],
    ['nothing', 'interval: 1m', 'a canary without a step'],
  ])('canaryAnalysis beside analysis that means %s', async (_, analysis, means) => {
    expect(await mistakes(canary(`  analysis: {${analysis}}\n${unread}`))).toEqual([
      `a.yml:7 Canary.flagger.app shop/mon-app has canaryAnalysis beside analysis: Flagger reads analysis alone, which means ${means}, and nothing of canaryAnalysis (stepWeight, maxWeight) happens; move what is meant into analysis and take canaryAnalysis out`,
    ])
  })

  test.each([
    ['analysis alone', '  analysis: {stepWeight: 10, maxWeight: 50}\n'],
    ['the old name alone', unread],
  ])('%s is right', async (_, spec) => {
    expect(await mistakes(canary(spec))).toEqual([])
  })
})

describe('mirrors', () => {
  const v1 = workload('mon-app-v1', 'app: mon-app, version: v1')
  const v2 = workload('mon-app-v2', 'app: mon-app, version: v2')
  const rule = `apiVersion: networking.istio.io/v1beta1
kind: DestinationRule
metadata: {name: mon-app}
spec:
  host: mon-app
  subsets:
  - {name: v1, labels: {version: v1}}
  - {name: v2, labels: {version: v2}}
`
  const shadow = (subset = 'v2', host = 'mon-app'): string =>
    `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: mon-app}
spec:
  hosts: [mon-app]
  http:
  - route:
    - {destination: {host: mon-app, subset: v1}, weight: 100}
    mirror:
      host: ${host}
      subset: ${subset}
    mirrorPercentage: {value: 100}
`
  const all = service('mon-app', 'app: mon-app')
  const copies = 'VirtualService.networking.istio.io shop/mon-app copies requests to subset'

  test('a subset that the Service of blue/green leaves out', async () => {
    expect(
      await mistakes(shadow(), rule, v1, v2, service('mon-app', 'app: mon-app, version: v1')),
    ).toEqual([
      `a.yml:9 ${copies} v2 of mon-app, which is empty: the Service selects version=v1 and the subset wants version=v2; take version out of the Service's selector`,
    ])
  })

  test('a subset without pods, beside one that has some', async () => {
    expect(await mistakes(shadow(), rule, v1, all)).toEqual([
      `a.yml:9 ${copies} v2 of mon-app, which is empty: no pod of these manifests has app=mon-app,version=v2, so copies go nowhere`,
    ])
  })

  test('a subset that the DestinationRule does not have', async () => {
    expect(
      await mistakes(shadow('v3', 'mon-app.shop.svc.cluster.local'), rule, v1, v2, all),
    ).toEqual([
      `a.yml:9 ${copies} v3 of mon-app, which its DestinationRule does not have (v1, v2): copies go nowhere`,
    ])
  })

  test('a mirror of several', async () => {
    const text = shadow().replace(
      /mirror:[^]*$/,
      'mirrors:\n    - {destination: {host: mon-app, subset: v9}}\n',
    )
    expect(await mistakes(text, rule, v1, v2, all)).toEqual([
      `a.yml:10 ${copies} v9 of mon-app, which its DestinationRule does not have (v1, v2): copies go nowhere`,
    ])
  })

  test.each([
    ['the guide with a Service of both versions', [shadow(), rule, v1, v2, all]],
    ['the guide as it stands, without the Service', [shadow(), rule, v1, v2]],
    ['a DestinationRule elsewhere', [shadow(), v1, all]],
    ['pods that are all elsewhere', [shadow(), rule, all]],
    ['a host outside', [shadow('', 'copies.example.com'), v1, all]],
    ['a Service elsewhere', [shadow('', 'recorder'), v1, all]],
  ])('%s is right', async (_, texts) => {
    expect(await mistakes(...texts)).toEqual([])
  })

  const httpRoute = (name: string): string =>
    `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: mon-app}
spec:
  rules:
  - backendRefs: [{name: mon-app, port: 80}]
    filters:
    - type: RequestMirror
      requestMirror:
        backendRef: {name: ${name}, port: 80}
`

  test('a RequestMirror to a Service without pods', async () => {
    expect(await mistakes(httpRoute('shadow'), v1, all, service('shadow', 'app: shadow'))).toEqual([
      'a.yml:10 HTTPRoute shop/mon-app copies requests to Service shadow, whose selector app=shadow matches no pod of these manifests: copies go nowhere',
    ])
  })

  test.each([
    ['a Service with pods', [httpRoute('mon-app'), v1, all]],
    ['a Service elsewhere', [httpRoute('recorder'), v1, all]],
    ['pods elsewhere', [httpRoute('shadow'), service('shadow', 'app: shadow')]],
    ['a Service without selector', [httpRoute('shadow'), v1, service('shadow', '')]],
  ])('a RequestMirror to %s is right', async (_, texts) => {
    expect(await mistakes(...texts)).toEqual([])
  })
})

describe('selectors', () => {
  const blue = workload('mon-app-blue', 'app: mon-app, version: blue')

  test.each([
    ['an empty slot', 'app: mon-app, version: green', 'app=mon-app,version=green', 'version=blue'],
    ['a typo', 'app: mon-ap, version: blue', 'app=mon-ap,version=blue', 'app=mon-app'],
    [
      'a label too many',
      'app: mon-app, version: blue, tier: web',
      'app=mon-app,version=blue,tier=web',
      'no label tier',
    ],
  ])('%s', async (_, selector, selects, has) => {
    expect(await mistakes(blue, service('mon-app', selector))).toEqual([
      `a.yml:14 Service shop/mon-app selects ${selects}, which is no pod of these manifests: those of Deployment shop/mon-app-blue have all of it but ${has}; correct the label, or add what makes such pods`,
    ])
  })

  test.each([
    ['the right label', [blue, service('mon-app', 'app: mon-app, version: blue')]],
    ['both slots', [blue, service('mon-app', 'app: mon-app')]],
    ['one label of its own, whose pods are elsewhere', [blue, service('db', 'app: db')]],
    ['nothing in common', [blue, service('db', 'app: db, version: v7')]],
    [
      'another namespace',
      [
        blue,
        service('mon-app', 'app: mon-app, version: green').replace(
          '{name: mon-app}',
          '{name: mon-app, namespace: bank}',
        ),
      ],
    ],
    [
      'a label of a controller',
      [blue, service('mon-app-0', 'app: mon-app, version: blue, pod-template-hash: "1"')],
    ],
    [
      'a role that an operator sets',
      [workload('db', 'app: db', 'StatefulSet'), service('db-primary', 'app: db, role: primary')],
    ],
    ['no selector', [blue, service('outside', '')]],
  ])('%s is right', async (_, texts) => {
    expect(await mistakes(...texts)).toEqual([])
  })

  test('a pod by itself counts', async () => {
    const pod = `apiVersion: v1
kind: Pod
metadata: {name: one, labels: {app: mon-app, version: blue}}
spec: {containers: [{name: app, image: "mon-app:1"}]}
`
    expect(await mistakes(pod, service('mon-app', 'app: mon-app, version: blue'))).toEqual([])
    expect(await mistakes(pod, service('mon-app', 'app: mon-app, version: red'))).toHaveLength(1)
  })
})

test('all mistakes of a set at once; a set of nothing has none', async () => {
  const canaries = ['a', 'b'].map((name) => ingress(name, name, ['canary: "true"']))
  const blue = workload('web-blue', 'app: web, version: blue')
  const told = await mistakes(...canaries, blue, service('web', 'app: web, version: gren'))
  expect(told).toEqual([
    expect.stringContaining(CANARY.split('/')[1] ?? ''),
    expect.stringContaining('version=gren'),
  ])
  expect(findMistakes([], null)).toEqual([])
})
