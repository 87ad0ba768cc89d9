// One cluster with a gateway for all traffic suites.
import { tellAbsence } from '../global-setup.mjs'
import { ABSENT_VARIABLE, FACTS_VARIABLE } from '../facts.ts'
import { startHost } from '../host-process.ts'

export default async function setUp() {
  // Set by scripts/test.mjs, which looks before it enters the network namespace.
  const absent = process.env[ABSENT_VARIABLE]
  const host = absent ? { missing: absent } : await startHost({ gateway: true })
  if ('missing' in host) {
    if (process.env.CI) throw new Error(`no data plane, and CI is set: ${host.missing}`)
    process.env[ABSENT_VARIABLE] = host.missing
    tellAbsence(host.missing, 'test/cluster/traffic')
    return
  }
  process.env[FACTS_VARIABLE] = JSON.stringify(host.facts)
  globalThis.sluiceClusterHost = host
  const { seconds, server, origin, gateway } = host.facts
  console.log(
    `\ncluster ready in ${seconds.toFixed(1)} s (${server}); its parts: ${origin}` +
      `\ngateway ready in ${gateway.seconds.toFixed(1)} s (${gateway.address}); ${gateway.origin}`,
  )
}
