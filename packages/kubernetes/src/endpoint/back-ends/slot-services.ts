// Which Service stands for which slot, in objects that name Services.
import type { TrafficScene } from './back-end.ts'

/** The slot's own Service: the one that was found, else the one that a deployment makes. */
export const serviceOfSlot = ({ endpoint, found }: TrafficScene, slot: string): string =>
  found.find((one) => one.slot === slot)?.service?.metadata.name ?? defaultService(endpoint, slot)

/** `mon-app-blue`: the Service that a slot gets when it has none. */
export const defaultService = (endpoint: string, slot: string): string => `${endpoint}-${slot}`

/** The slot whose own Service has this name; null: it belongs to no slot. */
export const slotOfService = (scene: TrafficScene, service: string): string | null =>
  scene.slots.find((slot) => serviceOfSlot(scene, slot) === service) ?? null
