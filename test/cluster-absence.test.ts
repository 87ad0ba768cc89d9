// `npm run test:cluster` on a machine that has no control plane and cannot build one.
import { afterAll, expect, test } from '@jest/globals'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const checkout = fileURLToPath(new URL('..', import.meta.url))
const bare = mkdtempSync(join(tmpdir(), 'sluice-bare-'))
afterAll(() => rmSync(bare, { recursive: true }))

/** No Go in PATH, an empty cache; what the run says, how it ends and what it counts. */
function run(more: Readonly<Record<string, string>>) {
  const tally = join(bare, `tally-${Object.keys(more).join('-')}`)
  const ended = spawnSync(
    process.execPath,
    ['--conditions=source', 'scripts/test.mjs', 'cluster', 'bed'],
    {
      cwd: checkout,
      encoding: 'utf8',
      env: { PATH: bare, HOME: bare, TMPDIR: tmpdir(), SLUICE_TALLY: tally, ...more },
    },
  )
  const [passed, failed, skipped] = readFileSync(tally, 'utf8').split(' ').map(Number)
  return { code: ended.status, said: ended.stdout + ended.stderr, passed, failed, skipped }
}

test('every test is skipped, and it is said why and what to install', () => {
  const { said, skipped = 0, ...counts } = run({})
  expect(counts).toEqual({ code: 0, passed: 0, failed: 0 })
  expect(skipped).toBeGreaterThan(10)
  expect(said).toMatch(/NO CLUSTER: every test of test\/cluster is SKIPPED/)
  expect(said).toMatch(/needs Go 1\.26 or newer: go is not in PATH/)
  expect(said).toMatch(/Install Go .*\nOr set KUBEBUILDER_ASSETS/)
}, 30_000)

test('with CI set it is a failure', () => {
  const { said, ...counts } = run({ CI: 'true' })
  expect(counts).toEqual({ code: 1, passed: 0, failed: 1, skipped: 0 })
  expect(said).toMatch(/no cluster, and CI is set: .*is not on this machine/)
}, 30_000)
