// Writes Events as a kubelet and a scheduler do: one per pod and text, counted when it comes again.
import type { ApiClient } from '../api-client.ts'
import { NODE } from './node.ts'
import type { Pod } from './pod.ts'
import type { PodEvent } from './step.ts'

interface Told {
  readonly name: string
  count: number
}

export class EventRecorder {
  readonly #client: ApiClient
  readonly #told = new Map<string, Told>()
  #number = 0

  constructor(client: ApiClient) {
    this.#client = client
  }

  /** An event that cannot be written (a namespace that goes away) is lost, as a kubelet's is. */
  async tell(pod: Pod, event: PodEvent, component = 'kubelet'): Promise<void> {
    const { namespace, uid } = pod.metadata
    const path = `/api/v1/namespaces/${namespace}/events`
    const key = [uid, event.container, event.reason, event.message].join('\n')
    const lastTimestamp = now()
    const known = this.#told.get(key)
    if (known !== undefined) {
      known.count += 1
      const body = { count: known.count, lastTimestamp }
      const type = 'application/merge-patch+json'
      await this.#client.ask({ method: 'PATCH', path: `${path}/${known.name}`, body, type })
      return
    }
    this.#number += 1
    const name = `${pod.metadata.name}.${Date.now().toString(16)}${this.#number.toString(16)}`
    this.#told.set(key, { name, count: 1 })
    const body = renderEvent({ pod, event, component, name, now: lastTimestamp })
    await this.#client.ask({ method: 'POST', path, body })
  }
}

const now = (): string => `${new Date().toISOString().slice(0, 19)}Z`

function renderEvent(about: {
  readonly pod: Pod
  readonly event: PodEvent
  readonly component: string
  readonly name: string
  readonly now: string
}): object {
  const { pod, event, component } = about
  const { name, namespace, uid } = pod.metadata
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: about.name, namespace },
    involvedObject: {
      apiVersion: 'v1',
      kind: 'Pod',
      name,
      namespace,
      uid,
      ...(event.container !== undefined && { fieldPath: `spec.containers{${event.container}}` }),
    },
    type: event.type,
    reason: event.reason,
    message: event.message,
    source: { component, ...(component === 'kubelet' && { host: NODE }) },
    reportingComponent: component,
    firstTimestamp: about.now,
    lastTimestamp: about.now,
    count: 1,
  }
}
