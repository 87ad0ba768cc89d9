// The whole way of a model through the three actions, on each back end that has a data plane here.
import { describe, expect, test } from '@jest/globals'
import { useEndpoints, type Routed } from './endpoint.ts'
import { useDataPlane } from './rig.ts'

const plane = useDataPlane()
const endpoints = useEndpoints(plane)

describe.each<Routed>(['service', 'replicas', 'http-route', 'ingress'])('%s', (backEnd) => {
  test('first and second release: deployed, tested, swapped, and back', async () => {
    const endpoint = await endpoints.open({ backEnd })
    const { host } = endpoint
    const first = await endpoint.release({ version: 'v1' })
    expect(first.deploy.outputs).toMatchObject({ slot: 'blue', traffic: 'none', changed: 'true' })
    expect(first.swap.outputs).toMatchObject({ outcome: 'promoted', traffic: 'blue=100' })
    await plane.answered({ host }, ({ body }) => body['version'] === 'v1')

    const second = await endpoint.release({ version: 'v2' })
    expect(second.deploy.outputs).toMatchObject({ slot: 'green', 'active-slot': 'blue' })
    expect(second.swap.outputs).toMatchObject({
      outcome: 'promoted',
      'traffic-before': 'blue=100',
      traffic: 'green=100',
    })
    await plane.answered({ host }, ({ body }) => body['version'] === 'v2')

    const again = await endpoint.swap()
    expect(again.outputs).toMatchObject({ outcome: 'unchanged', changed: 'false' })
    const back = await endpoint.swap({ mode: 'rollback', slot: 'blue' })
    expect(back.outputs).toMatchObject({ outcome: 'rolled-back', traffic: 'blue=100' })
    await plane.answered({ host }, ({ body }) => body['version'] === 'v1')
  })
})
