// traffic-swap behind a proxy that fails, and beside others who write: what passes by itself is waited
// out, what was written is found by reading, and what others set is theirs.
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import type { StepEnd } from '../scenario/rig/step.ts'
import { COURSES, type Course } from './endpoint-kill/course.ts'
import { record, type Whole } from './endpoint-kill/cases.ts'
import { pathOf, read, type Shown } from './endpoint-kill/truth.ts'
import { openWorld, type World } from './endpoint-kill/world.ts'
import { useCluster, type Fault, type FaultRule, type ProxiedRequest } from './harness.ts'
import { endingOf } from './kill/lane.ts'
import { isWrite } from './kill/points.ts'
import { installKinds } from './traffic-objects.ts'

jest.setTimeout(180_000)

const places = new Map<BackEnd, Promise<Place>>()
// Before the connections to the cluster are closed: the stand-in of a gateway uses them.
afterAll(async () => {
  for (const one of places.values()) await (await one).world.close()
})

const cluster = useCluster()

type Which = (request: ProxiedRequest) => boolean

const isWatch: Which = ({ query }) => query.has('watch')
const isRead: Which = (request) => request.method === 'GET' && !isWatch(request)
const isTrafficWrite: Which = (request) => isWrite(request) && !request.path.endsWith('/scale')
const answer = (status: number) => ({ kind: 'answer', status }) as const
const cut = (when: 'before' | 'after') => ({ kind: 'reset', when }) as const
const always = (fault: Fault, where: Which): FaultRule => ({ fault, where, times: Infinity })

/** The first of these requests, and then one of so many: what is sent again goes through. */
function oneOf(many: number, fault: Fault, which: Which): FaultRule {
  let seen = 0
  return always(fault, (request) => which(request) && (seen += 1) % many === 1)
}
const everySecond = (fault: Fault, which: Which): FaultRule => oneOf(2, fault, which)

/** Each must end as if nothing had happened. */
const passing: readonly (readonly [name: string, rule: () => FaultRule])[] = [
  ['writes are answered 500', () => everySecond(answer(500), isWrite)],
  ['writes are answered 429', () => everySecond(answer(429), isWrite)],
  ['writes are cut before they arrive', () => everySecond(cut('before'), isWrite)],
  ['writes are cut after they were done', () => everySecond(cut('after'), isWrite)],
  ['reads are answered 503', () => oneOf(3, answer(503), isRead)],
  ['reads are cut', () => oneOf(3, cut('after'), isRead)],
]
/** Where something is watched. */
const watching: typeof passing = [
  ['watches are cut within a line', () => everySecond({ kind: 'cut-watch', events: 0 }, isWatch)],
  ['watches end with 410', () => everySecond({ kind: 'gone', events: 0 }, isWatch)],
  ['watches end at once', () => everySecond({ kind: 'end-watch', events: 0 }, isWatch)],
  ['watches are answered 504', () => everySecond(answer(504), isWatch)],
]

const backEnds = ['replicas', 'http-route', 'virtual-service'] as const
type BackEnd = (typeof backEnds)[number]

interface Place {
  readonly world: World
  readonly whole: Whole
  readonly path: string
}

const place = (backEnd: BackEnd): Promise<Place> =>
  places.get(backEnd) ?? Promise.reject(new Error(`${backEnd} is not there`))

beforeAll(async () => {
  await installKinds(cluster)
  for (const backEnd of backEnds) places.set(backEnd, open(backEnd))
  await Promise.all(places.values())
})

async function open(backEnd: BackEnd): Promise<Place> {
  const course = COURSES.find((one) => one.backEnd === backEnd) as Course
  const world = await openWorld(cluster, course)
  return { world, whole: await record(world), path: pathOf(course, world.namespace) }
}

/** Everywhere side by side, for most of the time is waiting. */
const everywhere = <Value>(
  where: readonly BackEnd[],
  ask: (place: Place) => Promise<Value>,
): Promise<readonly Value[]> => Promise.all(where.map(async (one) => ask(await place(one))))

async function swapBehind({ world, whole }: Place, rule: FaultRule) {
  await world.reset()
  world.proxy.script([rule])
  const step = await world.swap(1)
  const struck = world.proxy.requests.filter(({ fault }) => fault !== null).length
  const { essence } = await world.show()
  return { ending: endingOf(step), same: essence === whole.after.essence, struck: struck > 0 }
}

const fine = { ending: 'exit code 0, promoted', same: true, struck: true }

describe('promotes, with the right result, though', () => {
  test.each(passing)('%s', async (_, rule) => {
    const ends = await everywhere(backEnds, (one) => swapBehind(one, rule()))
    expect(ends).toEqual(backEnds.map(() => fine))
  })

  test.each(watching)('%s', async (_, rule) => {
    const ends = await everywhere(['replicas', 'http-route'], (one) => swapBehind(one, rule()))
    expect(ends).toEqual([fine, fine])
  })
})

interface Beside {
  readonly step: StepEnd
  readonly shown: Shown
  readonly ours: number
}

