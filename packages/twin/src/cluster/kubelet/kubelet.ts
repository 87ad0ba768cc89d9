// Scheduler and kubelet of a bed: binds pods, leads each along the course of its fate, ends them.
import { setTimeout as sleep } from 'node:timers/promises'
import type { ApiClient } from '../api-client.ts'
import { PodAddresses } from './addresses.ts'
import { planStep } from './course.ts'
import { EventRecorder } from './event-recorder.ts'
import { FateRules, type FateRule } from './fate-rules.ts'
import { NODE } from './node.ts'
import { podPath, type Pod } from './pod.ts'
import { renderPodStatus } from './pod-status.ts'
import { planStop } from './stop.ts'
import type { Step } from './step.ts'

/** A pod that this kubelet runs. */
export interface PodRecord {
  pod: Pod
  readonly ip: string
  readonly startedAt: string
  /** The text of its fate, to see a change. */
  fate: string
  step: Step | null
  restarts: number
  earlierRestarts: number
  timer: NodeJS.Timeout | null
  isDying: boolean
  /** Writes of one pod follow each other. */
  queue: Promise<unknown>
}

export class Kubelet {
  readonly #client: ApiClient
  readonly #rules = new FateRules()
  readonly #events: EventRecorder
  readonly #addresses = new PodAddresses()
  /** By uid. */
  readonly #records = new Map<string, PodRecord>()
  /** Pods without a node: uid to what the scheduler said of them. */
  readonly #scheduled = new Map<string, 'bound' | 'unschedulable'>()
  #isStopped = false

  constructor(client: ApiClient) {
    this.#client = client
    this.#events = new EventRecorder(client)
  }

  get records(): Iterable<PodRecord> {
    return this.#records.values()
  }

  get rules(): FateRules {
    return this.#rules
  }

  find(namespace: string, name: string): PodRecord | undefined {
    return [...this.#records.values()].find(
      ({ pod }) => pod.metadata.namespace === namespace && pod.metadata.name === name,
    )
  }

  /** The pod of this address, if a program in it listens. */
  findServing(ip: string): PodRecord | null {
    for (const record of this.#records.values())
      if (record.ip === ip)
        return record.step?.containers[0]?.state.kind === 'running' ? record : null
    return null
  }

  /** Lists, watches and lists again until `stop`. */
  async run(): Promise<void> {
    while (!this.#isStopped) {
      const list = await this.#client.ask({ method: 'GET', path: '/api/v1/pods' })
      if (list.status === 200) await this.#follow(list.body)
      if (!this.#isStopped) await sleep(100)
    }
  }

  stop(): void {
    this.#isStopped = true
    for (const { timer } of this.#records.values()) if (timer !== null) clearTimeout(timer)
    this.#client.cutWatches()
  }

  /** Holds for pods that live and for pods to come. */
  async addRule(rule: FateRule): Promise<void> {
    this.#rules.add(rule)
    const { body, status } = await this.#client.ask({ method: 'GET', path: '/api/v1/pods' })
    if (status === 200) for (const pod of body['items'] as Pod[]) this.#see(pod)
  }

  /** Ends the watch, as a server does now and then. */
  cutWatch(): void {
    this.#client.cutWatches()
  }

  async #follow(list: Readonly<Record<string, unknown>>): Promise<void> {
    const pods = list['items'] as readonly Pod[]
    const uids = new Set(pods.map(({ metadata }) => metadata.uid))
    for (const uid of this.#records.keys()) if (!uids.has(uid)) this.#forget(uid)
    for (const pod of pods) this.#see(pod)
    const { resourceVersion } = list['metadata'] as { readonly resourceVersion: string }
    const query = `watch=1&allowWatchBookmarks=true&resourceVersion=${resourceVersion}`
    await this.#client.watch(`/api/v1/pods?${query}`, ({ type, object }) => {
      if (type === 'ERROR') this.#client.cutWatches()
      else if (type === 'DELETED') this.#forget((object as unknown as Pod).metadata.uid)
      else if (type !== 'BOOKMARK') this.#see(object as unknown as Pod)
    })
  }

  #forget(uid: string): void {
    const record = this.#records.get(uid)
    if (record?.timer) clearTimeout(record.timer)
    this.#records.delete(uid)
    this.#scheduled.delete(uid)
  }

