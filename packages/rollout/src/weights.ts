// Weights: the share of requests that each slot gets. They can only be built valid (S1).
import { bad, good, type Result } from './result.ts'

declare const valid: unique symbol

/**
 * Slot name to weight: whole numbers from 0 to 100 that sum to 100, or to 0 while no slot is active.
 * Keys are sorted, and slots at 0 are left out, so equal weights are equal texts.
 */
export type Weights = Readonly<Record<string, number>> & { readonly [valid]: true }

/** The only way to get `Weights`. */
export function parseWeights(raw: Readonly<Record<string, number>>): Result<Weights> {
  const problems = Object.entries(raw)
    .filter(([, weight]) => !Number.isInteger(weight) || weight < 0 || weight > 100)
    .map(([slot, weight]) => ({
      where: `weight of slot ${slot}`,
      message: `found ${weight}; wanted a whole number from 0 to 100`,
    }))
  const sum = Object.values(raw).reduce((total, weight) => total + weight, 0)
  if (problems.length === 0 && sum !== 100 && sum !== 0) {
    problems.push({
      where: 'weights',
      message: `${renderRaw(raw)} sum to ${sum}; wanted 100, or 0 while no slot is active`,
    })
  }
  return problems.length > 0 ? bad(...problems) : good(tidy(raw))
}

/** All requests to one slot. */
export const allTo = (slot: string): Weights => tidy({ [slot]: 100 })

/** No slot is active. */
export const noTraffic: Weights = tidy({})

/** `percent` to the candidate, the rest to `active`; with no active slot the candidate gets all or nothing. */
export function split(candidate: string, percent: number, active: string | null): Result<Weights> {
  if (active === null) return parseWeights({ [candidate]: percent === 0 ? 0 : 100 })
  return parseWeights({ [candidate]: percent, [active]: 100 - percent })
}

export const weightOf = (weights: Weights, slot: string): number =>
  Object.hasOwn(weights, slot) ? (weights[slot] ?? 0) : 0

export const sameWeights = (a: Weights, b: Weights): boolean =>
  renderWeights(a) === renderWeights(b)

/** `blue=90,green=10`; `none` while no slot is active. The form that marks hold. */
export const renderWeights = (weights: Weights): string =>
  Object.keys(weights).length === 0 ? 'none' : renderRaw(weights)

/** The same for weights that a document or a target holds, valid or not. */
export const renderPlanWeights = (raw: Readonly<Record<string, number>>): string => {
  const parsed = parseWeights(raw)
  return parsed.ok ? renderWeights(parsed.value) : renderRaw(raw)
}

/** Reads what `renderWeights` wrote. */
export function parseWeightsText(text: string): Result<Weights> {
  if (text === 'none') return good(noTraffic)
  const raw = new Map<string, number>()
  for (const part of text.split(',')) {
    const match = /^([^=,\s]+)=(\d{1,3})$/.exec(part)
    if (match === null || match[1] === undefined || raw.has(match[1])) {
      return bad({ where: 'weights', message: `found "${text}"; wanted slot=weight,... or none` })
    }
    raw.set(match[1], Number(match[2]))
  }
  return parseWeights(Object.fromEntries(raw))
}

const renderRaw = (raw: Readonly<Record<string, number>>): string =>
  Object.keys(raw)
    .sort()
    .map((slot) => `${slot}=${raw[slot]}`)
    .join(',')

function tidy(raw: Readonly<Record<string, number>>): Weights {
  const slots = Object.keys(raw)
    .filter((slot) => raw[slot] !== 0)
    .sort()
  return Object.freeze(Object.fromEntries(slots.map((slot) => [slot, raw[slot]]))) as Weights
}
