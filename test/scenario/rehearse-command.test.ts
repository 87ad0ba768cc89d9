// ./rehearse as people call it.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, existsSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { scenarios } from '@sluice/twin'
import { PROJECT } from './rig/step.ts'

jest.setTimeout(120_000)

let folder: string
beforeAll(() => {
  // ./rehearse would install anew, under the feet of every other suite.
  const written = (path: string): number => statSync(join(PROJECT, path)).mtimeMs
  if (written('node_modules/.package-lock.json') <= written('package-lock.json')) {
    throw new Error('the installed packages are older than package-lock.json: run npm ci')
  }
  folder = mkdtempSync(join(tmpdir(), 'sluice-command-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** A person's shell is no jest worker. */
const { JEST_WORKER_ID: _, ...ENVIRONMENT } = process.env

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Without a terminal. */
function rehearse(...words: readonly string[]): Promise<Ended> {
  const child = spawn(join(PROJECT, 'rehearse'), words, {
    env: ENVIRONMENT,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const heard = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8')
    child[name].on('data', (text: string) => {
      heard[name] += text
    })
  }
  return new Promise((done, fail) => {
    child.once('error', fail)
    child.once('close', (code) => done({ code, ...heard }))
  })
}

describe('is refused with exit code 2, and nothing is started', () => {
  test.each<[string, readonly string[], RegExp]>([
    ['no terminal to ask at, and no flag', [], /no terminal: give --approve or --reject/],
    ['the same for another scenario', ['--scenario', 'rerun'], /no terminal/],
    [
      'an unknown scenario',
      ['--scenario', 'sunny', '--approve'],
      /no scenario "sunny".*bad-model/s,
    ],
    ['a name that objects have', ['--scenario', 'constructor', '--approve'], /no scenario/],
    ['both answers', ['--approve', '--reject'], /exclude each other/],
    ['an unknown option', ['--aprove'], /--aprove/],
    ['a word that is no option', ['happy'], /happy/],
    ['an option without its value', ['--scenario'], /--scenario/],
  ])('%s', async (_, words, says) => {
    const json = join(folder, 'none.json')
    const ended = await rehearse(
      ...words,
      ...(words.includes('--scenario') ? [] : ['--json', json]),
    )
    expect(ended).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(says) })
    expect(existsSync(json)).toBe(false)
  })
})

test('--list names every scenario, one a line', async () => {
  const { code, stdout } = await rehearse('--list')
  expect(code).toBe(0)
  const names = stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/\s/)[0])
  expect(names).toEqual(scenarios.map(({ name }) => name))
})

test('--help says how to call it', async () => {
  const { code, stdout } = await rehearse('--help')
  expect(code).toBe(0)
  expect(stdout).toMatch(/^usage: \.\/rehearse/)
})

test('a repository without rehearsal.yml is refused by its name', async () => {
  const { code, stderr } = await rehearse('--approve', '--repository', folder)
  expect(code).toBe(1)
  expect(stderr).toContain(join(folder, 'rehearsal.yml'))
})

test('--reject answers in advance: production stays; the JSON is what it printed', async () => {
  const file = join(folder, 'out.json')
  const { code, stdout } = await rehearse('--reject', '--json', file)
  expect(code).toBe(0)
  const report = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
  expect(Object.keys(report).toSorted()).toEqual([
    'apiCalls',
    'outcome',
    'pullRequests',
    'seconds',
    'statuses',
    'timeline',
    'traffic',
  ])
  expect(report).toMatchObject({
    outcome: 'held',
    traffic: { staging: { blue: 100 }, production: { blue: 0 } },
    pullRequests: [{ number: 1, head: 'promote/main', base: 'main', state: 'closed' }],
  })
  expect(stdout).toContain('sluice-dev/sluice in the callers means this checkout')
  expect(stdout).toMatch(/happy: held in [\d.]+ s/)
  expect(stdout).toMatch(/staging +blue=100\n +production +blue=0\n/)
  expect(stdout).not.toContain('\u001b')
})
