// `npm run jest [-- <jest arguments>]`: all suites but kill and cluster. First argument `unit`: only
// those beside the packages, actions and cli. `kill` and `cluster`: the suites of those folders of test.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runNode } from './child.ts'
import { reportTally } from './tally.ts'

const modes = {
  unit: ['--roots', 'packages', 'actions', 'cli', '--'],
  kill: ['--config', 'test/kill/jest.config.mjs'],
  cluster: ['--config', 'test/cluster/jest.config.mjs'],
}
const [first, ...rest] = process.argv.slice(2)
const mode = first !== undefined && Object.hasOwn(modes, first) ? first : undefined
const asked = mode === undefined ? process.argv.slice(2) : rest

const folder = mkdtempSync(join(tmpdir(), 'sluice-jest-'))
const report = join(folder, 'report.json')
const ended = await runNode([
  '--experimental-vm-modules',
  // The flag's own warning, once per worker, is no news to anybody.
  '--disable-warning=ExperimentalWarning',
  'node_modules/jest/bin/jest.js',
  '--json',
  `--outputFile=${report}`,
  ...(mode === undefined ? [] : modes[mode]),
  ...asked,
])
reportTally({ part: mode === undefined ? 'tests' : `${mode} tests`, ...readCounts(report) })
rmSync(folder, { recursive: true })
process.exitCode = ended.code

/** A suite that could not start counts as one failed test: jest counts none of its own for it. */
function readCounts(path) {
  try {
    const counts = JSON.parse(readFileSync(path, 'utf8'))
    return {
      passed: counts.numPassedTests,
      failed: counts.numFailedTests + counts.numRuntimeErrorTestSuites,
      skipped: counts.numPendingTests,
    }
  } catch {
    // Jest ended before it wrote a report.
    return { passed: 0, failed: 1 }
  }
}
