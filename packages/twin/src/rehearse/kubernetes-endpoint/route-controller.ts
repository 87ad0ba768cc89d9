// Stands for the controller of a gateway: it tells of each HTTPRoute whether its Gateway is there and
// whether its backends are, as the status of the Gateway API wants it. Nothing is accepted unseen.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Administrator } from '../cluster/administrator.ts'
import { backendsOf, pathOfRoutes, type Backend, type HttpRoute } from './routing.ts'

type Writer = Pick<Administrator, 'read' | 'writeStatus'>

const CONTROLLER = 'sluice.dev/rehearsal'
const PAUSE_MS = 100

interface Condition {
  readonly type: 'Accepted' | 'ResolvedRefs'
  readonly status: 'True' | 'False'
  readonly reason: string
  readonly message: string
}

interface Service {
  readonly spec?: { readonly ports?: readonly { readonly port: number }[] }
}

export class RouteController {
  readonly #administrator: Writer
  readonly #namespaces: readonly string[]
  /** What was told last, by uid. */
  readonly #told = new Map<string, string>()
  /** Backends of every generation that was seen, oldest first, by `namespace/name`. */
  readonly #seen = new Map<string, (readonly Backend[])[]>()
  /** Generation last seen, by `namespace/name`. */
  readonly #generations = new Map<string, number>()
  #stopped = false
  #running: Promise<void> = Promise.resolve()

  constructor(administrator: Writer, namespaces: readonly string[]) {
    this.#administrator = administrator
    this.#namespaces = namespaces
  }

  start(): void {
    this.#running = this.#run()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#running
  }

  historyOf(namespace: string, name: string): readonly (readonly Backend[])[] {
    return this.#seen.get(`${namespace}/${name}`) ?? []
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      // A look that failed is made again; without one nothing is accepted.
      for (const namespace of this.#namespaces) await this.look(namespace).catch(() => undefined)
      await sleep(PAUSE_MS)
    }
  }

  /** One look at the routes of a namespace. */
  async look(namespace: string): Promise<void> {
    const path = pathOfRoutes(namespace)
    const list = await this.#administrator.read<{ readonly items: readonly HttpRoute[] }>(path)
    for (const route of list?.items ?? []) await this.#tell(namespace, route)
  }

  async #tell(namespace: string, route: HttpRoute): Promise<void> {
    const { uid = '', generation = 0, name } = route.metadata
    const parents = await this.#parentsOf(namespace, route)
    const told = JSON.stringify(parents)
    const known = this.#told.get(uid)
    if (known === told) return
    this.#keep(`${namespace}/${name}`, route, generation)
    const at = new Date().toISOString()
    const status = {
      parents: parents.map(({ conditions, ...parent }) => ({
        ...parent,
        conditions: conditions.map((one) => ({ ...one, lastTransitionTime: at })),
      })),
    }
    const written = await this.#administrator.writeStatus(
      `${pathOfRoutes(namespace)}/${name}`,
      status,
    )
    if (written) this.#told.set(uid, told)
  }

  #keep(key: string, route: HttpRoute, generation: number): void {
    if (this.#generations.get(key) === generation) return
    this.#generations.set(key, generation)
    this.#seen.set(key, [...(this.#seen.get(key) ?? []), backendsOf(route)])
  }

  async #parentsOf(namespace: string, route: HttpRoute) {
    const resolved = await this.#resolve(namespace, backendsOf(route))
    const { generation: observedGeneration = 0 } = route.metadata
    return Promise.all(
      (route.spec.parentRefs ?? []).map(async (parentRef) => {
        const accepted = await this.#accept(parentRef.namespace ?? namespace, parentRef.name)
        const conditions = [accepted, resolved].map((one) => ({ ...one, observedGeneration }))
        return { parentRef, controllerName: CONTROLLER, conditions }
      }),
    )
  }

  async #accept(namespace: string, name: string): Promise<Condition> {
    const path = `/apis/gateway.networking.k8s.io/v1/namespaces/${namespace}/gateways/${name}`
    const isThere = (await this.#administrator.read(path)) !== null
    return isThere
      ? { type: 'Accepted', status: 'True', reason: 'Accepted', message: '' }
      : {
          type: 'Accepted',
          status: 'False',
          reason: 'NoMatchingParent',
          message: `no Gateway ${name}`,
        }
  }

  /** Every backend counts, those at weight 0 too. */
  async #resolve(namespace: string, backends: readonly Backend[]): Promise<Condition> {
    for (const { service, port } of backends) {
      const path = `/api/v1/namespaces/${namespace}/services/${service}`
      const found = await this.#administrator.read<Service>(path)
      const offers = found?.spec?.ports?.some((one) => one.port === port) === true
      if (offers) continue
      const message = `no Service ${service} with port ${port}`
      return { type: 'ResolvedRefs', status: 'False', reason: 'BackendNotFound', message }
    }
    return { type: 'ResolvedRefs', status: 'True', reason: 'ResolvedRefs', message: '' }
  }
}