/** What another writer does right before our first write of the object reaches the server. */
async function swapBeside(
  { world, path }: Place,
  other: (path: string) => Promise<void>,
): Promise<Beside> {
  await world.reset()
  let isDone = false
  world.proxy.onEach(async (moment, request): Promise<'go-on'> => {
    if (!isDone && moment === 'before' && isTrafficWrite(request)) {
      isDone = true
      await other(path)
    }
    return 'go-on'
  })
  const step = await world.swap(1)
  const ours = world.proxy.requests.filter(
    (one) => isTrafficWrite(one) && one.status === 200,
  ).length
  return { step, shown: await world.show(), ours }
}

async function patch(path: string, body: object): Promise<void> {
  const type = 'application/merge-patch+json'
  const { status } = await cluster.api('PATCH', path, { body, type })
  if (status !== 200) throw new Error(`${path}: ${status}`)
}

describe('another writer comes between our look and our write', () => {
  test('with something that is not about traffic: ours goes through after it', async () => {
    const note = { metadata: { annotations: { 'example.org/note': 'seen' } } }
    const ends = await everywhere(backEnds, async (one) => ({
      ...(await swapBeside(one, (path) => patch(path, note))),
      whole: one.whole,
    }))
    for (const { step, shown, whole } of ends) {
      expect(endingOf(step)).toBe('exit code 0, promoted')
      expect(shown.marks).toMatchObject({ rollout: whole.after.marks['rollout'] })
      expect([shown.green, shown.essence]).toEqual([100, expect.stringContaining('note=seen')])
    }
  })

  test('with other weights: theirs stay, and nothing of ours is written', async () => {
    const ends = await everywhere(backEnds, async (one) => {
      const { kind } = one.world.course
      return swapBeside(one, async (path) => {
        const now = await read(cluster, path)
        await patch(
          path,
          kind.moved({ green: 100 }, now as unknown as Parameters<typeof kind.moved>[1]),
        )
      })
    })
    for (const { step, shown, ours } of ends) {
      expect(endingOf(step)).toMatch(/^exit code 1, held, traffic-swap: ROLLOUT_/)
      expect({ green: shown.green, marks: shown.marks, ours }).toEqual({
        green: 100,
        marks: {},
        ours: 0,
      })
    }
  })
})

describe('a write that is refused for good', () => {
  test.each([
    [403, 'KUBERNETES_RIGHT_MISSING', /patch \S+ in namespace \S+:.*docs\/kubernetes-role\.yml/s],
    [422, 'KUBERNETES_WRITE_REFUSED', /PATCH .*: 422 /],
  ])('%d: %s', async (status, code, says) => {
    const ends = await everywhere(backEnds, async ({ world, whole }) => {
      await world.reset()
      world.proxy.script([always(answer(status), isTrafficWrite)])
      return { step: await world.swap(1), shown: await world.show(), whole }
    })
    for (const { step, shown, whole } of ends) {
      expect(step.exitCode).toBe(1)
      expect(endingOf(step)).toContain(`held, traffic-swap: ${code}: `)
      expect(endingOf(step)).toMatch(says)
      expect(step.outputs).toMatchObject({ changed: 'false', traffic: 'blue=100' })
      expect([shown.spec, shown.marks]).toEqual([whole.before.spec, {}])
    }
  })
})

/** From the first of these requests on, connections are refused, until the run has ended. */
async function swapAway({ world }: Place, which: Which, moment: 'before' | 'after') {
  await world.reset()
  const gone: Promise<void>[] = []
  world.proxy.onEach((now, request) => {
    if (gone.length > 0 || now !== moment || !which(request)) return 'go-on'
    gone.push(world.proxy.goDown())
    return 'drop'
  })
  const step = await world.swap(1)
  await Promise.all(gone)
  await world.proxy.comeBack()
  return step
}

// Where waits pass at once: a write is looked for during a minute.
describe('the server goes for good', () => {
  test('before the first look: exit code 1, and the address is named', async () => {
    const step = await swapAway(await place('virtual-service'), () => true, 'before')
    expect(endingOf(step)).toMatch(/^exit code 1, .*HTTP_NO_ANSWER: .*ECONNREFUSED/s)
  })

  test.each([
    ['before', 0],
    ['after', 10],
  ] as const)('%s a write: exit code 2, and a re-run promotes', async (moment, green) => {
    const one = await place('virtual-service')
    const step = await swapAway(one, isTrafficWrite, moment)
    expect(endingOf(step)).toMatch(/^exit code 2, held, traffic-swap: KUBERNETES_WRITE_UNSETTLED: /)
    expect(step.outputs).not.toHaveProperty('traffic')
    expect(step.outputs).not.toHaveProperty('changed')
    expect((await one.world.show()).green).toBe(green)
    expect(endingOf(await one.world.swap(2))).toBe('exit code 0, promoted')
    expect((await one.world.show()).essence).toBe(one.whole.after.essence)
  })
})
