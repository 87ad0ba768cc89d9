// Moving the traffic of a memory endpoint, and what came of it.
import { parseWeights, type Observation, type RawMarks, type WeightsChange } from '@sluice/rollout'
import { observationOf } from '../../src/endpoint/observe.ts'
import { readSnapshot, sceneOf, type Snapshot } from '../../src/endpoint/snapshot.ts'
import { applyWeights } from '../../src/endpoint/traffic.ts'
import type { MemoryEndpoint } from './memory-endpoint.ts'

export const signal = new AbortController().signal
const MARKS: RawMarks = { rollout: 'aaaaaaaaaaaaaaaa', step: '1/1@1700000000', owner: '7.1' }

export interface Seen {
  readonly seen: Observation
  readonly snapshot: Snapshot
}

export async function look({ site }: MemoryEndpoint): Promise<Seen> {
  const snapshot = await readSnapshot(site, signal)
  const scene = sceneOf(site, snapshot)
  if (scene === null) throw new Error('the test has no endpoint')
  return { seen: observationOf(site, scene), snapshot }
}

export const to = (raw: Readonly<Record<string, number>>, seen: Observation): WeightsChange => {
  const weights = parseWeights(raw)
  if (!weights.ok) throw new Error('the test gave bad weights')
  return { weights: weights.value, marks: MARKS, seen }
}

export async function moveToGreen(endpoint: MemoryEndpoint, known: Seen) {
  const { seen, snapshot } = known
  return applyWeights(
    { site: endpoint.site, change: to({ green: 100 }, seen), known: snapshot },
    signal,
  )
}

export const writesOf = ({ requests }: MemoryEndpoint) =>
  requests.filter((one) => one.startsWith('PATCH'))
export const selectorOf = (endpoint: MemoryEndpoint) =>
  (endpoint.find('Service', 'mon-app')['spec'] as { readonly selector: unknown }).selector
export const annotationsOf = (endpoint: MemoryEndpoint) =>
  endpoint.find('Service', 'mon-app').metadata.annotations
