// A cluster's owner is killed without warning: within ten seconds nothing of the cluster is left.
import { expect, test } from '@jest/globals'
import { rmSync, statSync } from 'node:fs'
import { useCluster } from './harness.ts'
import { startHost, type Host } from './host-process.ts'
import { leftovers } from './leftovers.ts'
import { seeUntil } from './patience.ts'

// Not used: it says that this suite needs a cluster, so that it is skipped where there is none.
useCluster()

async function begin(): Promise<Host> {
  const host = await startHost()
  if ('missing' in host) throw new Error(host.missing)
  return host
}

const modeOf = ({ facts }: Host, path: string): number =>
  statSync(`${facts.folder}${path}`).mode & 0o777

type Ending = (host: Host) => void | Promise<void>
const killed: Ending = ({ pid }) => void process.kill(pid, 'SIGKILL')
const asked: Ending = ({ pid }) => void process.kill(pid, 'SIGTERM')
const stopped: Ending = (host) => host.stop()

test.each([
  ['its owner is killed', killed],
  ['its owner is asked to end', asked],
  ['it is stopped', stopped],
] as const)('nothing is left when %s', async (_, end) => {
  const host = await begin()
  expect(host.facts.pids).toHaveLength(4)
  expect(leftovers(host).split(' ')).toHaveLength(5)
  const began = performance.now()
  await end(host)
  expect(await seeUntil(/^$/, () => Promise.resolve(leftovers(host)))).toBe('')
  expect(performance.now() - began).toBeLessThan(10_000)
})

test('no program is left when the guard is killed', async () => {
  const host = await begin()
  const [guard = 0] = host.facts.pids
  process.kill(guard, 'SIGKILL')
  expect(await seeUntil(/^\S*$/, () => Promise.resolve(leftovers(host)))).toBe(host.facts.folder)
  process.kill(host.pid, 'SIGKILL')
  rmSync(host.facts.folder, { recursive: true })
})

test('a folder of secrets is readable by its owner only', async () => {
  const host = await begin()
  const modes = ['', '/admin.kubeconfig', '/tokens.csv', '/pki/sa.key'].map((path) =>
    modeOf(host, path),
  )
  await host.stop()
  expect(modes).toEqual([0o700, 0o600, 0o600, 0o600])
})
