// Summary and outputs. Pure.
import { bullets, code, table, type Cell } from '@sluice/action'
import type { Observation, RevisionMark } from '@sluice/rollout'
import type { Label } from './site.ts'

export interface Facts {
  readonly mark: RevisionMark
  readonly revisionDigest: string
  /** What runs, by name; null: it has none. */
  readonly label: Label | null
  readonly slot: string
  readonly endpoint: string
  readonly environment: string
  readonly commit: string
  readonly allowRejected: string | null
}

export interface Looks {
  readonly before: Observation
  /** The same as `before` when nothing was written. */
  readonly after: Observation
}

/** `blue=90,green=10`, or `none`. */
export function renderTraffic(observation: Observation): string {
  const shares = Object.entries(observation.traffic).filter(([, weight]) => weight > 0)
  if (shares.length === 0) return 'none'
  return shares
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([slot, weight]) => `${slot}=${weight}`)
    .join(',')
}

/** What was found out about the revision, as a table. */
export function renderFacts(facts: Facts): string {
  const rows: (readonly Cell[])[] = [
    ['slot', code(facts.slot)],
    ['revision', code(facts.mark)],
    ['revision digest', code(facts.revisionDigest)],
    ...(facts.label === null ? [] : [[facts.label.word, code(facts.label.text)]]),
    ...(facts.environment === '' ? [] : [['environment', facts.environment]]),
    ...(facts.commit === '' ? [] : [['commit', code(facts.commit)]]),
    ...(facts.allowRejected === null
      ? []
      : [['taken back before, allowed because', facts.allowRejected]]),
  ]
  return table(['', facts.endpoint], rows)
}

/** One row per slot: what it held and gets, before and after. */
export function renderSlots({ before, after }: Looks): string {
  const names = [...new Set([...before.slots, ...after.slots].map(({ slot }) => slot))].toSorted()
  const rows = names.map((slot) => [
    code(slot),
    ...[before, after].flatMap((look) => [
      describeSlot(look, slot),
      `${look.traffic[slot] ?? 0} %`,
    ]),
  ])
  return table(['slot', 'before', 'traffic before', 'after', 'traffic after'], rows)
}

function describeSlot(look: Observation, slot: string): string {
  const found = look.slots.find((one) => one.slot === slot)
  if (found === undefined) return 'not deployed'
  const state = found.detail === '' ? found.health : `${found.health} (${found.detail})`
  return `${found.revision ?? 'no mark of ours'}, ${state}, ${found.replicas} instances`
}

export const renderWrites = (writes: readonly string[]): string =>
  writes.length === 0
    ? 'Nothing would be written.\n'
    : `These writes would be made:\n\n${bullets(writes.map((write) => code(write)))}`
