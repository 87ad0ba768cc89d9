// The rehearsal on the real control plane: what came of it, what the workflows asked of the API
// server, and that nothing stays.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, jest, test } from '@jest/globals'
import {
  clusterScenarios,
  differences,
  isWrite,
  kubernetes,
  readExpectations,
  rehearse,
  Timeline,
  type ApiCall,
  type ClusterReport,
  type ClusterStage,
  type Rehearsed,
  type RunResult,
} from '@sluice/twin'
import { PUBLISHED } from '../doubles/project.ts'

jest.setTimeout(180_000)

const PROJECT = fileURLToPath(new URL('../..', import.meta.url))
const OBJECTS = [
  'deployments/quotes',
  'ingresses/quotes',
  'poddisruptionbudgets/quotes',
  'services/quotes',
]
/** `fail-early: image-pull=` in the example's workflow; times on the server are whole seconds. */
const GRACE_SECONDS = { least: 9, most: 10 }

interface Seen {
  readonly runs: readonly RunResult[]
  readonly calls: readonly ApiCall[]
  readonly folder: string
  readonly pids: readonly number[]
}

let ended: Rehearsed<ClusterReport>
let seen: Seen
let screen = ''

beforeAll(async () => {
  const scenario = clusterScenarios.find(({ name }) => name === 'kubernetes-apply')
  if (scenario === undefined) throw new Error('no scenario kubernetes-apply')
  ended = await rehearse<ClusterStage, ClusterReport, typeof scenario>(
    { platform: kubernetes, scenario },
    {
      repository: join(PROJECT, 'examples/kubernetes-demo'),
      project: { slug: PUBLISHED, folder: PROJECT },
      timeline: new Timeline({ write: (text) => void (screen += text), colours: false }, false),
      decide: () => Promise.reject(new Error('this scenario asks nobody')),
      clock: () => performance.now() / 1000,
      inspect: ({ runs, api, cluster }) => {
        seen = {
          runs: [...runs],
          calls: [...api.calls],
          folder: cluster.folder,
          pids: [cluster.guard.pid, ...cluster.guard.pids.values()],
        }
        return Promise.resolve()
      },
    },
  )
})

const run = (index: number): RunResult => {
  const found = seen.runs[index]
  if (found === undefined) throw new Error(`there are only ${seen.runs.length} runs`)
  return found
}
const applyStep = (index: number) => {
  const steps = run(index).jobs.flatMap((job) => job.steps)
  const found = steps.find(({ name }) => name === 'Apply and wait')
  if (found === undefined) throw new Error('no step applies')
  return found
}
/** `PATCH deployments/quotes 201` */
const writes = (): readonly string[] =>
  seen.calls
    .filter(isWrite)
    .map(({ method, path, status }) => `${method} ${path.split('/').slice(-2).join('/')} ${status}`)

test('ends as docs/rehearsal.md says, in less than a minute', async () => {
  const rows = await readExpectations(join(PROJECT, 'docs/rehearsal.md'))
  const row = rows.find(({ scenario }) => scenario === 'kubernetes-apply')
  if (row === undefined) throw new Error('no row')
  expect(ended.notes).toEqual([])
  expect(differences(row, ended.cells)).toEqual([])
  expect(ended.report.seconds).toBeLessThan(60)
  console.log(`kubernetes-apply: ${ended.report.seconds} s, ${seen.calls.length} requests`)
})

test('the report has the keys that the page names, and survives JSON', () => {
  const { report } = ended
  expect(Object.keys(report).toSorted()).toEqual([
    'apiCalls',
    'objects',
    'outcome',
    'pullRequests',
    'runs',
    'seconds',
    'statuses',
    'timeline',
  ])
  expect(report.apiCalls).toEqual({ kubernetes: seen.calls.length, github: 0 })
  expect(report.objects).toEqual([
    {
      kind: 'Deployment',
      namespace: 'quotes',
      name: 'quotes',
      ready: true,
      images: ['ghcr.io/mona/quotes:1.1.0'],
    },
    ...['Ingress', 'PodDisruptionBudget', 'Service'].map((kind) => ({
      kind,
      namespace: 'quotes',
      name: 'quotes',
      ready: true,
      images: [],
    })),
  ])
  expect(JSON.parse(JSON.stringify(report))).toEqual(report)
  const times = report.timeline.map(({ at }) => at)
  expect(times).toEqual(times.toSorted())
})

