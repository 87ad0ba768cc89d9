// What this run has done so far, for the report of a run that is cancelled or breaks in the middle.
// Told of every write as it happens, so it is true at any moment.
import {
  idOf,
  keyOf,
  type Answer,
  type ApiServer,
  type ApplicationSet,
  type KubeObject,
  type ObjectId,
  type ObjectReport,
} from '@sluice/kubernetes'

/** How the writes of one part of a run are told. Absent: by what the server says it did. */
export interface Words {
  readonly written?: ObjectReport['action']
  readonly deleted?: ObjectReport['action']
}

export interface Ledger {
  /** From now on the run does this, for people: `waiting`. */
  readonly enter: (doing: string, words?: Words) => void
  readonly doing: () => string
  /** The rows as they are known now; only later writes change them. */
  readonly keep: (rows: readonly ObjectReport[]) => void
  readonly rows: () => readonly ObjectReport[]
  readonly put: (id: ObjectId, told: Told) => void
  readonly words: () => Words
}

type Told = Pick<ObjectReport, 'action'> & Partial<ObjectReport>

export function createLedger(): Ledger {
  let part: { readonly doing: string; readonly words: Words } = { doing: 'looking', words: {} }
  let rows = createRows([])
  return {
    enter: (doing, words = {}) => {
      part = { doing, words }
    },
    doing: () => part.doing,
    words: () => part.words,
    keep: (known) => {
      rows = createRows(known)
    },
    rows: () => [...rows.all],
    put: (id, told) =>
      rows.put(id, { id, verdict: 'none', reason: '', message: '', seconds: 0, ...told }),
  }
}

interface Rows {
  readonly all: readonly ObjectReport[]
  /** In the place of the row of `id`; of one without a name yet where there is none; else at the end. */
  readonly put: (id: ObjectId, row: ObjectReport) => void
}

/** By key, because every write asks twice and there can be thousands. */
function createRows(known: readonly ObjectReport[]): Rows {
  const all = [...known]
  const named = new Map<string, number>()
  /** Their names are the server's to make: several rows have one key. */
  const unnamed = new Map<string, number[]>()
  const enlist = ({ id }: ObjectReport, at: number): void => {
    if (id.name !== '') named.set(keyOf(id), at)
    else unnamed.set(keyOf(id), [...(unnamed.get(keyOf(id)) ?? []), at])
  }
  all.forEach(enlist)
  return {
    all,
    put: (id, row) => {
      const waiting = unnamed.get(keyOf({ ...id, name: '' })) ?? []
      const at = named.get(keyOf(id)) ?? waiting[0]
      all[at ?? all.length] = row
      if (at === undefined) return enlist(row, all.length - 1)
      if (row.id.name === '' || named.has(keyOf(row.id))) return
      named.set(keyOf(row.id), at)
      unnamed.set(keyOf({ ...id, name: '' }), waiting.slice(1))
    },
  }
}

/** Before any write: what the run has not come to yet. */
export const notReached = (id: ObjectId): ObjectReport => ({
  id,
  action: 'skipped',
  verdict: 'none',
  reason: 'Not reached',
  message: 'the run ended before it came to this object',
  seconds: 0,
})

/** The same connection, which tells the ledger of its writes. The record of `set` is no object of the run. */
export function ledgered(
  api: ApiServer,
  { ledger, set }: { readonly ledger: Ledger; readonly set: ApplicationSet | null },
): ApiServer {
  const follow = followed(ledger, set)
  return {
    ...api,
    apply: (object, options) =>
      follow(ownId(object), options, {
        write: () => api.apply(object, options),
        done: ({ created }) => ({ action: created ? 'created' : 'configured' }),
      }),
    create: (object, options) =>
      follow(ownId(object), options, {
        write: () => api.create(object, options),
        done: ({ metadata }) => ({
          action: 'created',
          id: { ...ownId(object), name: metadata.name ?? '' },
        }),
      }),
    patch: (id, patch, options) =>
      follow(id, options, {
        write: () => api.patch(id, patch, options),
        done: () => ({ action: 'configured' }),
      }),
    delete: (id, options) =>
      follow(id, options, {
        write: () => api.delete(id, options),
        done: () => ({
          action: ledger.words().deleted ?? 'deleted',
          message: 'its deletion was asked for',
        }),
      }),
  }
}

const ownId = (object: KubeObject): ObjectId => idOf(object, object.metadata.namespace ?? null)

interface Write<Value> {
  readonly write: () => Promise<Answer<Value>>
  readonly done: (value: Value) => Told
}

const followed =
  (ledger: Ledger, set: ApplicationSet | null) =>
  async <Value>(
    id: ObjectId,
    { dryRun }: { readonly dryRun?: boolean },
    { write, done }: Write<Value>,
  ): Promise<Answer<Value>> => {
    if (dryRun === true || (set !== null && keyOf(id) === keyOf(set.parent))) return write()
    ledger.put(id, underWay)
    const answer = await write()
    if (answer.ok) {
      const told = done(answer.value)
      const isWritten = told.action === 'created' || told.action === 'configured'
      const action = (isWritten ? ledger.words().written : undefined) ?? told.action
      ledger.put(id, { ...told, action })
    } else {
      const { reason, message } = answer.refusal
      ledger.put(id, { action: 'refused', verdict: 'failed', reason, message })
    }
    return answer
  }

const underWay: Told = {
  action: 'unknown',
  reason: 'Cut off',
  message: 'it was being written and no answer came: perhaps it was changed',
}