  #see(pod: Pod): void {
    if (pod.spec.nodeName === undefined) this.#schedule(pod)
    else if (pod.spec.nodeName === NODE) this.#keep(pod)
  }

  #schedule(pod: Pod): void {
    const { uid, deletionTimestamp } = pod.metadata
    const said = this.#scheduled.get(uid)
    if (deletionTimestamp !== undefined || said === 'bound') return
    if ((pod.spec.schedulingGates ?? []).length > 0) return
    const wanted = this.#rules.fateOf(pod).kind === 'unschedulable' ? 'unschedulable' : 'bound'
    if (wanted === said) return
    this.#scheduled.set(uid, wanted)
    void (wanted === 'bound' ? this.#bind(pod) : this.#tellUnschedulable(pod))
  }

  async #bind(pod: Pod): Promise<void> {
    const { name, namespace, uid } = pod.metadata
    const { status } = await this.#client.ask({
      method: 'POST',
      path: `${podPath(pod)}/binding`,
      body: {
        apiVersion: 'v1',
        kind: 'Binding',
        metadata: { name, namespace, uid },
        target: { apiVersion: 'v1', kind: 'Node', name: NODE },
      },
    })
    // The next sight of the pod tries again.
    if (status !== 201) this.#scheduled.delete(uid)
  }

  async #tellUnschedulable(pod: Pod): Promise<void> {
    const message =
      '0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.'
    const condition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }
    await this.#patchStatus(pod, { conditions: [condition] })
    const event = { type: 'Warning', reason: 'FailedScheduling', message } as const
    await this.#events.tell(pod, event, 'default-scheduler')
  }

  #keep(pod: Pod): void {
    const record = this.#records.get(pod.metadata.uid) ?? this.#take(pod)
    record.pod = pod
    if (pod.metadata.deletionTimestamp !== undefined) return this.#end(record)
    const fate = this.#rules.textOf(pod)
    if (fate === record.fate) return
    record.fate = fate
    record.earlierRestarts = record.restarts
    this.#advance(record, 0)
  }

  #take(pod: Pod): PodRecord {
    const startedAt = stamp()
    const record: PodRecord = {
      pod,
      ip: this.#addresses.take(),
      startedAt,
      fate: '',
      step: null,
      restarts: 0,
      earlierRestarts: 0,
      timer: null,
      isDying: false,
      queue: Promise.resolve(),
    }
    this.#records.set(pod.metadata.uid, record)
    return record
  }

  #advance(record: PodRecord, number: number): void {
    if (record.timer !== null) clearTimeout(record.timer)
    record.timer = null
    if (record.isDying || this.#isStopped) return
    const step = planStep(record.pod, this.#rules.fateOf(record.pod), number)
    record.step = step
    record.restarts = record.earlierRestarts + (step.containers[0]?.restarts ?? 0)
    this.#write(record, step)
    if (step.next !== null)
      record.timer = setTimeout(() => this.#advance(record, number + 1), step.next)
  }

  #write(record: PodRecord, step: Step): void {
    const { pod, ip, startedAt, earlierRestarts } = record
    const status = renderPodStatus(pod, step, { ip, startedAt, earlierRestarts, now: stamp() })
    record.queue = record.queue.then(async () => {
      await this.#patchStatus(pod, status)
      for (const event of step.events) await this.#events.tell(pod, event)
    })
  }

  /** The pod's program gets its grace; then the kubelet says how it ended, and the pod is gone. */
  #end(record: PodRecord): void {
    if (record.isDying) return
    record.isDying = true
    if (record.timer !== null) clearTimeout(record.timer)
    const { step, graceMs } = planStop(record.pod, record.step)
    record.timer = setTimeout(() => {
      record.step = step
      if (step !== null) this.#write(record, step)
      record.queue = record.queue.then(() => this.#remove(record.pod))
    }, graceMs)
  }

  async #remove(pod: Pod): Promise<void> {
    const body = {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      gracePeriodSeconds: 0,
      preconditions: { uid: pod.metadata.uid },
    }
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      const { status } = await this.#client.ask({ method: 'DELETE', path: podPath(pod), body })
      if (status === 200 || status === 404 || status === 409) return
      await sleep(200 * attempt)
    }
  }

  /** A pod that went away, or was replaced by one of its name, is left alone. */
  async #patchStatus(pod: Pod, status: object): Promise<void> {
    await this.#client.ask({
      method: 'PATCH',
      path: `${podPath(pod)}/status`,
      body: { metadata: { uid: pod.metadata.uid }, status },
      type: 'application/strategic-merge-patch+json',
    })
  }
}

const stamp = (): string => `${new Date().toISOString().slice(0, 19)}Z`
