// `npm run bench [-- --only start|apply] [--runs <n>]`: how long the bundles take to start, and how
// k8s-apply does against kubectl and helm on a real control plane. Exits 1 when a limit is broken.
// What is measured and how: docs/benchmarks.md.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { benchApply } from './bench-apply.ts'
import { benchStart } from './bench-start.ts'

const { values } = parseArgs({ options: { runs: { type: 'string' }, only: { type: 'string' } } })
const parts = { start: [benchStart, 15], apply: [benchApply, 3] }
const wanted = Object.keys(parts).filter((part) => [part, undefined].includes(values.only))
const given = values.runs === undefined ? null : Number(values.runs)
if (wanted.length === 0 || (given !== null && !(Number.isInteger(given) && given > 0))) {
  console.error('wanted: npm run bench [-- --only start|apply] [--runs <n>]')
  process.exit(2)
}

const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'))
try {
  for (const part of wanted) {
    const [bench, runs] = parts[part]
    if (!(await bench(folder, given ?? runs))) process.exitCode = 1
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
