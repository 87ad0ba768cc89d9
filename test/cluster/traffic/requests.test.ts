// What one step of traffic-swap asks of the API server.
import { expect, test } from '@jest/globals'
import { isStream, type ProxiedRequest } from '../proxy/fault.ts'
import { useEndpoints, type Routed } from './endpoint.ts'
import { useDataPlane } from './rig.ts'
import { useRollouts } from './rollouts.ts'

const plane = useDataPlane()
const endpoints = useEndpoints(plane)
const openRollouts = useRollouts(plane)

const MOST_REQUESTS = 6

const render = ({ method, path }: ProxiedRequest): string =>
  `${method} ${path.replace(/^.*\/namespaces\/[^/]+\//, '')}`

/** Every back end at once: nothing here is about time. */
async function countRequests(backEnd: Routed) {
  const proxy = await plane.cluster.faultProxy()
  const endpoint = await endpoints.open({ backEnd, to: proxy })
  const rollouts = await openRollouts(endpoint)
  await rollouts.begin({ version: 'v1' }, { version: 'v2' })
  const target = JSON.parse(await rollouts.target('green')) as { readonly place: object }
  const place = { ...target.place, server: proxy.server }
  proxy.reset()
  const { outputs } = await endpoint.swap({
    target: JSON.stringify({ ...target, place }),
    'allow-untested': 'the suite counts requests',
  })
  const asked = proxy.requests.filter((one) => !isStream(one)).map(render)
  const watches = proxy.requests.length - asked.length
  console.log(`${backEnd}: ${asked.length} and ${watches} watches: ${asked.join(', ')}`)
  return { outcome: outputs['outcome'], asked }
}

test('one swap to 100 asks the API server at most 6 times beside watches', async () => {
  const backEnds: readonly Routed[] = ['service', 'replicas', 'http-route', 'ingress']
  const found = await Promise.all(backEnds.map(countRequests))
  expect(found.map(({ outcome }) => outcome)).toEqual(backEnds.map(() => 'promoted'))
  for (const { asked } of found) {
    // Its look, and its write.
    expect(asked.length).toBeGreaterThan(2)
    expect(asked.length).toBeLessThanOrEqual(MOST_REQUESTS)
  }
})
