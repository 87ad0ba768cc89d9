// A control plane for a bench, and what a bench asks it as administrator.
import { setTimeout as sleep } from 'node:timers/promises'
import type { ClusterFacts } from '../test/cluster/facts.ts'
import { startHost } from '../test/cluster/host-process.ts'
import { askJson, closeConnections, type Answer } from '../test/cluster/oracle.ts'

export interface Bed {
  readonly facts: ClusterFacts
  ask(method: string, path: string, body?: object): Promise<Answer>
  /** A new one; its ServiceAccount is there. */
  namespace(): Promise<string>
  stop(): Promise<void>
}

/** null: this machine cannot have one, and it was said why. */
export async function openBed(): Promise<Bed | null> {
  const host = await startHost()
  if ('missing' in host) {
    console.log(host.missing)
    return null
  }
  const { server, ca, token } = host.facts
  const headers = { authorization: `Bearer ${token}` }
  const ask: Bed['ask'] = (method, path, body) =>
    askJson(method, `${server}${path}`, { ca, headers, ...(body !== undefined && { body }) })
  let made = 0
  return {
    facts: host.facts,
    ask,
    namespace: async () => {
      made += 1
      const name = `bench-${made}`
      const metadata = { name }
      await ask('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata })
      const account = `/api/v1/namespaces/${name}/serviceaccounts/default`
      while ((await ask('GET', account)).status !== 200) await sleep(20)
      return name
    },
    stop: async () => {
      closeConnections()
      await host.stop()
    },
  }
}
