// A cancelled step: SIGTERM at requests that get no answer. It ends at once, says what is live, and
// one more run goes on from there.
import type { ChildProcess } from 'node:child_process'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { useCluster, type ProxiedRequest } from './harness.ts'
import { overBefore, recordBefore } from './kill/before.ts'
import { endingOf, Lane } from './kill/lane.ts'
import { isWrite } from './kill/points.ts'
import { differenceOf } from './kill/state.ts'

const cluster = useCluster({ own: true })

/** Within one second a request ends; the rest is the report, on a busy machine. */
const LIMIT_SECONDS = 3

let lane: Lane
let whole: Awaited<ReturnType<Lane['record']>>

beforeAll(async () => {
  const proxy = await cluster.faultProxy()
  lane = await Lane.open(cluster, overBefore(cluster, await recordBefore(cluster, proxy)))
  whole = await lane.record()
}, 60_000)

type Which = (request: ProxiedRequest) => boolean

/** Whatever is asked from that request on hangs, and the step gets the signal. */
async function cancelAt(which: Which) {
  const world = await lane.begin()
  const late = { at: 0, written: 0 }
  let child: ChildProcess | null = null
  const never = new Promise<'drop'>(() => undefined)
  lane.proxy.onEach((moment, request) => {
    if (moment === 'after') return 'go-on'
    if (late.at > 0) {
      late.written += isWrite(request) ? 1 : 0
      return never
    }
    if (!which(request)) return 'go-on'
    late.at = performance.now()
    child?.kill('SIGTERM')
    return never
  })
  const step = await lane.run(world, { onChild: (started) => (child = started) })
  const seconds = (performance.now() - late.at) / 1000
  lane.proxy.reset()
  const again = await lane.run(world)
  const difference = differenceOf(whole.state, await lane.state(world))
  return { step, seconds, late, again: endingOf(again), difference }
}

const at =
  (method: string, end: RegExp): Which =>
  (request) =>
    request.method === method && end.test(request.path)

const nothing = { title: 'k8s-apply: ACTION_CANCELLED', says: /^cancelled by SIGTERM\n/ }
const cases: readonly {
  readonly when: string
  readonly which: Which
  readonly title: string
  readonly says: RegExp
}[] = [
  { when: 'while it reads the kinds', which: at('GET', /^\/apis$/), ...nothing },
  { when: 'while it reads what is live', which: at('GET', /\/configmaps$/), ...nothing },
  { when: 'while it asks for rights', which: at('POST', /reviews$/), ...nothing },
  { when: 'while it writes the record', which: at('PATCH', /\/taxi$/), ...nothing },
  {
    when: 'while it writes',
    which: at('PATCH', /\/deployments\/web$/),
    title: 'k8s-apply: K8S_APPLY_CANCELLED',
    says: /Secret \S+\/login configured.*Deployment \S+\/web perhaps/s,
  },
  {
    when: 'while it makes an object anew',
    which: at('DELETE', /\/frozen$/),
    title: 'k8s-apply: K8S_APPLY_CANCELLED',
    says: /ConfigMap \S+\/frozen perhaps/,
  },
  {
    when: 'while it waits',
    which: ({ path, query }) => query.has('watch') && path.endsWith('/deployments'),
    title: 'k8s-apply: K8S_APPLY_CANCELLED',
    says: /Deployment \S+\/web configured/,
  },
  {
    when: 'while it removes',
    which: at('DELETE', /\/serviceaccounts\/old$/),
    title: 'k8s-apply: K8S_APPLY_CANCELLED',
    says: /Deployment \S+\/web configured.*ServiceAccount \S+\/old perhaps/s,
  },
]

describe('SIGTERM', () => {
  test.each(cases)('$when', async ({ which, title, says }) => {
    const { step, seconds, late, again, difference } = await cancelAt(which)
    expect(late.at).toBeGreaterThan(0)
    expect(step.exitCode).toBe(1)
    expect(seconds).toBeLessThan(LIMIT_SECONDS)
    // At most those that were let go side by side with the one that hangs.
    expect(late.written).toBeLessThan(8)
    const errors = step.annotations.filter(({ level }) => level === 'error')
    expect(errors).toEqual([
      expect.objectContaining({ title, message: expect.stringMatching(says) }),
    ])
    expect(again).toBe('exit code 0, ready')
    expect(difference).toEqual([])
  })
})
