// A request by what it is, so that it is found again in another run, in another namespace.
import type { ProxiedRequest } from '../proxy/fault.ts'

export interface Point {
  /** `PATCH /api/v1/namespaces/NS/configmaps/web by sluice` */
  readonly request: string
  /** 1 is the first of those that read alike. */
  readonly nth: number
  readonly isWrite: boolean
}

export type Moment = 'before' | 'after'

/** It can change the cluster. Reviews of rights are POSTs that change nothing. */
export const isWrite = ({ method, path, query }: ProxiedRequest): boolean =>
  method !== 'GET' && !path.startsWith('/apis/authorization.k8s.io/') && !query.has('dryRun')

/** Finds points in the requests of one run; for one run alone. */
export class PointCounter {
  readonly #namespace: string
  readonly #seen = new Map<string, number>()

  constructor(namespace: string) {
    this.#namespace = namespace
  }

  take(request: ProxiedRequest): Point {
    const text = this.#render(request)
    const nth = (this.#seen.get(text) ?? 0) + 1
    this.#seen.set(text, nth)
    return { request: text, nth, isWrite: isWrite(request) }
  }

  #render({ method, path, query, body }: ProxiedRequest): string {
    const by = query.get('fieldManager')
    const verb = query.get('watch') === null ? method : 'WATCH'
    const review = path.startsWith('/apis/authorization.k8s.io/') ? ` ${reviewed(body)}` : ''
    return `${verb} ${path}${review}${by === null ? '' : ` by ${by}`}`.replaceAll(
      this.#namespace,
      'NS',
    )
  }
}

const reviewed = (body: string): string =>
  JSON.stringify((JSON.parse(body) as { readonly spec?: unknown }).spec)

export const isSame = (a: Point, b: Point): boolean => a.request === b.request && a.nth === b.nth

export const renderPoint = ({ request, nth }: Point): string =>
  nth === 1 ? request : `${request} (${nth})`
