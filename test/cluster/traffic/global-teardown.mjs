import { ABSENT_VARIABLE } from '../facts.ts'
import { tellAbsence } from '../global-setup.mjs'

export default async function tearDown() {
  await globalThis.sluiceClusterHost?.stop()
  // Said again where it is read: at the end.
  const missing = process.env[ABSENT_VARIABLE]
  if (missing) tellAbsence(missing, 'test/cluster/traffic')
}
