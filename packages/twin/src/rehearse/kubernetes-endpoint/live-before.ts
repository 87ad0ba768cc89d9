// What a team had before Sluice came, made from its own manifests: the live version in a Deployment of
// its own colour, and a Service, or a route, that leads there. Pure.
import { putTag } from '../cluster/description.ts'
import type { KubeObject } from '../cluster/kube-object.ts'

export const LIVE_SLOT = 'blue'
export const IDLE_SLOT = 'green'

/** Label that tells the colours apart in many guides; it is not Sluice's own. */
const COLOUR = 'version'

export type BackEnd = 'service' | 'http-route'

export interface LiveBefore {
  readonly endpoint: string
  readonly namespace: string
  readonly backEnd: BackEnd
  /** Without tag, and the tag. */
  readonly image: string
  readonly tag: string
}

type Json = Readonly<Record<string, unknown>>

/** Objects to apply, in order. Throws when the manifests lack one of the kinds. */
export function liveObjects(manifests: readonly KubeObject[], live: LiveBefore): KubeObject[] {
  const { endpoint, namespace } = live
  const find = (kind: string): KubeObject => {
    const found = manifests.find((one) => one.kind === kind)
    if (found === undefined) throw new Error(`the manifests hold no ${kind}`)
    return found
  }
  const service = find('Service')
  const named = (object: KubeObject, name: string): KubeObject => ({
    ...object,
    metadata: { ...object.metadata, name, namespace },
  })
  const pinned = (name: string, slot: string): KubeObject =>
    named(withSelector(service, { [COLOUR]: slot }), name)
  const deployment = named(coloured(find('Deployment'), live), `${endpoint}-${LIVE_SLOT}`)
  if (live.backEnd === 'service') return [deployment, pinned(endpoint, LIVE_SLOT)]
  return [
    deployment,
    named(service, endpoint),
    ...[LIVE_SLOT, IDLE_SLOT].map((slot) => pinned(`${endpoint}-${slot}`, slot)),
    named(weighted(find('HTTPRoute'), endpoint), endpoint),
  ]
}

const withSpec = (object: KubeObject, more: Json): KubeObject =>
  ({ ...object, spec: { ...object.spec, ...more } }) as unknown as KubeObject

const withSelector = (service: KubeObject, more: Json): KubeObject =>
  withSpec(service, { selector: { ...mapOf(specOf(service)['selector']), ...more } })

function coloured(deployment: KubeObject, { image, tag }: LiveBefore): KubeObject {
  const { selector, template } = specOf(deployment)
  const { metadata, spec } = mapOf(template)
  const colour = { [COLOUR]: LIVE_SLOT }
  const containers = listOf(mapOf(spec)['containers']).map((container) => ({
    ...container,
    image: putTag(`image: ${String(container['image'])}`, image, tag).slice('image: '.length),
  }))
  return withSpec(deployment, {
    selector: {
      ...mapOf(selector),
      matchLabels: { ...mapOf(mapOf(selector)['matchLabels']), ...colour },
    },
    template: {
      ...mapOf(template),
      metadata: {
        ...mapOf(metadata),
        labels: { ...mapOf(mapOf(metadata)['labels']), ...colour },
      },
      spec: { ...mapOf(spec), containers },
    },
  })
}

/** All the weight at the live colour; a reference to the endpoint itself becomes one to each colour. */
function weighted(route: KubeObject, endpoint: string): KubeObject {
  const weights = new Map([
    [`${endpoint}-${LIVE_SLOT}`, 100],
    [`${endpoint}-${IDLE_SLOT}`, 0],
  ])
  const split = (ref: Json): readonly Json[] => {
    const weight = weights.get(String(ref['name']))
    if (weight !== undefined) return [{ ...ref, weight }]
    if (ref['name'] !== endpoint) return [ref]
    return [...weights].map(([name, share]) => ({ ...ref, name, weight: share }))
  }
  const rules = listOf(specOf(route)['rules']).map((rule) => ({
    ...rule,
    backendRefs: listOf(rule['backendRefs']).flatMap(split),
  }))
  return withSpec(route, { rules })
}

const specOf = (object: KubeObject): Json => mapOf(object.spec)

const listOf = (value: unknown): readonly Json[] => (value ?? []) as readonly Json[]

const mapOf = (value: unknown): Json => (value ?? {}) as Json
