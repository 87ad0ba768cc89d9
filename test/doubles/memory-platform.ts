// A platform in memory: strict where real ones are strict, and able to fail before or after a write.
import {
  parseWeights,
  replicasFor,
  rolloutError,
  shareOf,
  SluiceError,
  type Capabilities,
  type DeployOrder,
  type Health,
  type Observation,
  type Platform,
  type ProbeAnswer,
  type ProbeRequest,
  type RawMarks,
  type Retirement,
  type SlotMatch,
  type WeightsChange,
  type WriteReport,
} from '@sluice/rollout'

export interface MemorySlot {
  readonly health: Health
  readonly revision: string | null
  readonly replicas: number
}

export interface MemoryState {
  slots: Record<string, MemorySlot>
  traffic: Record<string, number>
  mirror: Record<string, number>
  match: SlotMatch | null
  /** By replicas: marks were written, and the pods that belong to them were not yet there. */
  unfinished: boolean
  marks: RawMarks
  /** Fields that the product does not know; they must survive its writes (S8). */
  unknown: Record<string, unknown>
  version: number
}

export type MemoryWorkload = { readonly image: string }

/**
 * Called around each write; throwing stands for a lost connection or a killed runner. `between`: by
 * replicas, when the marks are written and the pods are not.
 */
export type WriteHook = (moment: 'before' | 'between' | 'after', writes: number) => void

export class MemoryPlatform implements Platform<MemoryWorkload> {
  readonly capabilities: Capabilities
  readonly endpoint = 'memory/churn'
  state: MemoryState
  hook: WriteHook = () => undefined
  /** Every set of weights that was ever written, in order. */
  readonly trafficLog: Record<string, number>[] = []
  #writes = 0

  constructor(state: Partial<MemoryState> = {}, capabilities: Partial<Capabilities> = {}) {
    this.state = {
      slots: {},
      traffic: {},
      mirror: {},
      match: null,
      unfinished: false,
      marks: {},
      unknown: { owner: 'another team' },
      version: 1,
      ...state,
    }
    this.capabilities = {
      weights: 'any',
      mirrorMaxPercent: 0,
      probesSlot: true,
      provesSlot: true,
      compareAndSwap: true,
      ...capabilities,
    }
  }

  observe(signal: AbortSignal): Promise<Observation> {
    signal.throwIfAborted()
    const { slots, traffic, mirror, match, unfinished, marks, version } = structuredClone(
      this.state,
    )
    return Promise.resolve({
      endpoint: this.endpoint,
      exists: Object.keys(slots).length > 0,
      changing: false,
      slots: Object.entries(slots).map(([slot, facts]) => ({
        slot,
        detail: '',
        ...facts,
        ...(this.capabilities.weights === 'replicas' && { share: this.#share(slot) }),
      })),
      traffic,
      mirror,
      match,
      ...(unfinished && { unfinished }),
      marks,
      version: String(version),
    })
  }

  deploy(order: DeployOrder<MemoryWorkload>, signal: AbortSignal): Promise<WriteReport> {
    signal.throwIfAborted()
    if ((this.state.traffic[order.slot] ?? 0) > 0 || this.state.match?.slot === order.slot) {
      return Promise.reject(refusal('MEMORY_SLOT_HAS_TRAFFIC', `slot ${order.slot} has traffic`))
    }
    return this.#write(() => {
      this.state.slots[order.slot] = { health: 'healthy', revision: order.mark, replicas: 1 }
    })
  }

  setWeights(change: WeightsChange, signal: AbortSignal): Promise<WriteReport> {
    signal.throwIfAborted()
    const parsed = parseWeights(change.weights)
    if (!parsed.ok)
      return Promise.reject(refusal('MEMORY_BAD_WEIGHTS', 'weights do not sum to 100'))
    const missing = Object.keys(change.weights).filter((slot) => !(slot in this.state.slots))
    if (missing.length > 0) {
      return Promise.reject(refusal('MEMORY_NO_SLOT', `no slot ${missing.join(', ')}`))
    }
    if (this.capabilities.compareAndSwap && change.seen.version !== String(this.state.version)) {
      return Promise.reject(rolloutError('ROLLOUT_CHANGED_MEANWHILE', 'changed since it was read'))
    }
    const strange = this.#cannotRoute(change)
    if (strange !== null) return Promise.reject(refusal('MEMORY_BAD_ROUTING', strange))
    return this.capabilities.weights === 'replicas'
      ? this.#writeReplicas(change)
      : this.#write(() => this.#route(change))
  }

