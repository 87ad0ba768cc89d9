// All rehearsals, each played once: what came of them, what stands in git, what went over the wire.
import { join } from 'node:path'
import { beforeAll, describe, expect, jest, test } from '@jest/globals'
import { differences, readExpectations, rehearsals, type Expectation } from '@sluice/twin'
import { makeJudge, renderJudgement, type Judgement } from '../oav/judge.ts'
import { play, SCENARIOS, type Played } from './rig/rehearsals.ts'
import { leaksIn } from './rig/secrets.ts'
import { PROJECT } from './rig/step.ts'
import { trafficWrites } from './rig/wire.ts'

jest.setTimeout(240_000)

const STAGING = 'taxi-fare-staging'
const PRODUCTION = 'taxi-fare-prod'
/** Design: operations that the rehearsals must exercise at least. */
const MIN_OPERATIONS = 12

const played = new Map<string, Played>()
let table: readonly Expectation[]

beforeAll(async () => {
  table = await readExpectations(join(PROJECT, 'docs/rehearsal.md'))
  for (const name of SCENARIOS) played.set(name, await play(name))
})

function of(name: string): Played {
  const found = played.get(name)
  if (found === undefined) throw new Error(`${name} was not played`)
  return found
}
const steps = (one: Played) => one.runs.flatMap(({ jobs }) => jobs.flatMap((job) => job.steps))
const weightsOf = (one: Played, endpoint: string) =>
  trafficWrites(one.exchanges, endpoint).map(({ traffic }) =>
    Object.fromEntries(Object.entries(traffic).filter(([, weight]) => weight > 0)),
  )
const texts = (value: unknown): string => JSON.stringify(value)

test('the tables and the list name the same scenarios; those on simulators are the six of this suite', () => {
  expect(table.map(({ scenario }) => scenario)).toEqual(rehearsals.map(({ name }) => name))
  expect(rehearsals.slice(0, SCENARIOS.length).map(({ name }) => name)).toEqual(SCENARIOS)
  expect(SCENARIOS.toSorted()).toEqual([
    'bad-model',
    'happy',
    'later-step-fails',
    'reject',
    'rerun',
    'second-promotion',
  ])
})

describe.each(SCENARIOS)('%s', (name) => {
  test('ends as docs/rehearsal.md says', () => {
    const expected = table.find(({ scenario }) => scenario === name)
    if (expected === undefined) throw new Error('no row')
    expect(differences(expected, of(name).cells)).toEqual([])
    expect(of(name).notes).toEqual([])
  })

  test('reports exactly the keys of the design', () => {
    const { report } = of(name)
    const keys = (value: object): readonly string[] => Object.keys(value).toSorted()
    expect(keys(report)).toEqual([
      'apiCalls',
      'outcome',
      'pullRequests',
      'seconds',
      'statuses',
      'timeline',
      'traffic',
    ])
    expect(keys(report.traffic)).toEqual(['production', 'staging'])
    expect(keys(report.apiCalls)).toEqual(['arm', 'blob', 'entra', 'github', 'scoring'])
    const entries: readonly (readonly [readonly object[], readonly string[]])[] = [
      [report.statuses, ['context', 'sha', 'state']],
      [report.pullRequests, ['base', 'head', 'number', 'state']],
      [report.timeline, ['at', 'text']],
    ]
    const wrong = entries.flatMap(([list, wanted]) =>
      list.filter((entry) => texts(keys(entry)) !== texts(wanted)),
    )
    expect(wrong).toEqual([])
    const times = report.timeline.map(({ at }) => at)
    expect(times).toEqual(times.toSorted())
    expect(JSON.parse(texts(report))).toEqual(report)
  })

  test('counts every call of the actions', () => {
    const { report, exchanges } = of(name)
    const arm = exchanges.filter(({ face }) => face === 'arm').length
    expect(report.apiCalls.arm).toBe(arm)
    expect(Object.values(report.apiCalls).every((count) => count >= 0)).toBe(true)
  })

  test('leaves a sound repository that knows every SHA', () => {
    const { git } = of(name)
    expect(git.fsck).toBe('')
    expect(git.unknown).toEqual([])
  })

  test('writes only weights that sum to 100 or 0', () => {
    const sums = [STAGING, PRODUCTION]
      .flatMap((endpoint) => trafficWrites(of(name).exchanges, endpoint))
      .map(({ traffic }) => Object.values(traffic).reduce((sum, weight) => sum + weight, 0))
    expect(sums.filter((sum) => sum !== 100 && sum !== 0)).toEqual([])
  })

  test('shows no secret in logs, outputs, summaries, annotations and artifacts', () => {
    const { runs, artifacts, report, shown, secrets } = of(name)
    expect(secrets.size).toBeGreaterThan(3)
    expect(leaksIn(texts([runs, artifacts, report, shown]), secrets)).toEqual([])
  })

  test('gives one error annotation per failed action and one section per summary', () => {
    const all = steps(of(name)).filter(({ summary }) => summary !== null)
    const wrong = all.filter(({ outcome, annotations, summary }) => {
      const errors = annotations.filter(({ level }) => level === 'error')
      const sections = (summary ?? '').split('\n').filter((line) => line.startsWith('## '))
      return errors.length !== (outcome === 'failure' ? 1 : 0) || sections.length !== 1
    })
    expect(wrong.map(({ name: step, annotations }) => [step, annotations])).toEqual([])
  })

  test('knows whose the failures are: none of ours, none of the simulators', () => {
    expect(texts(of(name).runs)).not.toMatch(/_BUG\b|twinFault/)
    expect(of(name).exchanges.filter(({ status }) => status === 599)).toEqual([])
  })
})

