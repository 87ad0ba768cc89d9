// From an HTTP answer to the seam's Answer.
import { renderId, type KubeObject, type ObjectId } from '../object.ts'
import { isRecord, parseJson } from '../record.ts'
import type { Answer, Refusal, Resource } from './api-server.ts'
import { segmentFault } from './paths.ts'
import { parseRefusal, type RefusedRequest } from './refusal.ts'

export const given = <Value>(value: Value): Answer<Value> => ({ ok: true, value })
export const refused = (refusal: Refusal): Answer<never> => ({ ok: false, refusal })

interface Told {
  readonly status: number
  readonly text: string
}

/** A 2xx whose body is a JSON object; anything else is a refusal. */
export function readAnswer(
  answer: Told,
  request: RefusedRequest,
): Answer<Readonly<Record<string, unknown>>> {
  if (answer.status >= 200 && answer.status < 300) {
    const value = parseJson(answer.text)
    if (isRecord(value)) return given(value)
  }
  return refused(parseRefusal(answer, request))
}

export const readObject = (answer: Told, request: RefusedRequest): Answer<KubeObject> =>
  readAnswer(answer, request) as Answer<KubeObject>

const isSecret = ({ group, kind }: { readonly group: string; readonly kind: string }) =>
  group === '' && kind === 'Secret'

/** `PATCH Deployment shop/web` */
export const describe = (verb: string, id: ObjectId): RefusedRequest => ({
  request: `${verb} ${renderId(id)}`,
  secret: isSecret(id),
})

/** `LIST pods in shop` */
export const describeMany = (
  verb: string,
  resource: Resource,
  namespace: string | null,
): RefusedRequest => ({
  request: `${verb} ${resource.plural}${resource.group === '' ? '' : `.${resource.group}`}${namespace === null ? '' : ` in ${namespace}`}`,
  secret: isSecret(resource),
})

/** Told before anything is sent: no server knows a kind that its discovery does not show. */
export const unknownKind = (id: ObjectId, { request }: RefusedRequest): Refusal => ({
  status: 404,
  reason: 'NotFound',
  message: `the server knows no kind ${id.kind} in ${id.group === '' ? id.version : `${id.group}/${id.version}`}`,
  causes: [],
  request,
})

/** Null, or the refusal of a name that can stand in no address. */
export function refuseName(
  id: Pick<ObjectId, 'namespace' | 'name'>,
  { request }: RefusedRequest,
): Refusal | null {
  const faults = [
    ['metadata.namespace', id.namespace === null ? null : segmentFault(id.namespace)],
    ['metadata.name', segmentFault(id.name)],
  ].flatMap(([field, fault]) => (field && fault ? [{ field, fault }] : []))
  if (faults.length === 0) return null
  return {
    status: 400,
    reason: 'BadRequest',
    message: faults.map(({ field, fault }) => `${field} ${fault}`).join('; '),
    causes: faults.map(({ field, fault }) => ({ reason: 'BadName', field, message: fault })),
    request,
  }
}
