// ./rehearse as people call it.
import { spawn } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { rehearsals } from '@sluice/twin'
import { PROJECT } from './rig/step.ts'
import { PUBLISHED } from '../doubles/project.ts'

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
const rehearse = (...words: readonly string[]): Promise<Ended> => rehearseIn(ENVIRONMENT, ...words)

function rehearseIn(
  env: Readonly<Record<string, string | undefined>>,
  ...words: readonly string[]
): Promise<Ended> {
  const child = spawn(join(PROJECT, 'rehearse'), words, {
    env,
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
  expect(names).toEqual(rehearsals.map(({ name }) => name))
})

test('--help says how to call it', async () => {
  const { code, stdout } = await rehearse('--help')
  expect(code).toBe(0)
  expect(stdout).toMatch(/^usage: \.\/rehearse/)
})

describe('a repository of your own', () => {
  const EXAMPLE = join(PROJECT, 'examples/azureml-taxi')
  let own: string
  beforeEach(() => {
    own = mkdtempSync(join(folder, 'own-'))
    cpSync(EXAMPLE, own, { recursive: true })
  })
  const change = (path: string, from: string | RegExp, to: string): void => {
    const text = readFileSync(join(own, path), 'utf8')
    const changed = text.replace(from, to)
    if (changed === text) throw new Error(`${path} has no ${String(from)}`)
    writeFileSync(join(own, path), changed)
  }

  test.each<[string, () => void, string]>([
    [
      'without rehearsal.yml',
      () => rmSync(join(own, 'rehearsal.yml')),
      'rehearsal.yml does not exist; copy examples/azureml-taxi/rehearsal.yml there',
    ],
    [
      'whose rehearsal.yml is no YAML',
      () => writeFileSync(join(own, 'rehearsal.yml'), 'models: {}\nb: ]\n'),
      'rehearsal.yml:2: this is no YAML: ',
    ],
    [
      'with an env-file that lacks a key',
      () => change('env/.env.prod', /^workspace=.*$/m, ''),
      '.env.prod: no key `workspace`; found group, location, endpoint, model; add a line workspace=NAME',
    ],
    [
      'with a model of an unknown kind',
      () => change('rehearsal.yml', 'kind: error-text', 'kind: error'),
      'models.nyc_fare_prediction.3.kind: found "error"; the kinds are linear, fixed, error-text, status',
    ],
    [
      'with a model that lacks what its kind needs',
      () => change('rehearsal.yml', 'intercept: 3.4', 'intercept: much'),
      'models.nyc_fare_prediction.1.intercept: kind linear wants a number here',
    ],
    [
      'that touches a file that is not there',
      () => change('rehearsal.yml', 'scoring/score.py', 'scoring/other.py'),
      'other.py does not exist; rehearsal.yml names it at touch',
    ],
  ])('%s is refused in words, without a stack', async (_, spoil, says) => {
    spoil()
    const { code, stderr } = await rehearse('--approve', '--repository', own)
    expect(code).toBe(1)
    expect(stderr).toContain(says)
    expect(stderr).toContain(own)
    expect(stderr).not.toContain('    at ')
  })

  test('that ends otherwise is told last where it stopped; a location is not needed', async () => {
    change('rehearsal.yml', /^ {4}1:$/m, '    9:')
    change('env/.env.staging', /^location=.*$/m, '')
    const { code, stderr } = await rehearse('--approve', '--repository', own)
    expect(code).toBe(1)
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(
      /^this run ended aborted: stopped in staging \/ deploy, step Test the slot: ENDPOINT_TEST_FAILED: /,
    )
  })
})

test.each(rehearsals.map(({ name }) => name).filter((name) => name.startsWith('kubernetes-')))(
  'without a control plane and without Go, %s says what to install, with exit code 3',
  async (scenario) => {
    const bin = mkdtempSync(join(folder, 'bin-'))
    for (const tool of ['bash', 'dirname', 'npm', 'env', 'git']) linkTool(tool, bin)
    const ended = await rehearseIn(
      { PATH: bin, HOME: bin, XDG_CACHE_HOME: join(bin, 'cache') },
      '--scenario',
      scenario,
      '--approve',
    )
    expect(ended).toMatchObject({ code: 3, stderr: expect.stringContaining('Install Go') })
    expect(ended.stderr).toMatch(/etcd, kube-apiserver, kube-controller-manager/)
    expect(ended.stderr).not.toContain('    at ')
  },
)

/** A link in `bin` to a program of this machine. */
function linkTool(tool: string, bin: string): void {
  const folders = (ENVIRONMENT['PATH'] ?? '').split(delimiter)
  const found = folders.map((one) => join(one, tool)).find((path) => existsSync(path))
  if (found === undefined) throw new Error(`this machine has no ${tool}`)
  symlinkSync(found, join(bin, tool))
}

test('bad-model ends well, and says so; an error is shown once', async () => {
  const [short, long] = await Promise.all([
    rehearse('--scenario', 'bad-model'),
    rehearse('--scenario', 'bad-model', '--verbose'),
  ])
  expect(short.code).toBe(0)
  expect(short.stdout.trimEnd().split('\n').at(-1)).toBe(
    'The rehearsal went well, as docs/rehearsal.md says: bad-model ends aborted (the new model was stopped, and the traffic is as it was before).',
  )
  expect(short.stdout).toMatch(/error ENDPOINT_TEST_FAILED: slot green/)
  expect(short.stdout).not.toContain('Skip output')
  expect(long.stdout.match(/2 of 2 answers failed/g)).toHaveLength(1)
  expect(long.stdout).toContain("Skip output 'artifact' since it is empty.")
})

test('--approve with --verbose shows what a reviewer would see', async () => {
  const { code, stdout } = await rehearse('--approve', '--verbose')
  expect(code).toBe(0)
  expect(stdout).toMatch(/## traffic-swap: .*paused/)
  expect(stdout).toContain('Evidence digest')
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
  expect(stdout).toContain(`${PUBLISHED} in the callers means this checkout`)
  expect(stdout).toMatch(/happy: held in [\d.]+ s/)
  expect(stdout).toMatch(/staging +blue=100\n +production +blue=0\n/)
  expect(stdout).toMatch(/went well, as the reviewer decided: happy ends held/)
  expect(stdout).not.toContain('\u001b')
})
