// The owner of a cluster with a gateway is killed without warning: nothing of either is left.
import { expect, test } from '@jest/globals'
import { statSync } from 'node:fs'
import { startHost, type Host } from '../host-process.ts'
import { leftovers } from '../leftovers.ts'
import { seeUntil } from '../patience.ts'
import { ENTER } from './network.ts'
import { useDataPlane } from './rig.ts'

const plane = useDataPlane()

/** In a network namespace of its own: the pods of two clusters cannot have one port. */
async function begin(): Promise<Host> {
  const host = await startHost({ gateway: true, before: ENTER })
  if ('missing' in host) throw new Error(host.missing)
  return host
}

test('nothing is left when the owner of cluster and gateway is killed', async () => {
  const host = await begin()
  expect(host.facts.pids).toHaveLength(5)
  expect(leftovers(host).split(' ')).toHaveLength(6)
  process.kill(host.pid, 'SIGKILL')
  expect(await seeUntil(/^$/, () => Promise.resolve(leftovers(host)))).toBe('')
})

test('the files of the gateway are readable by their owner only', () => {
  const { folder } = plane.cluster.facts
  const modes = ['gateway.token', 'traefik.yml', 'traefik.log'].map(
    (name) => statSync(`${folder}/${name}`).mode & 0o777,
  )
  expect(modes).toEqual([0o600, 0o600, 0o600])
})
