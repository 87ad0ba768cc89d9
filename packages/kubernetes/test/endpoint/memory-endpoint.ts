// An API server in memory with one endpoint of the Service form: versions, merge patches, watches, and
// EndpointSlices that follow the selectors as a controller lets them.
import { SluiceError } from '@sluice/rollout'
import { createHash } from 'node:crypto'
import type {
  ApiServer,
  Answer,
  Refusal,
  Resource,
  WatchEvent,
} from '../../src/connection/api-server.ts'
import { backEndOf } from '../../src/endpoint/back-ends/index.ts'
import type { BackEndKind } from '../../src/endpoint/place.ts'
import type { Site } from '../../src/endpoint/site.ts'
import type { KubeObject, ObjectId } from '../../src/object.ts'
import { createVirtualClock, type VirtualClock } from '../../../../test/doubles/virtual-clock.ts'
import { merged } from './back-ends/routed-scenes.ts'
import { followed, podsOf, sliceOf } from './endpoint-controllers.ts'
import { BLUE_GREEN, START_SECONDS } from './endpoint-objects.ts'

type Json = Readonly<Record<string, unknown>>

/** What becomes of one write: as a server does it, or not. */
export type Fate =
  | 'done'
  /** It took effect, and the answer was lost. */
  | 'lost after'
  /** It never got there. */
  | 'lost before'
  | number

export interface MemoryEndpoint {
  readonly site: Site
  readonly clock: VirtualClock
  /** `GET Service mon-app`, `LIST services`, `PATCH Service mon-app`, `WATCH endpointslices`. */
  readonly requests: readonly string[]
  readonly lines: readonly string[]
  readonly find: (kind: string, name: string) => KubeObject
  /** Somebody else's merge patch. */
  readonly change: (kind: string, name: string, patch: Json) => void
  /** What becomes of the next writes, in order. */
  readonly fates: Fate[]
  /** Before the next write arrives. */
  readonly meanwhile: (() => void)[]
  /** False: the controller of EndpointSlices is at rest. */
  readonly controller: { isAwake: boolean }
  readonly denied: Set<string>
}

const PLURALS: Readonly<Record<string, string>> = {
  Service: 'services',
  Deployment: 'deployments',
  Pod: 'pods',
  EndpointSlice: 'endpointslices',
  HorizontalPodAutoscaler: 'horizontalpodautoscalers',
}

export function memoryEndpoint(
  objects: readonly KubeObject[] = BLUE_GREEN,
  backEnd: BackEndKind = 'service',
): MemoryEndpoint {
  const world = new MemoryWorld(objects)
  const site: Site = {
    api: world.api,
    place: {
      server: 'https://cluster.example:6443',
      namespace: 'shop',
      backEnd,
      trafficObject: 'mon-app',
      slots: 'blue,green',
    },
    endpoint: 'mon-app',
    slots: ['blue', 'green'],
    settings: {
      context: null,
      slotAddress: { kind: 'proxy' },
      slotProof: { kind: 'address' },
      requestPath: '/',
      port: null,
    },
    backEnd: backEndOf(backEnd),
    clock: world.clock,
    log: {
      info: (line) => void world.lines.push(line),
      notice: (line) => void world.lines.push(line),
      warning: (line) => void world.lines.push(line),
      mask: () => undefined,
    },
    sha256: (text) => createHash('sha256').update(text).digest('hex'),
    waitSeconds: 120,
  }
  return Object.assign(world, { site })
}

const given = <Value>(value: Value): Answer<Value> => ({ ok: true, value })
const refused = (status: number, request: string): { ok: false; refusal: Refusal } => ({
  ok: false,
  refusal: {
    status,
    reason: REASONS[status] ?? '',
    message: 'as the test wants',
    causes: [],
    request,
  },
})
const REASONS: Readonly<Record<number, string>> = { 403: 'Forbidden', 409: 'Conflict' }
const lost = () =>
  new SluiceError({ code: 'HTTP_NO_ANSWER', fault: 'platform', message: 'no answer', hint: '' })

interface Watcher {
  readonly kind: string
  readonly push: (event: WatchEvent) => void
}

class MemoryWorld {
  readonly clock = createVirtualClock(START_SECONDS)
  readonly requests: string[] = []
  readonly lines: string[] = []
  readonly fates: Fate[] = []
  readonly meanwhile: (() => void)[] = []
  readonly controller = { isAwake: true }
  readonly denied = new Set<string>()
  readonly api: ApiServer
  readonly #objects = new Map<string, KubeObject>()
  readonly #watchers = new Set<Watcher>()
  #version = 10

