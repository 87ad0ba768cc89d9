// The application's record around a run: grown before the first write, shrunk after the last removal.
import {
  applyPrune,
  planRecord,
  writeRecord,
  type AppliedObject,
  type ObjectReport,
  type SetRecordSeen,
} from '@sluice/kubernetes'
import type { Prepared } from './prepare.ts'
import type { Scene } from './scene.ts'

export type Recorded =
  | { readonly kind: 'recorded'; readonly seen: SetRecordSeen }
  | { readonly kind: 'no-set' }
  /** Its namespace is in the manifests and not there yet: record again when it is. */
  | { readonly kind: 'no-namespace' }

/** Must have ended well before the first member is written. */
export async function recordSet({ api, set }: Scene, prepared: Prepared): Promise<Recorded> {
  if (set === null || prepared.record === null) return { kind: 'no-set' }
  const record = planRecord(set, prepared.record, prepared.placed)
  const written = await writeRecord(api, { set, seen: prepared.record, record, dryRun: false })
  return written.kind === 'no-namespace' ? written : { kind: 'recorded', seen: written.seen }
}

export interface PruneFacts {
  readonly seen: SetRecordSeen
  readonly applied: readonly AppliedObject[]
  readonly dryRun: boolean
}

/** Removes what left the set, then shrinks its record. To be called when all else is ready. */
export async function pruneSet(
  { api, ports, set, deadline, config }: Scene,
  prepared: Prepared,
  { seen, applied, dryRun }: PruneFacts,
): Promise<readonly ObjectReport[]> {
  // A record that this run made tells of nothing that was there before.
  if (set === null || !isThere(prepared.record)) return []
  const { reports } = await applyPrune(
    { api, clock: ports.clock, log: ports.log, signal: ports.signal },
    {
      set,
      seen,
      placed: prepared.placed,
      appliedUids: new Set(applied.flatMap(({ object }) => object.metadata.uid ?? [])),
      deleteData: config.deleteData,
      dryRun,
      propagation: 'Background',
      deadline,
    },
  )
  return reports
}

const isThere = (record: SetRecordSeen | null): boolean =>
  (record?.resourceVersion ?? null) !== null
