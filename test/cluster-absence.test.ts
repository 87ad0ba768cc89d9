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
function run(suite: string, more: Readonly<Record<string, string>>) {
  const tally = join(bare, ['tally', suite, ...Object.keys(more)].join('-'))
  const ended = spawnSync(
    process.execPath,
    ['--conditions=source', 'scripts/test.mjs', 'cluster', suite],
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
  const { said, skipped = 0, ...counts } = run('bed', {})
  expect(counts).toEqual({ code: 0, passed: 0, failed: 0 })
  expect(skipped).toBeGreaterThan(10)
  expect(said).toMatch(/NO CLUSTER: every test of test\/cluster is SKIPPED/)
  expect(said).toMatch(/needs Go 1\.26 or newer: go is not in PATH/)
  expect(said).toMatch(/Install Go .*\nOr set KUBEBUILDER_ASSETS/)
}, 30_000)

test('with CI set it is a failure', () => {
  const { said, ...counts } = run('bed', { CI: 'true' })
  expect(counts).toEqual({ code: 1, passed: 0, failed: 1, skipped: 0 })
  expect(said).toMatch(/no cluster, and CI is set: .*is not on this machine/)
}, 30_000)

test('suites with real traffic are skipped, and it is said what they need', () => {
  const { said, skipped = 0, ...counts } = run('data-plane', {})
  expect(counts).toEqual({ code: 0, passed: 0, failed: 0 })
  expect(skipped).toBeGreaterThan(5)
  expect(said).toMatch(/NO DATA PLANE: every test of test\/cluster\/traffic is SKIPPED/)
  expect(said).toMatch(/need a network namespace \(`unshare -Urn`, `ip`\): .*unshare/)
}, 30_000)

test('with CI set that is a failure too', () => {
  const { said, ...counts } = run('data-plane', { CI: 'true' })
  expect(counts).toEqual({ code: 1, passed: 0, failed: 1, skipped: 0 })
  expect(said).toMatch(/no data plane, and CI is set: .*need a network namespace/)
}, 30_000)

test('a name that no suite has is a failure', () => {
  expect(run('no-such-suite', {})).toMatchObject({ code: 1, passed: 0 })
}, 30_000)
