// The table of concurrency groups, and how processes are stopped.
import { spawn } from 'node:child_process'
import { describe, expect, test } from '@jest/globals'
import { ConcurrencyGroups, stopChild } from '../../src/index.ts'
import type { Acquired, GroupRequest } from '../../src/driver/concurrency.ts'

const wish = (runId: number, more: Partial<GroupRequest> = {}): GroupRequest => ({
  group: 'lane',
  queue: 'max',
  cancelInProgress: false,
  runId,
  cancel: () => undefined,
  cancelled: new AbortController().signal,
  ...more,
})

const release = (acquired: Acquired): void => {
  if (typeof acquired === 'object') acquired.release()
}

/** What has been settled by now, without waiting for the rest. */
async function settled(waiting: readonly Promise<Acquired>[]): Promise<readonly string[]> {
  const words = waiting.map(() => 'waits')
  waiting.forEach((promise, at) => {
    void promise.then((acquired) => {
      words[at] = typeof acquired === 'object' ? 'holds' : acquired
    })
  })
  await new Promise((resolve) => setImmediate(resolve))
  return words
}

describe('a concurrency group', () => {
  test('one holder at a time; with `max` the others follow in order', async () => {
    const groups = new ConcurrencyGroups()
    const first = await groups.acquire(wish(1))
    const others = [groups.acquire(wish(2, { group: 'LANE' })), groups.acquire(wish(3))]
    expect(await settled(others)).toEqual(['waits', 'waits'])
    release(first)
    expect(await settled(others)).toEqual(['holds', 'waits'])
    expect(groups.holderOf('Lane')).toBe(2)
    for (const other of others) release(await other)
    expect(groups.holderOf('lane')).toBeNull()
  })

  test('with `single` a newcomer takes the waiting place', async () => {
    const groups = new ConcurrencyGroups()
    const first = await groups.acquire(wish(1))
    const others = [
      groups.acquire(wish(2, { queue: 'single' })),
      groups.acquire(wish(3, { queue: 'single' })),
    ]
    expect(await settled(others)).toEqual(['superseded', 'waits'])
    release(first)
    expect(await settled(others)).toEqual(['superseded', 'holds'])
  })

  test('cancel-in-progress stops the holder, which then makes way', async () => {
    const groups = new ConcurrencyGroups()
    let first: Acquired = 'deadlock'
    first = await groups.acquire(wish(1, { cancel: () => release(first) }))
    expect(await settled([groups.acquire(wish(2, { cancelInProgress: true }))])).toEqual(['holds'])
  })

  test('a cancelled run waits no longer', async () => {
    const groups = new ConcurrencyGroups()
    const first = await groups.acquire(wish(1))
    const cancel = new AbortController()
    const others = [groups.acquire(wish(2, { cancelled: cancel.signal })), groups.acquire(wish(3))]
    cancel.abort()
    release(first)
    expect(await settled(others)).toEqual(['withdrawn', 'holds'])
  })

  test('a run that waits for itself is told so', async () => {
    const groups = new ConcurrencyGroups()
    await groups.acquire(wish(1))
    expect(await groups.acquire(wish(1))).toBe('deadlock')
  })

  test('releasing twice frees nothing of the next holder', async () => {
    const groups = new ConcurrencyGroups()
    const first = await groups.acquire(wish(1))
    release(first)
    await groups.acquire(wish(2))
    release(first)
    expect(groups.holderOf('lane')).toBe(2)
  })
})

describe('a process that is stopped', () => {
  const patience = { interruptMs: 150, terminateMs: 150 }
  const table = [
    ['ends at SIGINT', 'process.on("SIGINT", () => process.exit(5))', { code: 5, signal: null }],
    ['ignores SIGINT', 'process.on("SIGINT", () => undefined)', { code: null, signal: 'SIGTERM' }],
    [
      'ignores both',
      'process.on("SIGINT", () => undefined); process.on("SIGTERM", () => undefined)',
      { code: null, signal: 'SIGKILL' },
    ],
  ] as const
  test.each(table)('one that %s', async (_name, script, end) => {
    const child = spawn(
      process.execPath,
      ['-e', `${script}; setInterval(() => undefined, 1000); console.log("up")`],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
        detached: true,
      },
    )
    const ended = new Promise((resolve) => {
      child.once('exit', (code, signal) => resolve({ code, signal }))
    })
    await new Promise((resolve) => child.stdout.once('data', resolve))
    await stopChild(child, ended, patience)
    expect(await ended).toEqual(end)
  })
})
