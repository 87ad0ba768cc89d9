// Scenes of endpoints whose traffic object names the slots' Services, and what a write makes of them.
import type { KubeObject } from '../../../src/object.ts'
import type { BackEnd, Routing, TrafficScene } from '../../../src/endpoint/back-ends/back-end.ts'
import type { KubernetesSlot } from '../../../src/endpoint/slot.ts'
import { isRecord } from '../../../src/record.ts'
import { parseWeights, type Mirror, type Problem, type SlotMatch } from '@sluice/rollout'

type Json = Readonly<Record<string, unknown>>

export const service = (name: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'shop' },
  spec: { ports: [{ port: 80 }] },
})

export function slotOf(slot: string, ready = 2): KubernetesSlot {
  const name = `web-${slot}`
  return {
    slot,
    deployment: { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name } },
    service: service(name),
    endpoints: { ready, pods: [], ports: [{ name: 'http', port: 8080 }] },
    labels: { version: slot },
  }
}

export const sceneOf = (object: KubeObject, more: Partial<TrafficScene> = {}): TrafficScene => ({
  endpoint: 'web',
  slots: ['blue', 'green'],
  object,
  siblings: [],
  found: [slotOf('blue'), slotOf('green')],
  services: new Map(['web', 'web-blue', 'web-green'].map((name) => [name, service(name)])),
  endpoints: null,
  ...more,
})

export function routing(
  weights: Readonly<Record<string, number>>,
  match: SlotMatch | null = null,
  mirror: Mirror = {},
): Routing {
  const parsed = parseWeights(weights)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return { weights: parsed.value, match, mirror }
}

/** RFC 7386, as the API server does it. */
export function merged(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch
  const result: Record<string, unknown> = isRecord(target) ? { ...target } : {}
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key]
    else result[key] = merged(result[key], value)
  }
  return result
}

/** The scene after one write; throws what the back end refused. */
export function after(backEnd: BackEnd, scene: TrafficScene, wanted: Routing): TrafficScene {
  return { ...scene, object: merged(scene.object, patchOf(backEnd, scene, wanted)) as KubeObject }
}

export function patchOf(backEnd: BackEnd, scene: TrafficScene, wanted: Routing): Json {
  const written = backEnd.write(scene, wanted)
  if (!written.ok) throw new Error(JSON.stringify(written.problems))
  return written.value.patch
}

/** What it says now, as a routing; throws what the back end cannot follow. */
export function routingOf(backEnd: BackEnd, scene: TrafficScene): Routing {
  const seen = backEnd.read(scene)
  if (!seen.ok) throw new Error(JSON.stringify(seen.problems))
  return routing(seen.value.traffic, seen.value.match, seen.value.mirror)
}

/** `where: message` of each problem; empty when there is none. */
export const told = (
  result: { readonly ok: true } | { readonly ok: false; readonly problems: readonly Problem[] },
): readonly string[] =>
  result.ok ? [] : result.problems.map(({ where, message }) => `${where}: ${message}`)

const NGINX = 'nginx.ingress.kubernetes.io'

export interface IngressOrder {
  readonly name: string
  readonly service: string
  /** By the short name of ingress-nginx. */
  readonly annotations?: Readonly<Record<string, string>>
  readonly host?: string
  readonly path?: string
  readonly more?: Json
}

export const ingress = ({
  name,
  service,
  annotations,
  host,
  path,
  more,
}: IngressOrder): KubeObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: {
    name,
    namespace: 'shop',
    annotations: Object.fromEntries(
      Object.entries(annotations ?? {}).map(([key, value]) => [`${NGINX}/${key}`, value]),
    ),
  },
  spec: {
    ingressClassName: 'nginx',
    rules: [
      {
        host: host ?? 'web.example.com',
        http: {
          paths: [
            {
              path: path ?? '/',
              pathType: 'Prefix',
              backend: { service: { name: service, port: { number: 80 } } },
            },
          ],
        },
      },
    ],
    ...more,
  },
})

export const mainIngress = ingress({ name: 'web', service: 'web-blue' })

/** The canary Ingress beside `mainIngress`, with these annotations beside `canary`. */
export const canaryIngress = (annotations: Readonly<Record<string, string>> = {}): KubeObject =>
  ingress({
    name: 'web-canary',
    service: 'web-green',
    annotations: { canary: 'true', ...annotations },
  })

export const nginxScene = (
  annotations: Readonly<Record<string, string>> = {},
  siblings: readonly KubeObject[] = [mainIngress],
): TrafficScene => sceneOf(canaryIngress(annotations), { siblings })

export const virtualService = (http: readonly Json[], more: Json = {}): KubeObject => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { hosts: ['web'], http, ...more },
})

export const to = (host: string, weight?: number, more: Json = {}): Json => ({
  destination: { host },
  ...(weight !== undefined && { weight }),
  ...more,
})

export const toSubset = (subset: string, weight?: number): Json => ({
  destination: { host: 'web', subset },
  ...(weight !== undefined && { weight }),
})

export const route = (spec: Json, status: Json = {}): KubeObject => ({
  apiVersion: 'route.openshift.io/v1',
  kind: 'Route',
  metadata: { name: 'web', namespace: 'shop' },
  spec,
  status,
})

export const backend = (name: string, weight?: number | null): Json => ({
  kind: 'Service',
  name,
  ...(weight !== undefined && { weight }),
})