describe('happy', () => {
  test('takes at most a minute', () => {
    const { seconds } = of('happy').report
    console.log(`happy: ${seconds} s`)
    expect(seconds).toBeLessThanOrEqual(60)
  })

  test('log of main shows the merge, whose second parent bears the green status', () => {
    const { git, report } = of('happy')
    expect(git.mainMerges).toHaveLength(1)
    const [, head] = git.mainParents[0] ?? []
    const staging = report.statuses.filter(({ context }) => context === 'cd/staging')
    expect(staging.map(({ sha }) => sha)).toContain(head)
    expect(new Set(staging.map(({ sha }) => sha)).size).toBe(2)
  })

  test('asks the reviewer with plan and evidence in front of them, then moves traffic', () => {
    const one = of('happy')
    expect(one.shown).toHaveLength(1)
    expect(one.shown[0]).toMatch(/## traffic-swap: .*paused/)
    expect(one.shown[0]).toMatch(/## endpoint-test: .*pass/)
    expect(one.shown[0]).toContain('Evidence digest')
    const approved = one.exchanges.find(
      ({ method, path }) => method === 'POST' && path.endsWith('/pending_deployments'),
    )
    const [write, ...more] = trafficWrites(one.exchanges, PRODUCTION)
    expect(more).toEqual([])
    expect(write?.number).toBeGreaterThan(approved?.number ?? Infinity)
    const timeline = one.report.timeline.map(({ text }) => text)
    const at = (text: string): number => timeline.findIndex((line) => line.includes(text))
    expect(at('approval wanted: production-approval')).toBeGreaterThan(0)
    expect(at('approved: production-approval')).toBeGreaterThan(at('approval wanted'))
    expect(at('Move the traffic')).toBeGreaterThan(at('approved: production-approval'))
  })

  test('documents travel under the name of environment, endpoint, job and attempt', () => {
    const names = Object.entries(of('happy').artifacts)
      .filter(([path]) => path.endsWith('artifact.json'))
      .map(([, text]) => (JSON.parse(text) as { name: string }).name)
    expect(names.toSorted()).toEqual([
      `sluice-production-${PRODUCTION}-plan-1`,
      `sluice-staging-${STAGING}-deploy-1`,
    ])
  })

  test('production deploys what staging tested: the same revision, by the lock', () => {
    const documents = Object.entries(of('happy').artifacts)
      .filter(([path]) => path.endsWith('target.json'))
      .map(([, text]) => JSON.parse(text) as { endpoint: string; revisionDigest: string })
    expect(documents.map(({ endpoint }) => endpoint).toSorted()).toEqual([PRODUCTION, STAGING])
    expect(new Set(documents.map(({ revisionDigest }) => revisionDigest)).size).toBe(1)
  })
})

test('second-promotion: production takes the other slot, in steps', () => {
  expect(weightsOf(of('second-promotion'), PRODUCTION)).toEqual([
    { blue: 100 },
    { blue: 90, green: 10 },
    { blue: 50, green: 50 },
    { green: 100 },
  ])
  expect(of('second-promotion').git.mainMerges).toHaveLength(2)
})

test('bad-model: no traffic is written anywhere, and no pull request is opened', () => {
  const one = of('bad-model')
  expect(weightsOf(one, STAGING)).toEqual([])
  expect(weightsOf(one, PRODUCTION)).toEqual([])
  expect(one.report.pullRequests).toEqual([])
  expect(one.git.mainMerges).toEqual([])
  const failed = steps(one).filter(({ outcome }) => outcome === 'failure')
  expect(texts(failed)).toContain('ENDPOINT_TEST_FAILED')
})

test('bad-model: the timeline tells what people did, and the code of the error', () => {
  const timeline = of('bad-model').report.timeline.map(({ text }) => text)
  expect(timeline).toEqual(
    expect.arrayContaining([
      'version 3 of nyc_fare_prediction registered',
      'staging started by hand for version 3',
      expect.stringMatching(/^error ENDPOINT_TEST_FAILED: slot green/),
      "warning: Skip output 'artifact' since it is empty.",
    ]),
  )
})

test('happy: push and merge stand in the timeline before what they start', () => {
  const timeline = of('happy').report.timeline.map(({ text }) => text)
  const at = (start: string): number => timeline.findIndex((text) => text.startsWith(start))
  expect(at('push to integration: mona')).toBeGreaterThan(0)
  expect(at('cd-staging started')).toBeGreaterThan(at('push to integration'))
  expect(at('pull request #1 merged by mona')).toBeGreaterThan(at('cd-staging started'))
  expect(at('cd-production started')).toBeGreaterThan(at('pull request #1 merged'))
})

test('reject: production traffic is not written at all', () => {
  expect(weightsOf(of('reject'), PRODUCTION)).toEqual([])
  expect(weightsOf(of('reject'), STAGING)).toEqual([{ green: 100 }])
})

test('rerun: every job ran twice, and the second time wrote nothing but statuses', () => {
  const { runs, exchanges } = of('rerun')
  const attempts = runs.map(({ run }) => run.attempt)
  expect(attempts.filter((attempt) => attempt === 1)).toHaveLength(attempts.length / 2)
  expect(new Set(attempts)).toEqual(new Set([1, 2]))
  expect(runs.every(({ conclusion }) => conclusion === 'success')).toBe(true)
  const first = of('happy').exchanges
  const armWrites = (all: typeof exchanges): number =>
    all.filter(({ face, method }) => face === 'arm' && method === 'PUT').length
  expect(armWrites(exchanges)).toBe(armWrites(first))
})

test('later-step-fails: the post step writes the old weights once', () => {
  expect(weightsOf(of('later-step-fails'), STAGING)).toEqual([{ green: 100 }, { blue: 100 }])
  const post = steps(of('later-step-fails')).filter(({ stage }) => stage === 'post')
  expect(texts(post.map(({ summary }) => summary))).toContain('restored')
})

test('a result that is not as the table says is told, line by line', () => {
  const [row] = table
  if (row === undefined) throw new Error('no row')
  const other = { ...of('happy').cells, outcome: 'held', 'pull requests': 'none' }
  expect(differences(row, other)).toEqual([
    expect.stringMatching(/^outcome: found "held"; .* "promoted"$/),
    expect.stringMatching(/^pull requests: found "none"/),
  ])
})

describe('the official description of the API', () => {
  let judgement: Judgement
  beforeAll(async () => {
    const judge = await makeJudge()
    judgement = await judge([...played.values()].flatMap(({ exchanges }) => exchanges))
    console.log(renderJudgement(judgement))
  })

  test('judges every exchange with the simulated Azure, but for the fixed list', () => {
    expect(judgement.unexpected).toEqual([])
    expect(judgement.dropped).toBe(0)
    const all = [...played.values()].flatMap(({ exchanges }) => exchanges)
    const counted = [...Object.values(judgement.judged), ...Object.values(judgement.unjudged)]
    expect(counted.reduce((sum, count) => sum + count, 0)).toBe(
      all.filter(({ face }) => face === 'arm').length,
    )
  })

  test('finds nothing wrong in requests and answers', () => {
    expect(judgement.failures).toEqual([])
  })

  test(`sees at least ${MIN_OPERATIONS} distinct operations`, () => {
    expect(judgement.operations.length).toBeGreaterThanOrEqual(MIN_OPERATIONS)
  })
})
