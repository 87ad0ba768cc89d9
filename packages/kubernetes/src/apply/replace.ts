// Deleting an object whose change is refused as immutable, and making it anew.
//
// Nothing is deleted that could not be made again: the new object is made as a dry run first, under a
// name that is free. "Immutable" is only a word in an answer; a policy that wants digests uses it too,
// and would refuse the new object as it refused the change.
import type { Refusal } from '../connection/api-server.ts'
import { renderId, type KubeObject } from '../object.ts'
import type { KubernetesLog } from '../ports.ts'
import { isRecord, recordsIn } from '../record.ts'
import { waitUntilGone, type GoingParts } from './going.ts'
import type { PlannedObject } from './plan.ts'
import { dataLostWith } from './removal-stages.ts'
import { refuse, refuseWith, type End } from './write-end.ts'

export interface ReplaceParts extends GoingParts {
  readonly log: Pick<KubernetesLog, 'info'>
}

/** `make` writes the new object; the old one is gone by then. */
export async function replaceObject(
  parts: ReplaceParts,
  planned: PlannedObject,
  make: () => Promise<End>,
): Promise<End> {
  const { api, log } = parts
  const { id } = planned.placed
  const seen = await api.get(id)
  if (!seen.ok) return refuseWith(seen.refusal)
  if (seen.value !== null) {
    const held = await whyNotReplaced(parts, { ...planned, live: seen.value })
    if (held !== null) return refuse(held.reason, held.message)
    const uid = seen.value.metadata.uid ?? ''
    log.info(`${renderId(id)} cannot be changed in place; deleting it to make it anew`)
    const deleted = await api.delete(id, { propagation: 'Foreground', uid })
    if (!deleted.ok && deleted.refusal.status !== 404) return refuseWith(deleted.refusal)
    const going = await waitUntilGone(parts, id, seen.value)
    if (going !== null) return going
  }
  const end = await make()
  return end.object === null ? end : { ...end, action: 'replaced' }
}

/** What speaks against deleting the live one: data would go with it, or no new one would come. */
export async function whyNotReplaced(
  parts: Pick<ReplaceParts, 'api'>,
  { placed: { id }, live, object }: PlannedObject,
): Promise<{ readonly reason: string; readonly message: string } | null> {
  const what = `${renderId(id)} cannot be changed in place, and is not deleted to be made anew, because`
  const lost = dataLostWith(id, live)
  if (lost !== null) return { reason: 'Immutable', message: `${what} ${lost} would go with it` }
  const against = await tryNew(parts, object)
  if (against === null) return null
  const { reason, message } = against
  return { reason, message: `${what} the new one would be refused too: ${message}` }
}

async function tryNew(
  { api }: Pick<ReplaceParts, 'api'>,
  object: KubeObject,
): Promise<Refusal | null> {
  const { name = '', ...metadata } = object.metadata
  const trial = { ...object, metadata: { ...metadata, generateName: `${name}-` } }
  const answer = await api.create(withoutAddresses(trial), { dryRun: true })
  return answer.ok || cannotTell(answer.refusal) ? null : answer.refusal
}

/** What the old object holds is free only when it is gone. */
function withoutAddresses(object: KubeObject): KubeObject {
  const spec = object['spec']
  if (object.kind !== 'Service' || !isRecord(spec)) return object
  const { clusterIP, clusterIPs: _ips, healthCheckNodePort: _port, ...rest } = spec
  const ports = recordsIn(spec['ports']).map(({ nodePort: _nodePort, ...port }) => port)
  return {
    ...object,
    spec: { ...rest, ports, ...(clusterIP === 'None' && { clusterIP }) },
  }
}

/** A quota that counts objects still counts the old one; and some webhooks take no dry runs. */
const cannotTell = ({ status, message }: Refusal): boolean => {
  const requested = /exceeded quota: [^,]*, requested: (.*?), used:/.exec(message)?.[1]
  return requested === undefined
    ? status === 400 && /does not support dry run/.test(message)
    : requested.split(',').every((one) => /^(?!cpu|memory|requests|limits)[^=]*=1$/.test(one))
}
