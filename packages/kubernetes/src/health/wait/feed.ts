// One kind in one place, kept as the server has it: by watch, by list where watching is forbidden,
// by name where even listing is.
import { SluiceError } from '@sluice/rollout'
import type {
  ApiServer,
  ObjectList,
  Refusal,
  Resource,
  Selection,
} from '../../connection/api-server.ts'
import { renderApiVersion, type KubeObject } from '../../object.ts'
import type { WaitPorts } from './options.ts'

export interface FeedParts {
  readonly api: ApiServer
  readonly ports: Pick<WaitPorts, 'clock' | 'log'>
  readonly resource: Resource
  readonly selection: Selection
  /** What is there already; with a version to watch from, nothing is listed at first. */
  readonly start: ObjectList | null
  /** For reading by name where listing is forbidden; null: then there is nothing to see. */
  readonly names: (() => readonly string[]) | null
  /** Called after each change, and when it was first read. */
  readonly changed: () => void
  /** Ends it. */
  readonly signal: AbortSignal
}

export interface Feed {
  /** By name; of all namespaces by `namespace/name`. */
  readonly objects: ReadonlyMap<string, KubeObject>
  /** What was there and is not any more, as last seen. */
  readonly gone: ReadonlyMap<string, KubeObject>
  /** Grows with each change. */
  readonly revision: () => number
  /** Everything was read at least once. */
  readonly isLoaded: () => boolean
  /** Nothing of it may be read. */
  readonly isDenied: () => boolean
  /** The last reason why nothing new was read; null when all is well. */
  readonly trouble: () => string | null
  /** Resolves when the signal is aborted; rejects when nothing can be read for good. */
  readonly ended: Promise<void>
}

const POLL_SECONDS = 5
const LONGEST_PAUSE_SECONDS = 10

export function openFeed(parts: FeedParts): Feed {
  const state = new FeedState(parts)
  const ended = state.run().catch((error: unknown) => {
    if (!parts.signal.aborted) throw error
  })
  return {
    objects: state.objects,
    gone: state.gone,
    revision: () => state.revision,
    isLoaded: () => state.loaded,
    isDenied: () => state.denied,
    trouble: () => state.trouble,
    ended,
  }
}

class FeedState {
  readonly objects = new Map<string, KubeObject>()
  readonly gone = new Map<string, KubeObject>()
  loaded = false
  revision = 0
  denied = false
  trouble: string | null = null
  private readonly parts: FeedParts
  private version: string | null = null
  private canWatch = true
  private canList = true
  private failures = 0

  constructor(parts: FeedParts) {
    this.parts = parts
    this.canWatch = parts.resource.verbs.includes('watch')
    if (parts.start !== null) {
      for (const object of parts.start.items) this.put(object)
      this.version = parts.start.resourceVersion
      this.loaded = true
    }
  }

  async run(): Promise<void> {
    while (!this.parts.signal.aborted && !this.denied) {
      try {
        await this.turn()
      } catch (error) {
        if (this.parts.signal.aborted) return
        // Without credentials nothing can be seen any more; all else may pass.
        if (!(error instanceof SluiceError) || error.fault !== 'platform') throw error
        await this.pause(error.message)
      }
    }
  }

  private async turn(): Promise<void> {
    if (this.canWatch && this.version !== null) return this.watch(this.version)
    const isRead = this.canList ? await this.list() : await this.read()
    const mayWatch = this.canWatch && this.version !== null
    if (isRead && !mayWatch) await this.sleep(POLL_SECONDS)
  }

  private async watch(resourceVersion: string): Promise<void> {
    const { api, resource, selection, signal } = this.parts
    const events = api.watch(resource, { ...selection, resourceVersion, signal })
    for (;;) {
      const step = await events.next()
      if (step.done === true) {
        if (!step.value.ok) await this.refused(step.value.refusal, 'watch')
        else await this.breathe()
        return
      }
      this.trouble = null
      this.failures = 0
      const event = step.value
      if (event.type === 'BOOKMARK') {
        this.version = event.resourceVersion
        continue
      }
      this.version = event.object.metadata.resourceVersion ?? this.version
      if (event.type === 'DELETED') this.dropNewer(event.object)
      else this.put(event.object)
      this.parts.changed()
    }
  }

