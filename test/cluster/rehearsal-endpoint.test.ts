// Rehearsals of an endpoint on the real control plane: what came of them, who asked what of the API
// server, and that nothing stays. `npm run rehearse:all` plays the one that is left out here.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, jest, test } from '@jest/globals'
import {
  differences,
  endpointScenarios,
  isWrite,
  kubernetesEndpoint,
  readExpectations,
  rehearse,
  Timeline,
  type ApiCall,
  type EndpointReport,
  type EndpointScenario,
  type EndpointStage,
  type Rehearsed,
  type RunResult,
} from '@sluice/twin'
import { PUBLISHED } from '../doubles/project.ts'

jest.setTimeout(240_000)

const PROJECT = fileURLToPath(new URL('../..', import.meta.url))

interface Played {
  readonly ended: Rehearsed<EndpointReport>
  readonly runs: readonly RunResult[]
  readonly calls: readonly ApiCall[]
  /** Statuses that users saw. */
  readonly statuses: readonly number[]
  readonly folder: string
  readonly pids: readonly number[]
}

async function play(name: string): Promise<Played> {
  const scenario = endpointScenarios.find((one) => one.name === name)
  if (scenario === undefined) throw new Error(`no scenario ${name}`)
  let seen: Omit<Played, 'ended'> | null = null
  const ended = await rehearse<EndpointStage, EndpointReport, EndpointScenario>(
    { platform: kubernetesEndpoint, scenario },
    {
      repository: join(PROJECT, 'examples/kubernetes-churn'),
      project: { slug: PUBLISHED, folder: PROJECT },
      timeline: new Timeline({ write: () => undefined, colours: false }, false),
      decide: () => Promise.resolve('approved'),
      clock: () => performance.now() / 1000,
      inspect: ({ runs, api, publicAddress, cluster }) => {
        seen = {
          runs: [...runs],
          calls: [...api.calls],
          statuses: [...publicAddress.statuses],
          folder: cluster.folder,
          pids: [cluster.guard.pid, ...cluster.guard.pids.values()],
        }
        return Promise.resolve()
      },
    },
  )
  if (seen === null) throw new Error('nobody looked')
  return { ended, ...(seen as Omit<Played, 'ended'>) }
}

const SCENARIOS = ['kubernetes-canary', 'kubernetes-switch-back'] as const
const played = new Map<string, Played>()

beforeAll(async () => {
  for (const name of SCENARIOS) played.set(name, await play(name))
})

function of(name: string): Played {
  const found = played.get(name)
  if (found === undefined) throw new Error(`${name} was not played`)
  return found
}
const stepsOf = ({ runs }: Played) => runs.flatMap(({ jobs }) => jobs.flatMap((job) => job.steps))
/** `PATCH httproutes/churn 200`, in the namespace. */
const writesIn = ({ calls }: Played, namespace: string): readonly string[] =>
  calls
    .filter((call) => isWrite(call) && call.path.includes(`/namespaces/${namespace}/`))
    .map(({ method, path, status }) => `${method} ${path.split('/').slice(-2).join('/')} ${status}`)

describe.each(SCENARIOS)('%s', (name) => {
  test('ends as docs/rehearsal.md says, in less than two minutes', async () => {
    const rows = await readExpectations(join(PROJECT, 'docs/rehearsal.md'))
    const row = rows.find(({ scenario }) => scenario === name)
    if (row === undefined) throw new Error('no row')
    const { ended, calls } = of(name)
    expect(differences(row, ended.cells)).toEqual([])
    expect(ended.notes).toEqual([])
    expect(ended.report.seconds).toBeLessThan(120)
    console.log(`${name}: ${ended.report.seconds} s, ${calls.length} requests`)
  })

  test('the report has the keys of the design, and survives JSON', () => {
    const { report } = of(name).ended
    expect(Object.keys(report).toSorted()).toEqual([
      'apiCalls',
      'outcome',
      'pullRequests',
      'seconds',
      'statuses',
      'timeline',
      'traffic',
    ])
    expect(report.apiCalls.kubernetes).toBe(of(name).calls.length)
    expect(JSON.parse(JSON.stringify(report))).toEqual(report)
  })

  test('the rights of the example are enough: nothing is refused', () => {
    expect(of(name).calls.filter(({ status }) => status === 403)).toEqual([])
  })

  test('no token is in a log, an output or a summary', () => {
    const { runs, ended } = of(name)
    expect(JSON.stringify([runs, ended.report])).not.toMatch(/eyJ[\w-]+\.[\w-]+\.[\w-]+/)
  })

  test('nothing stays: no process, no file', () => {
    const { folder, pids } = of(name)
    expect(existsSync(folder)).toBe(false)
    expect(pids.filter(isAlive)).toEqual([])
    expect(pids.length).toBeGreaterThanOrEqual(4)
  })

  test('live pods were adopted: their Deployment and their Service were not written', () => {
    const live = of(name).calls.filter(
      (call) => isWrite(call) && /\/(deployments|services)\/churn-blue(\/|$)/.test(call.path),
    )
    expect(live).toEqual([])
  })
})

describe('kubernetes-canary', () => {
  test('traffic of production is one write of the route for each step', () => {
    const writes = writesIn(of('kubernetes-canary'), 'churn')
    expect(writes.filter((one) => one.includes('httproutes'))).toEqual(
      Array.from({ length: 3 }, () => 'PATCH httproutes/churn 200'),
    )
  })

  test('users got an answer every time', () => {
    const { statuses } = of('kubernetes-canary')
    expect(statuses.length).toBeGreaterThan(0)
    expect(new Set(statuses)).toEqual(new Set([200]))
  })
})

describe('kubernetes-switch-back', () => {
  const swaps = () =>
    stepsOf(of('kubernetes-switch-back')).filter(({ name }) => name === 'Move the traffic')

  test('the new version passed every test of its slot, and failed where users are', () => {
    const tests = stepsOf(of('kubernetes-switch-back')).filter(
      ({ name }) => name === 'Test the slot',
    )
    expect(tests.map(({ outputs }) => outputs['verdict'])).toEqual(['pass', 'pass'])
    expect(swaps().map(({ outputs }) => outputs)).toEqual([
      expect.objectContaining({
        outcome: 'aborted',
        'traffic-before': 'blue=100',
        traffic: 'blue=100',
        changed: 'true',
      }),
    ])
  })

  test('forward and back are one write each', () => {
    const writes = writesIn(of('kubernetes-switch-back'), 'churn')
    expect(writes.filter((one) => one.includes('services/churn '))).toEqual(
      Array.from({ length: 2 }, () => 'PATCH services/churn 200'),
    )
  })

  test('the step says which answer was wrong, and the last answer that users got is right', () => {
    const [annotation] = swaps().flatMap(({ annotations }) => annotations)
    expect(annotation?.message).toMatch(/leaving\.json.*status 500 instead of 200/)
    const { statuses } = of('kubernetes-switch-back')
    expect(statuses).toContain(500)
    expect(statuses.at(-1)).toBe(200)
  })
})

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
