// What is known of an endpoint while one write is under way: the last look, and what watches add to it.
import type { Clock } from '@sluice/http'
import { kubernetesError } from '../errors.ts'
import type { ObjectList, Resource, Selection } from '../connection/api-server.ts'
import { createAlarm } from '../health/wait/alarm.ts'
import { openFeed, type Feed } from '../health/wait/feed.ts'
import { renderId, type KubeObject } from '../object.ts'
import type { TrafficScene } from './back-ends/back-end.ts'
import { DEPLOYMENT, ENDPOINT_SLICE } from './kinds.ts'
import type { Site } from './site.ts'
import {
  sceneOf,
  servicesInUse,
  slicesSelector,
  trafficObjectId,
  type Snapshot,
} from './snapshot.ts'

/** What a wait has to see change. */
export type Source = 'object' | 'slices' | 'deployments'

export interface Wait {
  readonly sources: readonly Source[]
  /** null: it is over; else what is still awaited, in words. May throw. */
  readonly check: (scene: TrafficScene) => string | null
  /** Milliseconds since 1970. */
  readonly deadline: number
  /** The error at the deadline, from what was awaited last. */
  readonly late: (awaited: string) => Error
}

/** A line for people at least so often. */
const PROGRESS_SECONDS = 30
/** Time alone changes some answers, and a watch can be silent. */
const LOOK_SECONDS = 5

export class View {
  readonly site: Site
  private snapshot: Snapshot
  private readonly signal: AbortSignal

  constructor(site: Site, snapshot: Snapshot, signal: AbortSignal) {
    this.site = site
    this.snapshot = snapshot
    this.signal = signal
  }

  /** Throws KUBERNETES_ENDPOINT_ABSENT when the traffic object is not there. */
  scene(): TrafficScene {
    const scene = sceneOf(this.site, this.snapshot)
    if (scene !== null) return scene
    throw endpointAbsent(this.site)
  }

  /** As a write or a read has just shown it. */
  show(object: KubeObject): void {
    this.snapshot = { ...this.snapshot, ...withObject(this.snapshot, object) }
  }

  /** Watches, or reads again and again where watching is not allowed, until the check is content. */
  async until(wait: Wait): Promise<void> {
    if (wait.check(this.scene()) === null) return
    const stop = new AbortController()
    const signal = AbortSignal.any([this.signal, stop.signal])
    const alarm = createAlarm(this.site.clock, signal)
    const lost: unknown[] = []
    const feeds = wait.sources.map((source) => {
      const feed = this.feed(source, { changed: alarm.ring, signal })
      feed.ended.catch((error: unknown) => {
        lost.push(error)
        alarm.ring()
      })
      return { source, feed }
    })
    try {
      await this.follow(wait, { alarm, feeds, lost })
    } finally {
      stop.abort(new Error('the wait is over'))
    }
  }

  private async follow({ check, deadline, late }: Wait, world: Following): Promise<void> {
    const { clock, log } = this.site
    const began = clock.now()
    let told = began
    for (;;) {
      for (const { source, feed } of world.feeds) this.take(source, feed)
      const awaited = check(this.scene())
      if (awaited === null) return
      if (world.lost.length > 0) throw world.lost[0]
      const now = clock.now()
      if (now >= deadline) throw late(awaited)
      if (now - told >= PROGRESS_SECONDS * 1000) {
        log.info(`waiting since ${Math.round((now - began) / 1000)} s: ${awaited}`)
        told = now
      }
      await world.alarm.wait(Math.min(LOOK_SECONDS, secondsUntil(deadline, clock)))
    }
  }

  private feed(source: Source, parts: Pick<Parameters<typeof openFeed>[0], 'changed' | 'signal'>) {
    const { site, snapshot } = this
    const { namespace, trafficObject } = site.place
    const open = (resource: Resource, selection: Omit<Selection, 'namespace'>, start: ObjectList) =>
      openFeed({
        api: site.api,
        ports: site,
        resource: { ...resource, verbs: [...resource.verbs, 'watch'] },
        selection: { namespace, ...selection },
        start: start.resourceVersion === '' ? null : start,
        names: source === 'object' ? () => [trafficObject] : null,
        ...parts,
      })
    switch (source) {
      case 'object': {
        const { object } = snapshot
        const start = {
          items: object === null ? [] : [object],
          resourceVersion: object?.metadata.resourceVersion ?? '',
        }
        const fieldSelector = `metadata.name=${trafficObject}`
        return open(site.backEnd.resource, { fieldSelector }, start)
      }
      case 'slices': {
        const labelSelector = slicesSelector(servicesInUse(site, snapshot))
        return open(ENDPOINT_SLICE, { labelSelector }, snapshot.slices)
      }
      case 'deployments':
        return open(DEPLOYMENT, {}, snapshot.deployments)
    }
  }

  /** What a feed has now takes the place of what was known. */
  private take(source: Source, feed: Feed): void {
    if (!feed.isLoaded()) return
    const items = [...feed.objects.values()]
    const { snapshot } = this
    if (source === 'slices') this.snapshot = { ...snapshot, slices: { ...snapshot.slices, items } }
    else if (source === 'deployments') {
      this.snapshot = { ...snapshot, deployments: { ...snapshot.deployments, items } }
    } else if (items[0] === undefined) this.snapshot = { ...snapshot, object: null }
    else this.show(items[0])
  }
}

interface Following {
  readonly alarm: ReturnType<typeof createAlarm>
  readonly feeds: readonly { readonly source: Source; readonly feed: Feed }[]
  readonly lost: readonly unknown[]
}

const secondsUntil = (deadline: number, clock: Clock): number =>
  Math.max(0.01, (deadline - clock.now()) / 1000)

/** A Service that is the traffic object stands in the list of Services too. */
function withObject(
  { services }: Snapshot,
  object: KubeObject,
): Pick<Snapshot, 'object' | 'services'> {
  const isIt = (one: KubeObject): boolean =>
    one.kind === object.kind && one.metadata.name === object.metadata.name
  const items = services.items.map((one) => (isIt(one) ? object : one))
  return { object, services: { ...services, items } }
}

export function endpointAbsent(site: Site): Error {
  const what = renderId(trafficObjectId(site))
  const { kind } = site.backEnd
  return kubernetesError(
    'KUBERNETES_ENDPOINT_ABSENT',
    `${what}, which back end ${kind} works on, is not there`,
  )
}