test('over all runs: four objects are made, the bad change is written and taken back, no more', () => {
  const [made, changed] = [writes().slice(0, 4), writes().slice(4)]
  expect(made.toSorted()).toEqual(OBJECTS.map((object) => `PATCH ${object} 201`))
  expect(changed).toEqual(['PATCH deployments/quotes 200', 'PATCH deployments/quotes 200'])
})

test('the rights of the example are enough: nothing is refused', () => {
  const refused = seen.calls.filter(({ status }) => status === 403)
  expect(refused.map(({ method, path }) => `${method} ${path}`)).toEqual([])
})

describe('the first push', () => {
  test('makes the objects and waits for the pods', () => {
    const { outputs, summary } = applyStep(0)
    expect(outputs).toMatchObject({ outcome: 'ready', created: '4', failed: '0', changed: 'true' })
    expect(summary).toMatch(/Deployment quotes\S* \| created \| ready/)
  })

  test('needs no notice: the example is as one should write it', () => {
    expect(run(0).jobs.flatMap(({ annotations }) => annotations)).toEqual([])
  })
})

describe('the push of an image that no registry has', () => {
  test('fails within the grace time and says which pod waits for what', () => {
    const { outcome, annotations, summary } = applyStep(1)
    expect(outcome).toBe('failure')
    const errors = annotations.filter(({ level }) => level === 'error')
    expect(errors).toHaveLength(1)
    const told = `${errors[0]?.message}\n${summary}`
    expect(told).toMatch(/quotes-[0-9a-f]+-[0-9a-z]+/)
    expect(told).toMatch(/ErrImagePull|ImagePullBackOff/)
    expect(told).toContain('ghcr.io/mona/quotes:1.2.0')
    expect(secondsOf('failure')).toBeGreaterThanOrEqual(GRACE_SECONDS.least)
    expect(secondsOf('failure')).toBeLessThan(GRACE_SECONDS.most + 15)
  })

  test('puts back what was there', () => {
    expect(applyStep(1).outputs).toMatchObject({ outcome: 'undone' })
    expect(applyStep(1).summary).toMatch(/Deployment quotes\S* \| restored \| ready/)
  })
})

test('the green run again changes nothing', () => {
  expect(run(2).run).toMatchObject({ id: run(0).run.id, attempt: 2 })
  expect(applyStep(2).outputs).toMatchObject({
    outcome: 'unchanged',
    created: '0',
    configured: '0',
    unchanged: '4',
    changed: 'false',
  })
})

test('the timeline shows what people did and the table of every step', () => {
  const texts = ended.report.timeline.map(({ text }) => text)
  expect(texts.filter((text) => text.startsWith('push to main: mona sets'))).toHaveLength(2)
  expect(texts.filter((text) => text.startsWith('## k8s-apply'))).toHaveLength(3)
  expect(screen).toMatch(/the control plane is ready after [\d.]+ s/)
})

test('the token of the account is in no log, output or summary', () => {
  expect(JSON.stringify([seen.runs, ended.report])).not.toMatch(/eyJ[\w-]+\.[\w-]+\.[\w-]+/)
})

test('nothing stays: no process, no file', () => {
  expect(existsSync(seen.folder)).toBe(false)
  expect(seen.pids.filter(isAlive)).toEqual([])
  expect(seen.pids.length).toBeGreaterThanOrEqual(4)
})

/** From the start of the run that ended so to its end, as the timeline tells. */
function secondsOf(conclusion: string): number {
  const { timeline } = ended.report
  const end = timeline.findIndex(({ text }) => text === `run ended: ${conclusion}`)
  const start = timeline.slice(0, end).findLast(({ text }) => text.startsWith('deploy started'))
  return (Date.parse(timeline[end]?.at ?? '') - Date.parse(start?.at ?? '')) / 1000
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
