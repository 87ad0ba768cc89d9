// What must hold of the endpoint at every moment, whatever anybody did (S1, S4), and of every write
// that was ever sent (S2, S5, S6, S7, S8, S9). Each breach is one line that begins with its letter.
import type { EndpointRecord, Exchange } from '@sluice/twin'
import { BAKE_SECONDS, ENDPOINT, markOf, STEPS } from './subject.ts'
import { FOREIGN } from './world.ts'

type Fields = Readonly<Record<string, unknown>>

const fields = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {}

export interface Shown {
  /** `blue=50,green=50`; slots at 0 are left out. */
  readonly weights: string
  readonly tags: Fields
  readonly properties: Fields
}

export function shownBy(body: unknown): Shown {
  const { tags, properties } = fields(body)
  const traffic = Object.entries(fields(fields(properties)['traffic']))
  const weights = traffic
    .filter(([, weight]) => weight !== 0)
    .map(([slot, weight]) => `${slot}=${String(weight)}`)
    .toSorted()
  return { weights: weights.join(','), tags: fields(tags), properties: fields(properties) }
}

export const BEFORE = 'blue=100'
/** The mark `previous`: the last good weights, and what blue held then. */
export const PREVIOUS = `${BEFORE}@${markOf(1)}`
/** Weights after so many steps. */
export const PLAN = [BEFORE, ...STEPS.map(weightsAt)]

function weightsAt(green: number): string {
  return green === 100 ? 'green=100' : `blue=${100 - green},green=${green}`
}

export function findTruthBreaches(endpoint: EndpointRecord): readonly string[] {
  const { weights } = shownBy(endpoint.body)
  const sum = weights
    .split(',')
    .reduce((total, part) => total + Number(part.split('=')[1] ?? Number.NaN), 0)
  const blue = endpoint.slots['blue']?.provisioningState ?? 'gone'
  return [
    ...(sum === 100 ? [] : [`S1: the weights ${weights} sum to ${sum}`]),
    ...(blue === 'Succeeded' ? [] : [`S4: the last good slot is ${blue}`]),
  ]
}

export interface TrafficWrite extends Shown {
  readonly number: number
  /** Azure took it. */
  readonly accepted: boolean
  /** Steps done by it; 0: going back. null: neither a step nor the last good weights. */
  readonly step: number | null
  /** Seconds; when the step began. */
  readonly since: number
}

/** Writes to the control plane that are none to the endpoint itself are breaches of their own. */
export const isWrite = ({ face, method }: Exchange): boolean => face === 'arm' && method !== 'GET'

export function trafficWrites(exchanges: readonly Exchange[]): readonly TrafficWrite[] {
  return exchanges.filter(isWrite).map((exchange) => {
    const shown = shownBy(JSON.parse(exchange.requestBody || '{}'))
    const at = PLAN.indexOf(shown.weights)
    return {
      ...shown,
      number: exchange.number,
      accepted: exchange.status === 200 || exchange.status === 201,
      step: at < 0 || !exchange.path.endsWith(`/onlineEndpoints/${ENDPOINT}`) ? null : at,
      since: Number(/@(\d+)$/.exec(String(shown.tags['sluice-step'] ?? ''))?.[1] ?? Number.NaN),
    }
  })
}

/** Of all writes of a case, in order. */
export function findWriteBreaches(writes: readonly TrafficWrite[]): readonly string[] {
  const taken = writes.filter(({ accepted }) => accepted)
  return [
    ...writes.flatMap((write) => formBreaches(write).map((b) => `write ${write.number}: ${b}`)),
    ...taken.flatMap((write, i) =>
      orderBreaches(write, taken.slice(0, i)).map((b) => `write ${write.number}: ${b}`),
    ),
  ]
}

function formBreaches({ weights, tags, properties, step }: TrafficWrite): readonly string[] {
  const mark = String(tags['sluice-step'] ?? 'none')
  const wanted = step === 0 ? 'none' : `${step}/${STEPS.length}`
  const kept = { ...tags, ...properties }
  const lost = Object.entries({ ...FOREIGN.tags, ...FOREIGN.properties }).filter(
    ([name, value]) => JSON.stringify(kept[name]) !== JSON.stringify(value),
  )
  return [
    ...(step === null ? [`S7: ${weights} is neither a step of the plan nor ${BEFORE}`] : []),
    ...(mark.split('@')[0] === wanted ? [] : [`the mark step is ${mark}; wanted ${wanted}`]),
    ...(tags['sluice-previous'] === PREVIOUS
      ? []
      : [`S5: the mark previous is ${String(tags['sluice-previous'])}; wanted ${PREVIOUS}`]),
    ...('sluice-rejected' in tags ? ['S9: a restore took the revision back for good'] : []),
    ...lost.map(([name]) => `S8: ${name} is not as it was`),
  ]
}

/** S6: one step at a time, each after the bake of the one before. */
function orderBreaches(write: TrafficWrite, earlier: readonly TrafficWrite[]): readonly string[] {
  const before = earlier.at(-1)
  const done = before?.step ?? 0
  const step = write.step ?? 0
  if (step > done + 1) return [`S6: from step ${done} to ${step} at once`]
  if (step !== done + 1 || before === undefined || done === 0) return []
  const baked = write.since - before.since
  return baked >= BAKE_SECONDS ? [] : [`S6: step ${done} baked for ${baked} s only`]
}
