// Records how kubectl reads the awkward files: node record-awkward.ts KUBECTL KUBECONFIG
// Any cluster will do: nothing is written to it.
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { askKubectl } from './kubectl-reading.ts'

const folder = join(import.meta.dirname, 'awkward')
const [program = 'kubectl', kubeconfig = ''] = process.argv.slice(2)
const record: Record<string, readonly unknown[] | null> = {}
for (const name of readdirSync(folder)
  .filter((file) => file.endsWith('.yml'))
  .toSorted()) {
  record[name] = await askKubectl({ program, kubeconfig }, join(folder, name))
}
writeFileSync(join(folder, 'kubectl.json'), `${JSON.stringify(record, null, 2)}\n`)