  constructor(objects: readonly KubeObject[]) {
    for (const object of objects) this.#put(object)
    this.#reconcile()
    const unused = (): never => {
      throw new Error('no part of this test')
    }
    this.api = {
      address: 'https://cluster.example:6443',
      namespace: 'shop',
      get: (id) => this.#get(id),
      list: (resource, selection) => this.#list(resource, selection.labelSelector ?? ''),
      watch: (resource, from) => this.#watch(resource, from.signal),
      patch: (id, patch, options) => this.#patch(id, patch as Json, options.subresource),
      resources: unused,
      rediscover: unused,
      apply: unused,
      create: unused,
      delete: unused,
      log: unused,
      missingRights: unused,
      read: unused,
      request: unused,
      close: () => Promise.resolve(),
    }
  }

  find(kind: string, name: string): KubeObject {
    const found = this.#objects.get(`${kind} ${name}`)
    if (found === undefined) throw new Error(`no ${kind} ${name}`)
    return found
  }

  readonly change = (kind: string, name: string, patch: Json): void => {
    this.#put(merged(this.find(kind, name), patch) as KubeObject)
    this.#reconcile()
  }

  #put(object: KubeObject): KubeObject {
    this.#version += 1
    const resourceVersion = String(this.#version)
    const { metadata } = object
    const name = metadata.name ?? ''
    const kept = { ...object, metadata: { uid: `u-${name}`, ...metadata, resourceVersion } }
    this.#objects.set(`${object.kind} ${name}`, kept)
    for (const { kind, push } of this.#watchers) {
      if (kind === object.kind) push({ type: 'MODIFIED', object: kept })
    }
    return kept
  }

  /** The controllers of Deployments and of EndpointSlices. */
  #reconcile(): void {
    if (!this.controller.isAwake) return
    const all = [...this.#objects.values()]
    const pods = all.filter(({ kind }) => kind === 'Deployment').flatMap(podsOf)
    for (const one of all.filter(({ kind }) => kind === 'Service')) {
      const name = one.metadata.name ?? ''
      const slice = sliceOf(one, pods)
      const known = this.#objects.get(`EndpointSlice ${name}`)
      if (JSON.stringify(known?.['endpoints']) === JSON.stringify(slice['endpoints'])) continue
      this.#put(slice)
    }
  }

  #get(id: ObjectId): Promise<Answer<KubeObject | null>> {
    const request = `GET ${id.kind} ${id.name}`
    this.requests.push(request)
    if (this.denied.has(request)) return Promise.resolve(refused(403, request))
    return Promise.resolve(given(this.#objects.get(`${id.kind} ${id.name}`) ?? null))
  }

  #list(resource: Resource, labelSelector: string): ReturnType<ApiServer['list']> {
    const request = `LIST ${resource.plural}`
    this.requests.push(request)
    if (this.denied.has(request)) return Promise.resolve(refused(403, request))
    const [, named = ''] = /in \(([^)]*)\)/.exec(labelSelector) ?? []
    const all = [...this.#objects.values()].filter(({ kind }) => PLURALS[kind] === resource.plural)
    const items =
      named === '' ? all : all.filter((one) => named.split(',').includes(one.metadata.name ?? ''))
    return Promise.resolve(given({ items, resourceVersion: String(this.#version) }))
  }

  async *#watch(resource: Resource, signal: AbortSignal): ReturnType<ApiServer['watch']> {
    const request = `WATCH ${resource.plural}`
    this.requests.push(request)
    if (this.denied.has(request)) return refused(403, request)
    // What came before the watch: it starts at the version of the list.
    const events: WatchEvent[] = [...this.#objects.values()]
      .filter(({ kind }) => kind === resource.kind)
      .map((object) => ({ type: 'MODIFIED', object }))
    let wake: () => void = () => undefined
    const watcher: Watcher = {
      kind: resource.kind,
      push: (event) => {
        events.push(event)
        wake()
      },
    }
    this.#watchers.add(watcher)
    try {
      for (;;) {
        const event = events.shift()
        if (event !== undefined) yield event
        else if (signal.aborted) return given(null)
        else
          await new Promise<void>((resolve) => {
            wake = resolve
            signal.addEventListener('abort', () => resolve(), { once: true })
          })
      }
    } finally {
      this.#watchers.delete(watcher)
    }
  }

  async #patch(
    id: ObjectId,
    patch: Json,
    subresource: string | undefined,
  ): Promise<Answer<KubeObject>> {
    const request = `PATCH ${id.kind} ${id.name}${subresource === undefined ? '' : `/${subresource}`}`
    this.requests.push(request)
    this.meanwhile.shift()?.()
    const fate = this.fates.shift() ?? 'done'
    await Promise.resolve()
    if (this.denied.has(request)) return refused(403, request)
    if (fate === 'lost before') throw lost()
    if (typeof fate === 'number') return refused(fate, request)
    const live = this.find(id.kind, id.name)
    const { resourceVersion, ...metadata } = (patch['metadata'] ?? {}) as Json
    if (resourceVersion !== undefined && resourceVersion !== live.metadata.resourceVersion) {
      return refused(409, request)
    }
    const kept = this.#put(followed(merged(live, { ...patch, metadata }) as KubeObject))
    this.#reconcile()
    if (fate === 'lost after') throw lost()
    return given(kept)
  }
}
