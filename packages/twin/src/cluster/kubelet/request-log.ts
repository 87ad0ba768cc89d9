// Which requests reached which pod: also those whose answers nobody sees, as a mirror's.

export interface PodRequestRecord {
  readonly namespace: string
  readonly pod: string
  readonly labels: Readonly<Record<string, string>>
  readonly method: string
  /** Path and query. */
  readonly path: string
  readonly host: string
  /** Header x-request-id; '' where there is none. */
  readonly id: string
  /** Length of the body. */
  readonly bytes: number
}

/** A long run of the suites must not fill the memory. */
const LIMIT = 100_000

export class RequestLog {
  #records: PodRequestRecord[] = []
  readonly #counts = new Map<string, number>()

  /** How many requests a pod has had, this one included. `uid`: of the pod. */
  count(uid: string): number {
    const number = (this.#counts.get(uid) ?? 0) + 1
    this.#counts.set(uid, number)
    return number
  }

  add(record: PodRequestRecord): void {
    this.#records.push(record)
    if (this.#records.length > 2 * LIMIT) this.#records = this.#records.slice(-LIMIT)
  }

  /** Of one namespace, oldest first. */
  of(namespace: string): readonly PodRequestRecord[] {
    return this.#records.filter((record) => record.namespace === namespace)
  }
}