  #route({ weights, match = null, mirror = {}, marks }: WeightsChange): void {
    this.state.traffic = { ...weights }
    this.state.match = match
    this.state.mirror = { ...mirror }
    this.state.marks = { ...marks }
    this.trafficLog.push({ ...weights })
  }

  #cannotRoute({ match = null, mirror = {} }: WeightsChange): string | null {
    const { matches = [], mirrorMaxPercent } = this.capabilities
    if (match !== null && !matches.includes(match.kind)) return `no match by ${match.kind}`
    const names = [...Object.keys(mirror), ...(match === null ? [] : [match.slot])]
    const missing = names.find((slot) => !(slot in this.state.slots))
    if (missing !== undefined) return `no slot ${missing}`
    return Object.values(mirror).some((percent) => percent > mirrorMaxPercent) ? 'mirror' : null
  }

  /** A share needs pods beside those of the other slot; 0 and 100 pin one slot in a single write. */
  async #writeReplicas(change: WeightsChange): Promise<WriteReport> {
    const [first, second] = Object.keys(change.weights)
    if (first === undefined || second === undefined) {
      return this.#write(() => {
        this.#route(change)
        this.state.unfinished = false
      })
    }
    const rising = (change.weights[first] ?? 0) > (this.state.traffic[first] ?? 0)
    const [steady, candidate] = rising ? [second, first] : [first, second]
    this.#writes += 1
    this.hook('before', this.#writes)
    this.state.marks = { ...change.marks }
    this.state.unfinished = true
    this.state.version += 1
    this.hook('between', this.#writes)
    this.#route(change)
    const percent = change.weights[candidate] ?? 0
    const replicas = replicasFor(percent, this.state.slots[steady]?.replicas ?? 0)
    const slot = this.state.slots[candidate]
    if (slot !== undefined) this.state.slots[candidate] = { ...slot, replicas }
    this.state.unfinished = false
    this.state.version += 1
    this.hook('after', this.#writes)
    await Promise.resolve()
    return { changed: true }
  }

  #share(slot: string): number {
    const serving = Object.entries(this.state.traffic).filter(([, weight]) => weight > 0)
    const count = (name: string) => this.state.slots[name]?.replicas ?? 0
    const others = serving.filter(([name]) => name !== slot)
    if (!serving.some(([name]) => name === slot)) return 0
    return shareOf(
      count(slot),
      others.reduce((total, [name]) => total + count(name), 0),
    )
  }

  probe(slot: string, request: ProbeRequest, signal: AbortSignal): Promise<ProbeAnswer> {
    signal.throwIfAborted()
    const found = this.state.slots[slot]
    return Promise.resolve(
      found === undefined
        ? { status: 404, body: '', answeredBy: null, latencyMs: 1, detail: 'no such slot' }
        : { status: 200, body: request.body, answeredBy: slot, latencyMs: 1, detail: '' },
    )
  }

  retire(slot: string, signal: AbortSignal, how: Retirement = 'delete'): Promise<WriteReport> {
    signal.throwIfAborted()
    if ((this.state.traffic[slot] ?? 0) > 0 || this.state.match?.slot === slot) {
      return Promise.reject(refusal('MEMORY_SLOT_HAS_TRAFFIC', `slot ${slot} has traffic`))
    }
    const found = this.state.slots[slot]
    if (found === undefined) return Promise.resolve({ changed: false })
    if (how === 'delete') {
      return this.#write(() => {
        delete this.state.slots[slot]
      })
    }
    if (this.capabilities.scalesToZero !== true) {
      return Promise.reject(refusal('MEMORY_NO_ZERO', `slot ${slot} can only be deleted`))
    }
    if (found.replicas === 0) return Promise.resolve({ changed: false })
    return this.#write(() => {
      this.state.slots[slot] = { ...found, replicas: 0 }
    })
  }

  async #write(change: () => void): Promise<WriteReport> {
    this.#writes += 1
    this.hook('before', this.#writes)
    change()
    this.state.version += 1
    this.hook('after', this.#writes)
    await Promise.resolve()
    return { changed: true }
  }
}

const refusal = (code: string, message: string): SluiceError =>
  new SluiceError({ code, fault: 'platform', message, hint: 'This is the memory platform.' })
