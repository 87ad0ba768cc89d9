// `npm run jest [-- <jest arguments>]`: all suites but kill and cluster. First argument `unit`: only
// those beside the packages, actions and cli. `kill` and `cluster`: the suites of those folders of test.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runChild } from './child.ts'
import { reportTally } from './tally.ts'

const modes = {
  unit: ['--roots', 'packages', 'actions', 'cli', '--'],
  kill: ['--config', 'test/kill/jest.config.mjs'],
  cluster: [],
}
const [first, ...rest] = process.argv.slice(2)
const mode = first !== undefined && Object.hasOwn(modes, first) ? first : undefined
const asked = mode === undefined ? process.argv.slice(2) : rest
const runs =
  mode === 'cluster'
    ? // Imported here: the twin takes a while to load, and no other mode needs it.
      await (await import('./cluster-runs.ts')).planClusterRuns(asked)
    : [{ project: mode === undefined ? [] : modes[mode], before: [], env: {} }]

const folder = mkdtempSync(join(tmpdir(), 'sluice-jest-'))
const total = { passed: 0, failed: 0, skipped: 0 }
for (const [index, run] of runs.entries()) {
  const report = join(folder, `report-${index}.json`)
  const [file, ...args] = [
    ...run.before,
    process.execPath,
    '--experimental-vm-modules',
    // The flag's own warning, once per worker, is no news to anybody.
    '--disable-warning=ExperimentalWarning',
    'node_modules/jest/bin/jest.js',
    '--json',
    `--outputFile=${report}`,
    ...run.project,
    ...asked,
  ]
  const ended = await runChild(file, args, { env: { ...process.env, ...run.env } })
  const counts = readCounts(report)
  for (const kind of Object.keys(total)) total[kind] += counts[kind]
  if (ended.code !== 0) process.exitCode = ended.code
}
reportTally({ part: mode === undefined ? 'tests' : `${mode} tests`, ...total })
rmSync(folder, { recursive: true })

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
    return { passed: 0, failed: 1, skipped: 0 }
  }
}
