// A platform in memory: strict where real ones are strict, and able to fail before or after a write.
import {
  parseWeights,
  rolloutError,
  SluiceError,
  type Capabilities,
  type DeployOrder,
  type Health,
  type Observation,
  type Platform,
  type ProbeAnswer,
  type ProbeRequest,
  type RawMarks,
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
  marks: RawMarks
  /** Fields that the product does not know; they must survive its writes (S8). */
  unknown: Record<string, unknown>
  version: number
}

export type MemoryWorkload = { readonly image: string }

/** Called around each write; throwing stands for a lost connection or a killed runner. */
export type WriteHook = (moment: 'before' | 'after', writes: number) => void

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
    const { slots, traffic, mirror, marks, version } = structuredClone(this.state)
    return Promise.resolve({
      endpoint: this.endpoint,
      exists: Object.keys(slots).length > 0,
      changing: false,
      slots: Object.entries(slots).map(([slot, facts]) => ({ slot, detail: '', ...facts })),
      traffic,
      mirror,
      marks,
      version: String(version),
    })
  }

  deploy(order: DeployOrder<MemoryWorkload>, signal: AbortSignal): Promise<WriteReport> {
    signal.throwIfAborted()
    if ((this.state.traffic[order.slot] ?? 0) > 0) {
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
    return this.#write(() => {
      this.state.traffic = { ...change.weights }
      this.state.marks = { ...change.marks }
      this.trafficLog.push({ ...change.weights })
    })
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

  retire(slot: string, signal: AbortSignal): Promise<WriteReport> {
    signal.throwIfAborted()
    if ((this.state.traffic[slot] ?? 0) > 0) {
      return Promise.reject(refusal('MEMORY_SLOT_HAS_TRAFFIC', `slot ${slot} has traffic`))
    }
    if (!(slot in this.state.slots)) return Promise.resolve({ changed: false })
    return this.#write(() => {
      delete this.state.slots[slot]
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
