// An endpoint that the actions make and change, as the jobs of a workflow do: built bundles, one after
// the other, in a checkout that they share. What its pods answer says which version served.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll } from '@jest/globals'
import { stringify } from 'yaml'
import { failureOf, type StepEnd, type Texts } from '../../scenario/rig/step.ts'
import { openJob, type Address, type Job, type JobStep } from '../step/job.ts'
import { PORT, renderAnnotations, type Model } from './model.ts'
import type { DataPlane } from './rig.ts'
import { backendRef, renderHttpRoute, renderIngress, type Place } from './routes.ts'

/** Back ends that a data plane is there for. */
export type Routed = 'service' | 'replicas' | 'http-route' | 'ingress'

export interface EndpointOrder {
  readonly backEnd: Routed
  readonly replicas?: number
  /** Public by a path of the gateway's own address: one that needs no name, so that steps can ask it. */
  readonly byPath?: boolean
  /** Where requests to the API server go; default: to itself. */
  readonly to?: Address
}

/** What the pods of one version do. */
export type Version = Pick<
  Model,
  'version' | 'replicas' | 'delayMs' | 'graceMs' | 'fails' | 'annotations'
>

export interface Released {
  readonly deploy: StepEnd
  readonly test: StepEnd
  readonly swap: StepEnd
}

export interface Endpoint {
  readonly namespace: string
  readonly backEnd: Routed
  /** What requests through the gateway name as Host. */
  readonly host: string
  readonly path: string
  readonly job: Job
  /** A file of the checkout. */
  write(path: string, text: string): void
  /** The manifests, as endpoint-deploy gets them. */
  objects(version: Version): readonly object[]
  /** endpoint-deploy; an error unless it succeeds. */
  deploy(version: Version, inputs?: Texts): Promise<StepEnd>
  /** endpoint-test of what was deployed last; an error unless it passes. */
  test(inputs?: Texts): Promise<StepEnd>
  /** traffic-swap of what was deployed and tested last, whatever its end. */
  swap(inputs?: Texts, more?: Omit<JobStep, 'inputs'>): Promise<StepEnd>
  /** All three. */
  release(version: Version, inputs?: Texts): Promise<Released>
}

export const NAME = 'model'

export interface Endpoints {
  /** Its route is there; its slots are not. */
  readonly open: (order: EndpointOrder) => Promise<Endpoint>
}

/** At the top of a suite: checkouts go when it ends. */
export function useEndpoints(plane: DataPlane): Endpoints {
  const opened: Endpoint[] = []
  afterAll(() => opened.forEach(({ job }) => job.close()))
  return {
    open: async (order) => {
      const endpoint = await openEndpoint(plane, order)
      opened.push(endpoint)
      return endpoint
    },
  }
}

async function openEndpoint(plane: DataPlane, order: EndpointOrder): Promise<Endpoint> {
  const namespace = await plane.namespace()
  const place = publicPlace(order, namespace)
  const { server, ca, token } = plane.cluster.facts
  const job = openJob({
    to: order.to ?? { server, ca },
    token,
    namespace,
    files: { 'requests/one.json': '{}' },
  })
  if (order.backEnd === 'service' || order.backEnd === 'replicas') {
    const rules = [{ backendRefs: [backendRef(NAME)] }]
    await plane.apply(renderHttpRoute(plane.names, place, rules))
  }
  let deployed: StepEnd | null = null
  let tested: StepEnd | null = null
  const target = (): string => deployed?.outputs['target'] ?? ''
  const succeed = async (step: Promise<StepEnd>): Promise<StepEnd> => {
    const end = await step
    if (end.exitCode !== 0)
      throw new Error(`${end.action}: ${failureOf(end)}\n${end.lines.join('\n')}`)
    return end
  }
  const endpoint: Endpoint = {
    namespace,
    backEnd: order.backEnd,
    host: place.host ?? new URL(plane.address).host,
    path: place.path ?? '/',
    job,
    write: (path, text) => writeFileSync(join(job.workspace, path), text),
    objects: (version) => renderManifests(plane, { ...order, place, version }),
    deploy: async (version, inputs = {}) => {
      const text = endpoint
        .objects(version)
        .map((one) => stringify(one))
        .join('---\n')
      endpoint.write('model.yml', text)
      const given = { platform: 'kubernetes', manifests: 'model.yml', 'back-end': order.backEnd }
      deployed = await succeed(job.run('endpoint-deploy', { inputs: { ...given, ...inputs } }))
      return deployed
    },
    test: async (inputs = {}) => {
      const given = { platform: 'kubernetes', target: target(), requests: 'requests' }
      tested = await succeed(job.run('endpoint-test', { inputs: { ...given, ...inputs } }))
      return tested
    },
    swap: (inputs = {}, more = {}) => {
      const isForward = inputs['mode'] === undefined || inputs['mode'] === 'apply'
      const evidence = {
        'evidence-file': tested?.outputs['evidence-file'] ?? '',
        'evidence-digest': tested?.outputs['evidence-digest'] ?? '',
      }
      const given = { platform: 'kubernetes', target: target(), ...(isForward && evidence) }
      return job.run('traffic-swap', { inputs: { ...given, ...inputs }, ...more })
    },
    release: async (version, inputs = {}) => ({
      deploy: await endpoint.deploy(version),
      test: await endpoint.test(),
      swap: await succeed(endpoint.swap(inputs)),
    }),
  }
  return endpoint
}

/** Where the endpoint is for those who call it. */
function publicPlace({ byPath }: EndpointOrder, namespace: string): Place {
  const place = { namespace, name: NAME }
  return byPath === true
    ? { ...place, path: `/${namespace}` }
    : { ...place, host: `${namespace}.test` }
}

interface Rendered extends EndpointOrder {
  readonly place: Place
  readonly version: Version
}

/** One Deployment and its Service, written once; the route where it is the traffic object. */
function renderManifests(plane: DataPlane, order: Rendered): readonly object[] {
  const { place, backEnd, version } = order
  const replicas = version.replicas ?? order.replicas ?? 2
  const labels = { app: NAME }
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: NAME, labels },
    spec: {
      replicas,
      progressDeadlineSeconds: 10,
      selector: { matchLabels: labels },
      template: {
        // Pods cannot know their slot; what they say is their version.
        metadata: { labels, annotations: renderAnnotations({ ...version, slot: version.version }) },
        spec: {
          containers: [
            {
              name: NAME,
              image: `example/model:${version.version}`,
              ports: [{ name: 'http', containerPort: PORT }],
            },
          ],
        },
      },
    },
  }
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: NAME },
    spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: PORT }] },
  }
  const route = renderHttpRoute(plane.names, place, [{ backendRefs: [backendRef(NAME)] }])
  return [
    deployment,
    service,
    ...(backEnd === 'http-route' ? [route] : []),
    ...(backEnd === 'ingress' ? [renderIngress(plane.names, place, NAME)] : []),
  ]
}
