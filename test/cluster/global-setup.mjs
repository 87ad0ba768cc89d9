// One cluster for all suites of a jest run. Plain JavaScript: jest imports it without its transform,
// and Node itself reads the TypeScript that it imports.
import { ABSENT_VARIABLE, FACTS_VARIABLE } from './facts.ts'
import { startHost } from './host-process.ts'

export default async function setUp() {
  const host = await startHost()
  if ('missing' in host) {
    if (process.env.CI) throw new Error(`no cluster, and CI is set: ${host.missing}`)
    process.env[ABSENT_VARIABLE] = host.missing
    tellAbsence(host.missing)
    return
  }
  process.env[FACTS_VARIABLE] = JSON.stringify(host.facts)
  globalThis.sluiceClusterHost = host
  const { seconds, server, origin } = host.facts
  console.log(`\ncluster ready in ${seconds.toFixed(1)} s (${server}); its parts: ${origin}`)
}

/** `folder`: whose suites are skipped. */
export function tellAbsence(missing, folder = 'test/cluster') {
  const what = folder.endsWith('traffic') ? 'NO DATA PLANE' : 'NO CLUSTER'
  console.log(`\n${what}: every test of ${folder} is SKIPPED.\n${missing}\n`)
}
