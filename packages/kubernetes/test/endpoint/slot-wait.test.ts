// A deploy ends when the slot's own Service lists its pods, and says why when it does not.
import { describe, expect, test } from '@jest/globals'
import { awaitSlot } from '../../src/endpoint/slot-wait.ts'
import type { KubeObject } from '../../src/object.ts'
import { app, deployment, service } from './endpoint-objects.ts'
import { memoryEndpoint, type MemoryEndpoint } from './memory-endpoint.ts'

const signal = new AbortController().signal
const own = service('mon-app-green', app('green'))
const green = (replicas: number): KubeObject =>
  deployment({ name: 'mon-app-green', labels: app('green'), replicas })

/** Seconds of the wait for a Deployment that was sent with three replicas. */
async function wait(endpoint: MemoryEndpoint): Promise<number> {
  const { site, clock } = endpoint
  const live = endpoint.find('Deployment', 'mon-app-green')
  const sent = { ...live, spec: { ...(live['spec'] as object), replicas: 3 } }
  const since = clock.now()
  const slot = { slot: 'green', service: own, deployment: sent, since, written: false }
  await awaitSlot(site, slot, signal)
  return (clock.now() - since) / 1000
}

describe('pods that are ready', () => {
  test('and all listed: at once', async () => {
    expect(await wait(memoryEndpoint([green(3), own]))).toBe(0)
  })

  test('and listed by nobody', async () => {
    const elsewhere = service('mon-app-green', { app: 'else' })
    await expect(wait(memoryEndpoint([green(3), elsewhere]))).rejects.toMatchObject({
      code: 'KUBERNETES_DEPLOY_FAILED',
      message: 'slot green of shop/mon-app: its Service mon-app-green lists none of its ready pods',
    })
  })

  test('and without a port of the Service', async () => {
    const endpoint = memoryEndpoint([green(3), own])
    endpoint.controller.isAwake = false
    endpoint.change('EndpointSlice', 'mon-app-green', { ports: [] })
    await expect(wait(endpoint)).rejects.toThrow(
      'the pods behind its Service mon-app-green have no container port http',
    )
  })

  test('but fewer than were sent are listed: an autoscaler may have its reasons', async () => {
    const endpoint = memoryEndpoint([green(3), own])
    endpoint.controller.isAwake = false
    const [one] = endpoint.find('EndpointSlice', 'mon-app-green')['endpoints'] as readonly unknown[]
    endpoint.change('EndpointSlice', 'mon-app-green', { endpoints: [one] })
    expect(await wait(endpoint)).toBeGreaterThanOrEqual(30)
  })
})
