// What the program in a pod answers, as the annotations of its template and the request say (pure).
import type { Pod } from './pod.ts'

export interface PodRequest {
  readonly method: string
  /** Path and query. */
  readonly path: string
  readonly host: string
  /** How many requests the pod has had, this one included. */
  readonly number: number
}

export interface PodAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly delayMs: number
}

/** Annotations, each on its own optional. The harness of the cluster suites describes them. */
const NAMES = {
  /** Status of every answer. */
  status: 'test/http-status',
  /** Milliseconds from a request to its answer. */
  delay: 'test/http-delay',
  /** JSON object: fields to add to the answer. */
  answer: 'test/answer',
  /** The whole body, instead of the JSON answer. */
  body: 'test/http-body',
  /** JSON object: headers to add. */
  headers: 'test/http-headers',
  /** Status of the answers that fail: all, or as the next two say. */
  fail: 'test/fail',
  /** Only after so many requests of this pod. */
  failAfter: 'test/fail-after',
  /** Only for this Host: a fault that a look at the preview address does not find. */
  failHost: 'test/fail-host',
} as const

/** `work=MS` in the query: a request that takes long, whichever pod has it. */
export function planAnswer(pod: Pod, ip: string, request: PodRequest): PodAnswer {
  const said = (name: keyof typeof NAMES) => pod.metadata.annotations?.[NAMES[name]]
  const url = new URL(request.path, 'http://pod')
  const failure = planFailure(pod, request)
  return {
    status: failure ?? Number(said('status') ?? 200),
    headers: { 'content-type': 'application/json', ...readObject(said('headers')) },
    body:
      said('body') ??
      JSON.stringify({ ...describe(pod, ip, request.path), ...readObject(said('answer')) }),
    delayMs: Number(said('delay') ?? 0) + Number(url.searchParams.get('work') ?? 0),
  }
}

function planFailure({ metadata }: Pod, request: PodRequest): number | null {
  const said = (name: keyof typeof NAMES) => metadata.annotations?.[NAMES[name]]
  const status = said('fail')
  if (status === undefined) return null
  const host = said('failHost')
  if (host !== undefined && host !== request.host) return null
  return request.number > Number(said('failAfter') ?? 0) ? Number(status) : null
}

function describe(pod: Pod, ip: string, path: string): object {
  const image = pod.spec.containers[0]?.image ?? ''
  const { name, namespace, labels = {} } = pod.metadata
  return { pod: name, namespace, ip, path, image, version: tagOf(image), labels }
}

const tagOf = (image: string): string => /:([^/:@]+)(?:@.*)?$/.exec(image)?.[1] ?? ''

const readObject = (text: string | undefined): Record<string, string> =>
  text === undefined ? {} : (JSON.parse(text) as Record<string, string>)
