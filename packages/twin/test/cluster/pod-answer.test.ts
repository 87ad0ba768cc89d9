// What pods answer, and what is known of those who asked.
import { describe, expect, test } from '@jest/globals'
import { planAnswer } from '../../src/cluster/kubelet/pod-answer.ts'
import type { Pod } from '../../src/cluster/kubelet/pod.ts'
import { RequestLog } from '../../src/cluster/kubelet/request-log.ts'

const podOf = (annotations: Readonly<Record<string, string>>): Pod => ({
  metadata: { name: 'web-1', namespace: 'shop', uid: 'u1', labels: { app: 'web' }, annotations },
  spec: { containers: [{ name: 'web', image: 'example/web:1.2.3' }] },
})

const request = { method: 'GET', path: '/score?x=1', host: 'shop.test', number: 3 }
const answer = (annotations: Readonly<Record<string, string>>, more: object = {}) =>
  planAnswer(podOf(annotations), '10.66.0.1', { ...request, ...more })

describe('an answer', () => {
  test('says which pod it is from', () => {
    const { status, headers, body, delayMs } = answer({})
    expect({ status, headers, delayMs }).toEqual({
      status: 200,
      headers: { 'content-type': 'application/json' },
      delayMs: 0,
    })
    expect(JSON.parse(body)).toEqual({
      pod: 'web-1',
      namespace: 'shop',
      ip: '10.66.0.1',
      path: '/score?x=1',
      image: 'example/web:1.2.3',
      version: '1.2.3',
      labels: { app: 'web' },
    })
  })

  test('has the fields, headers and the body of its annotations', () => {
    const fields = answer({ 'test/answer': '{"slot":"blue","version":"7"}' })
    expect(JSON.parse(fields.body)).toMatchObject({ pod: 'web-1', slot: 'blue', version: '7' })
    const headers = '{"content-type":"text/plain","x-slot":"blue"}'
    expect(answer({ 'test/http-body': 'down', 'test/http-headers': headers })).toMatchObject({
      body: 'down',
      headers: { 'content-type': 'text/plain', 'x-slot': 'blue' },
    })
  })

  test.each([
    [{ 'test/http-delay': '30' }, '/', 30],
    [{}, '/?work=200', 200],
    [{ 'test/http-delay': '30' }, '/score?work=200', 230],
  ])('with %j at %s takes %i ms more', (annotations, path, delayMs) => {
    expect(answer(annotations, { path })).toMatchObject({ delayMs })
  })

  test.each([
    ['its own status', { 'test/http-status': '503' }, {}, 503],
    ['a failure', { 'test/fail': '500' }, {}, 500],
    ['a failure after 3: the third', { 'test/fail': '500', 'test/fail-after': '3' }, {}, 200],
    [
      'a failure after 3: the fourth',
      { 'test/fail': '500', 'test/fail-after': '3' },
      { number: 4 },
      500,
    ],
    ['a failure for its Host', { 'test/fail': '502', 'test/fail-host': 'shop.test' }, {}, 502],
    ['a failure for another Host', { 'test/fail': '502', 'test/fail-host': 'b.test' }, {}, 200],
  ])('of %s', (_, annotations, more, status) => {
    expect(answer(annotations, more)).toMatchObject({ status })
  })
})

describe('the log of requests', () => {
  const record = (namespace: string, id: string) => ({
    namespace,
    pod: 'web-1',
    labels: {},
    method: 'GET',
    path: '/',
    host: '',
    id,
    bytes: 0,
  })

  test('tells those of one namespace in their order', () => {
    const log = new RequestLog()
    for (const [namespace, id] of [
      ['a', '1'],
      ['b', '2'],
      ['a', '3'],
    ] as const)
      log.add(record(namespace, id))
    expect(log.of('a').map(({ id }) => id)).toEqual(['1', '3'])
    expect(log.of('c')).toEqual([])
  })

  test('counts by pod', () => {
    const log = new RequestLog()
    expect([log.count('u1'), log.count('u2'), log.count('u1')]).toEqual([1, 1, 2])
  })
})
