// Smoke checks through a URL: what answers at the address decides, not what the cluster says of itself.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { configMap, runApply } from './action-bench.ts'
import { useCluster } from './harness.ts'
import type { K8sEnd } from './step/k8s-step.ts'

const cluster = useCluster()

let server: Server
let asked: string[]
beforeAll(async () => {
  asked = []
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    const answers: Readonly<Record<string, readonly [number, string]>> = {
      '/shop/health': [200, 'fine'],
      '/shop/api/version': [200, '{"version":"1.4.2"}'],
      '/shop/old': [410, 'gone for good'],
    }
    const [status, body] = answers[request.url ?? ''] ?? [404, 'nothing here']
    response.writeHead(status, { 'content-type': 'text/plain' }).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterAll(() => void server.close())

const addressOf = (one: Server): string => `http://127.0.0.1:${(one.address() as AddressInfo).port}`

interface Ended extends K8sEnd {
  readonly namespace: string
}

async function check(smoke: string, target: string): Promise<Ended> {
  const namespace = await cluster.namespace()
  const inputs = { smoke, 'smoke-target': target, 'timeout-seconds': '3' }
  const end = await runApply(cluster, { namespace, objects: [configMap('conf')], inputs })
  return { ...end, namespace }
}

const confIn = async (namespace: string): Promise<number> =>
  (await cluster.kubectl('get', 'cm', 'conf', '-n', namespace)).code

describe('smoke through a URL', () => {
  test('what answers as wanted is told, below the path of the address', async () => {
    const smoke = '/health\n/api/version = 200 "1.4.2"\n/old = 410'
    const step = await check(smoke, `${addressOf(server)}/shop/`)
    expect(step).toMatchObject({ exitCode: 0, annotations: [], outputs: { outcome: 'ready' } })
    expect(step.lines.filter((line) => line.startsWith('smoke: '))).toEqual([
      'smoke: /health 200, as wanted',
      'smoke: /api/version 200, as wanted',
      'smoke: /old 410, as wanted',
    ])
    expect([...asked].sort()).toEqual([
      'GET /shop/api/version',
      'GET /shop/health',
      'GET /shop/old',
    ])
  })

  test('a wrong status and a wrong body fail the step, with what was answered', async () => {
    const smoke = '/health\n/missing\n/api/version = 200 "9.9.9"'
    const step = await check(smoke, `${addressOf(server)}/shop`)
    expect(step).toMatchObject({
      exitCode: 1,
      outputs: { outcome: 'failed', changed: 'true', created: '1' },
    })
    expect(step.annotations.map(({ title }) => title)).toEqual([
      'k8s-apply: K8S_APPLY_SMOKE_FAILED',
    ])
    expect(step.annotations[0]?.message).toBe(
      [
        '2 of 3 checks failed:',
        '- /missing 404, wanted 200; nothing here',
        '- /api/version 200, wanted 200 with "9.9.9"; "9.9.9" is not in the body: {"version":"1.4.2"}',
        'Look at the answer that is shown; the new state is live.',
      ].join('\n'),
    )
    expect(step.summary).toContain('| <code>&#47;missing</code> | 404 |')
    expect(await confIn(step.namespace)).toBe(0)
  })

  test('nobody who listens is no answer, and said so', async () => {
    const closed = createServer()
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve))
    const address = addressOf(closed)
    await new Promise((resolve) => closed.close(resolve))
    const step = await check('/health', address)
    expect(step).toMatchObject({ exitCode: 1, outputs: { outcome: 'failed', created: '1' } })
    expect(step.annotations[0]?.message).toMatch(
      /^1 of 1 checks failed:\n- \/health no answer, wanted 200; .*(ECONNREFUSED|refused)/,
    )
    expect(step.seconds).toBeLessThan(20)
  })
})