  /** A server that ends each watch at once must not be asked without a pause. */
  private async breathe(): Promise<void> {
    await this.sleep(0.2)
  }

  private async list(): Promise<boolean> {
    const { api, resource, selection } = this.parts
    const answer = await api.list(resource, selection)
    if (!answer.ok) return this.refused(answer.refusal, 'list')
    this.replace(answer.value.items)
    this.version = answer.value.resourceVersion
    return this.fine()
  }

  private async read(): Promise<boolean> {
    const { api, resource, selection, names } = this.parts
    const found: KubeObject[] = []
    for (const name of names?.() ?? []) {
      const { group, version, kind } = resource
      const answer = await api.get({ group, version, kind, namespace: selection.namespace, name })
      if (!answer.ok) return this.refused(answer.refusal, 'get')
      if (answer.value !== null) found.push(answer.value)
    }
    this.replace(found)
    return this.fine()
  }

  private fine(): true {
    this.loaded = true
    this.trouble = null
    this.failures = 0
    this.parts.changed()
    return true
  }

  /** False, always: nothing was read. */
  private async refused(refusal: Refusal, verb: 'watch' | 'list' | 'get'): Promise<false> {
    // What is watched next may be too old or unknown: read it whole.
    this.version = null
    if (refusal.status === 410) {
      await this.breathe()
      return false
    }
    if (refusal.status !== 403 && refusal.status !== 405) {
      await this.pause(`${refusal.status} ${refusal.reason}: ${refusal.message}`)
      return false
    }
    this.canWatch = false
    if (verb === 'watch') return false
    if (verb === 'list' && this.parts.names !== null) {
      this.canList = false
      return false
    }
    this.denied = true
    this.trouble = refusal.message
    this.parts.changed()
    return false
  }

  private async pause(why: string): Promise<void> {
    this.trouble = why
    this.failures += 1
    await this.sleep(Math.min(LONGEST_PAUSE_SECONDS, 2 ** Math.min(this.failures - 1, 4)))
  }

  private async sleep(seconds: number): Promise<void> {
    await this.parts.ports.clock.sleep(seconds, this.parts.signal)
  }

  private replace(items: readonly KubeObject[]): void {
    const missing = new Map(this.objects)
    for (const object of items) {
      missing.delete(this.keyOf(object))
      this.put(object)
    }
    for (const object of missing.values()) this.drop(object)
  }

  private put(object: KubeObject): void {
    const key = this.keyOf(object)
    if (this.isOld(key, object)) return
    const { group, version, kind } = this.parts.resource
    // Members of a list come without their type.
    const typed = { ...object, apiVersion: renderApiVersion(group, version), kind }
    this.objects.set(key, typed)
    this.revision += 1
    this.gone.delete(key)
  }

  /** An earlier object of the same name went, before the one that we wait for was written. */
  private dropNewer(object: KubeObject): void {
    if (!this.isOld(this.keyOf(object), object)) this.drop(object)
  }

  /** A watch from the oldest write also tells what the others were before theirs. */
  private isOld(key: string, { metadata }: KubeObject): boolean {
    const [held, found] = [
      this.objects.get(key)?.metadata.resourceVersion,
      metadata.resourceVersion,
    ]
    const isNumber = (text: string | undefined): text is string => /^\d+$/.test(text ?? '')
    return isNumber(held) && isNumber(found) && BigInt(found) < BigInt(held)
  }

  private drop(object: KubeObject): void {
    const key = this.keyOf(object)
    const last = this.objects.get(key)
    this.objects.delete(key)
    this.revision += 1
    this.gone.set(key, { ...object, kind: last?.kind ?? this.parts.resource.kind })
  }

  private keyOf({ metadata }: KubeObject): string {
    const name = metadata.name ?? ''
    const { namespace } = this.parts.selection
    return namespace === null && metadata.namespace !== undefined
      ? `${metadata.namespace}/${name}`
      : name
  }
}
