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
  let rows: readonly ObjectReport[] = []
  let part: { readonly doing: string; readonly words: Words } = { doing: 'looking', words: {} }
  return {
    enter: (doing, words = {}) => {
      part = { doing, words }
    },
    doing: () => part.doing,
    words: () => part.words,
    keep: (known) => {
      rows = known
    },
    rows: () => rows,
    put: (id, told) => {
      const row: ObjectReport = {
        id,
        verdict: 'none',
        reason: '',
        message: '',
        seconds: 0,
        ...told,
      }
      const at = rows.findIndex((one) => isRowOf(one.id, id))
      rows = at === -1 ? [...rows, row] : rows.with(at, row)
    },
  }
}

/** A name that the server is to make is '' until it has made it. */
const isRowOf = (known: ObjectId, id: ObjectId): boolean =>
  keyOf(known) === keyOf(id) || (known.name === '' && keyOf({ ...id, name: '' }) === keyOf(known))

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
