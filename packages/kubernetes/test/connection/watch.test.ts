import type { ServerResponse } from 'node:http'
import { afterEach, describe, expect, test } from '@jest/globals'
import type { Answer, ApiServer, Resource, WatchEvent } from '@sluice/kubernetes'
import { closeAll, connectTo, statusBody, type Answerer } from './strict-server.ts'

afterEach(closeAll)

const pods: Resource = {
  group: '',
  version: 'v1',
  kind: 'Pod',
  plural: 'pods',
  namespaced: true,
  verbs: [],
  subresources: [],
}
const never = (): AbortSignal => new AbortController().signal
const watchPods = (api: ApiServer, signal: AbortSignal = never()) =>
  api.watch(pods, { namespace: 'shop', resourceVersion: '5', signal })

interface Followed {
  readonly events: readonly WatchEvent[]
  readonly end: Answer<null>
}

async function followToEnd(watch: ReturnType<ApiServer['watch']>): Promise<Followed> {
  const events: WatchEvent[] = []
  for (;;) {
    const next = await watch.next()
    if (next.done === true) return { events, end: next.value }
    events.push(next.value)
  }
}

const line = (type: string, object: unknown): string => `${JSON.stringify({ type, object })}\n`
const pod = (name: string) => ({ kind: 'Pod', apiVersion: 'v1', metadata: { name } })
const bookmark = line('BOOKMARK', { kind: 'Pod', metadata: { resourceVersion: '42' } })

/** Writes pieces of an answer one after the other, then does what `after` says. */
const pieces =
  (parts: readonly (string | Uint8Array)[], after: (response: ServerResponse) => void): Answerer =>
  (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    void (async () => {
      for (const part of parts) {
        response.write(part)
        await new Promise((resolve) => setTimeout(resolve, 3))
      }
      after(response)
    })()
    return 'by hand'
  }
const finish = (response: ServerResponse): void => void response.end()
const stay = (): void => undefined

describe('the events of a watch', () => {
  test('changes and bookmarks, until the server ends it', async () => {
    const text = [line('ADDED', pod('a')), bookmark, line('DELETED', pod('a'))].join('')
    const { api, server } = await connectTo(pieces([text], finish))
    expect(await followToEnd(watchPods(api))).toEqual({
      events: [
        { type: 'ADDED', object: pod('a') },
        { type: 'BOOKMARK', resourceVersion: '42' },
        { type: 'DELETED', object: pod('a') },
      ],
      end: { ok: true, value: null },
    })
    expect(server.seen[0]?.path).toBe(
      '/api/v1/namespaces/shop/pods?watch=1&allowWatchBookmarks=true&timeoutSeconds=60&resourceVersion=5',
    )
  })

  test('pieces that end inside a letter', async () => {
    const bytes = new TextEncoder().encode(line('MODIFIED', pod('größe-🚀')))
    const parts = [...bytes.keys()].map((at) => bytes.subarray(at, at + 1))
    const { api } = await connectTo(pieces(parts, finish))
    expect((await followToEnd(watchPods(api))).events).toEqual([
      { type: 'MODIFIED', object: pod('größe-🚀') },
    ])
  })

  test('a line that breaks off in the middle ends it; the half event is none', async () => {
    const { api } = await connectTo(
      pieces([line('ADDED', pod('a')), '{"type":"MODIFI'], (response) => response.destroy()),
    )
    const { events, end } = await followToEnd(watchPods(api))
    expect(events).toHaveLength(1)
    expect(end).toEqual({ ok: true, value: null })
  })
})

describe('a version that is too old', () => {
  const expired = statusBody(410, 'Expired')

  test.each([
    ['as a status', () => ({ status: 410, body: expired })],
    ['as an event', pieces([bookmark, line('ERROR', expired), line('ADDED', pod('x'))], stay)],
  ] as const)('%s', async (_, answer: Answerer) => {
    const { api } = await connectTo(answer)
    const { events, end } = await followToEnd(watchPods(api))
    expect(events.filter(({ type }) => type === 'ADDED')).toEqual([])
    expect(end).toMatchObject({
      ok: false,
      refusal: { status: 410, reason: 'Expired', request: 'WATCH pods in shop' },
    })
  })

  test('forbidden', async () => {
    const { api } = await connectTo(() => ({ status: 403, body: statusBody(403, 'Forbidden') }))
    const { end } = await followToEnd(watchPods(api))
    expect(end).toMatchObject({ refusal: { status: 403 } })
  })
})

const soon = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5))
}

describe('the end of a watch', () => {
  test('a line that says nothing for too long is dead', async () => {
    const { api, server } = await connectTo(pieces([bookmark], stay), {
      watchTimes: { seconds: 0.2, graceSeconds: 0.2 },
    })
    const began = performance.now()
    const { events, end } = await followToEnd(watchPods(api))
    expect(events).toHaveLength(1)
    expect(end).toEqual({ ok: true, value: null })
    expect(performance.now() - began).toBeGreaterThan(350)
    expect(performance.now() - began).toBeLessThan(2000)
    await soon(() => server.answering() === 0)
  })

  test('a server that never answers', async () => {
    const { api } = await connectTo(() => 'by hand', {
      watchTimes: { seconds: 0.2, graceSeconds: 0.1 },
    })
    expect((await followToEnd(watchPods(api))).end).toEqual({ ok: true, value: null })
  })

  test('the watcher leaves: at once, without an error, and the line is closed', async () => {
    const leave = new AbortController()
    const { api, server } = await connectTo(pieces([bookmark], stay))
    const watch = watchPods(api, leave.signal)
    await watch.next()
    const ending = watch.next()
    const began = performance.now()
    leave.abort()
    expect(await ending).toEqual({ done: true, value: { ok: true, value: null } })
    expect(performance.now() - began).toBeLessThan(1000)
    await soon(() => server.answering() === 0)
  })

  test('the run is cancelled: its reason is thrown at once', async () => {
    const { api, ports } = await connectTo(pieces([bookmark], stay))
    const watch = watchPods(api)
    await watch.next()
    const ending = watch.next()
    ports.cancel(new Error('enough'))
    await expect(ending).rejects.toThrow('enough')
  })

  test('a loop that is left closes the line', async () => {
    const { api, server } = await connectTo(pieces([bookmark], stay))
    for await (const event of watchPods(api)) {
      expect(event.type).toBe('BOOKMARK')
      break
    }
    await soon(() => server.answering() === 0)
  })
})
