// Does a slot's own Service offer the port that a route names?
import type { Problem } from '@sluice/rollout'
import type { KubeObject } from '../../object.ts'
import { fieldAt, recordsIn } from '../../record.ts'
import type { TrafficScene } from './back-end.ts'
import { serviceOfSlot } from './slot-services.ts'

export interface PortAsked {
  readonly slot: string
  /** A number or a name; undefined: the route names none. */
  readonly port: unknown
  /** The field that names it, with its object. */
  readonly where: string
}

/** Why requests to that port of the slot's Service would find nobody; null: it is offered. */
export function portProblem(scene: TrafficScene, { slot, port, where }: PortAsked): Problem | null {
  const name = serviceOfSlot(scene, slot)
  const service =
    scene.services.get(name) ?? scene.found.find((one) => one.slot === slot)?.service ?? null
  if (service === null) {
    return { where, message: `there is no Service ${name} for slot ${slot}; deploy the slot first` }
  }
  if (typeof port !== 'number' && typeof port !== 'string') {
    return { where, message: `names no port of Service ${name}; wanted ${portsText(service)}` }
  }
  if (offersPort(service, port)) return null
  const message = `names port ${port}, which Service ${name} does not offer; wanted ${portsText(service)}, or a Service with that port`
  return { where, message }
}

export const offersPort = (service: KubeObject, port: number | string): boolean =>
  portsOf(service).some((one) => one['port'] === port || one['name'] === port)

/** `80 or 9090 (metrics)` */
export function portsText(service: KubeObject): string {
  const texts = portsOf(service).map(({ name, port }) =>
    typeof name === 'string' && name !== '' ? `${String(port)} (${name})` : String(port),
  )
  return texts.length === 0 ? 'a port that it offers' : texts.join(' or ')
}

const portsOf = (service: KubeObject) => recordsIn(fieldAt(service, ['spec', 'ports']))
