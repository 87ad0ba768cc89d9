// Lets a bounded number of pieces of work run at once, in the order they came.

export type Gate = <Value>(work: () => Promise<Value>) => Promise<Value>

/** Waiting here and not inside the pool: a deadline starts when a request can really be sent. */
export function createGate(width: number): Gate {
  let running = 0
  const waiting: (() => void)[] = []
  return async (work) => {
    if (running >= width) await new Promise<void>((resolve) => waiting.push(resolve))
    else running++
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) running--
      else next()
    }
  }
}
