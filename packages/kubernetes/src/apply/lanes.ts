// Work on many things, a few at a time.
import { createGate } from '../connection/gate.ts'

/** As many as keep an API server busy: more only wait inside it. */
const LANES = 16

/** Answers in the order of the items. Rejects only after no work is left running. */
export async function inLanes<Item, Value>(
  items: readonly Item[],
  work: (item: Item) => Promise<Value>,
): Promise<readonly Value[]> {
  const gate = createGate(LANES)
  const ends = await Promise.allSettled(items.map((item) => gate(() => work(item))))
  return ends.map((end) => {
    if (end.status === 'rejected') throw end.reason
    return end.value
  })
}
