import { describe, expect, test } from '@jest/globals'
import { slotHealth } from '../../src/endpoint/slot-health.ts'
import type { ServiceEndpoints } from '../../src/endpoint/slot.ts'
import { app, deployment, service, START_SECONDS } from './endpoint-objects.ts'

const NOW = START_SECONDS * 1000
const ago = (seconds: number): string => new Date(NOW - seconds * 1000).toISOString()

const endpoints: ServiceEndpoints = {
  ready: 2,
  pods: ['a', 'b'],
  ports: [{ name: 'http', port: 8080 }],
}
const conditions = (progressing: string, available: string, seconds: number) =>
  [
    { type: 'Progressing', status: 'True', reason: progressing },
    { type: 'Available', status: available },
  ].map((one) => ({ ...one, lastTransitionTime: ago(seconds), lastUpdateTime: ago(seconds) }))

const healthOf = (shape: object, seen: ServiceEndpoints | null = endpoints) =>
  slotHealth(
    {
      slot: 'green',
      deployment: deployment({ name: 'mon-app-green', labels: app('green'), ...shape }),
      service: seen === null ? null : service('mon-app-green', app('green')),
      endpoints: seen,
      labels: { version: 'green' },
    },
    NOW,
  )

describe('a slot', () => {
  test.each([
    ['all pods ready', {}, 'healthy', ''],
    ['scaled to zero', { replicas: 0 }, 'unhealthy', 'scaled to zero'],
    ['all pods lost', { ready: 0 }, 'unhealthy', 'none of its 2 pods'],
    [
      'one pod lost just now',
      {
        ready: 1,
        more: { status: { conditions: conditions('NewReplicaSetAvailable', 'False', 5) } },
      },
      'changing',
      '1 of 2',
    ],
    [
      'one pod lost long ago',
      {
        ready: 1,
        more: { status: { conditions: conditions('NewReplicaSetAvailable', 'False', 90) } },
      },
      'unhealthy',
      'only 1 of 2 pods are ready since 90 s',
    ],
    [
      'a rollout under way',
      { ready: 0, more: { status: { conditions: conditions('ReplicaSetUpdated', 'False', 90) } } },
      'changing',
      '0 of 2',
    ],
    [
      'a rollout that failed',
      {
        ready: 0,
        more: { status: { conditions: conditions('ProgressDeadlineExceeded', 'False', 0) } },
      },
      'unhealthy',
      'no progress',
    ],
    [
      'a generation that nobody has seen',
      { more: { metadata: { generation: 2 } } },
      'changing',
      'not seen',
    ],
    [
      'being deleted',
      { more: { metadata: { deletionTimestamp: ago(1) } } },
      'unhealthy',
      'being deleted',
    ],
  ])('%s', (_, shape, health, detail) => {
    expect(healthOf(shape)).toMatchObject({ health, detail: expect.stringContaining(detail) })
  })

  test.each([
    ['no endpoint', { ...endpoints, ready: 0 }, 'unhealthy', 'no ready endpoint'],
    ['no such port', { ...endpoints, ports: [] }, 'unhealthy', 'no endpoint for port http'],
    ['no Service of its own', null, 'healthy', ''],
  ])('ready pods, and %s', (_, seen, health, detail) => {
    expect(healthOf({}, seen)).toMatchObject({ health, detail: expect.stringContaining(detail) })
  })

  test('endpoints may come a moment after the pods', () => {
    const status = { conditions: conditions('NewReplicaSetAvailable', 'True', 2) }
    expect(healthOf({ more: { status } }, { ...endpoints, ready: 0 }).health).toBe('changing')
  })

  test('its replicas are those that are ready', () => {
    expect(healthOf({ replicas: 3, ready: 1 }).replicas).toBe(1)
  })
})
