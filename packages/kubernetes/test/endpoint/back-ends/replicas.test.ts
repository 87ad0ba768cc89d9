// Traffic by the number of pods under one Service: `track: stable|canary`, as guides write it.
import { describe, expect, test } from '@jest/globals'
import { checkReplicaSteps, parseWeights, replicasFor, shareOf } from '@sluice/rollout'
import fc from 'fast-check'
import type { Routing, TrafficScene } from '../../../src/endpoint/back-ends/back-end.ts'
import { replicasBackEnd } from '../../../src/endpoint/back-ends/replicas.ts'
import { patchOf, routing, told } from './routed-scenes.ts'
import {
  absent,
  asServed,
  behind,
  deployed,
  frozen,
  sceneOf,
  service,
  settled,
  type SlotOrder,
} from './slot-scenes.ts'

const WEIGHTS = 'sluice.dev/weights'
const both = { app: 'mon-app' }
const pinned = { app: 'mon-app', track: 'stable' }
const OLD = '1111111111111111.aaaaaaaaaaaaaaaa'
const NEW = '2222222222222222.bbbbbbbbbbbbbbbb'

const slots = ['stable', 'canary'] as const
const versions = { stable: 'v1.0.0', canary: 'v2.0.0' }
const slot = (name: 'stable' | 'canary', replicas: number, more: Partial<SlotOrder> = {}) =>
  deployed({ slot: name, labels: { track: name, version: versions[name] }, replicas, ...more })

const scene = (
  selector: Readonly<Record<string, string>>,
  [stable, canary]: readonly [number, number],
  annotations?: Readonly<Record<string, string>>,
): TrafficScene =>
  sceneOf(service(selector, annotations), {
    slots,
    found: [slot('stable', stable), slot('canary', canary)],
  })

/** As one write after the other leaves it. */
function follow(start: TrafficScene, steps: readonly Routing[]): TrafficScene {
  return steps.reduce((at, step) => {
    const written = replicasBackEnd.write(at, step)
    return settled(at, written.ok ? written.value : { patch: { refused: true }, scalings: [] })
  }, start)
}

const seen = (at: TrafficScene) => {
  const result = replicasBackEnd.read(at)
  return result.ok ? result.value : result.problems
}

const traffic = (at: TrafficScene) => {
  const result = replicasBackEnd.read(at)
  const weights = parseWeights(result.ok ? result.value.traffic : { refused: 1 })
  return weights.ok ? weights.value : weights.problems
}

const scalings = (at: TrafficScene, wanted: Routing) => {
  const result = replicasBackEnd.write(at, wanted)
  return result.ok ? result.value.scalings : result.problems
}

const one = (name: string) => routing({ [name]: 100 })
const canary = (percent: number) => routing({ stable: 100 - percent, canary: percent })

describe('reading', () => {
  test.each([
    ['nine and one, as the guide has it', [9, 1], { stable: 90, canary: 10 }],
    ['a lone stable', [9, 0], { stable: 100 }],
    ['shares that are not whole are rounded', [2, 1], { stable: 67, canary: 33 }],
    ['one of very many never looks idle', [500, 1], { stable: 99, canary: 1 }],
    ['nobody', [0, 0], {}],
  ] as const)('a Service over both: %s', (_, replicas, wanted) => {
    expect(seen(scene(both, replicas))).toMatchObject({ traffic: wanted, match: null, mirror: {} })
  })

  test('a lone stable whose canary is not deployed', () => {
    const found = [slot('stable', 9), absent('canary', 'track')]
    const shown = seen(sceneOf(service(both), { slots, found }))
    expect(shown).toMatchObject({ traffic: { stable: 100 }, shares: { stable: 100, canary: 0 } })
    expect(shown).not.toHaveProperty('unfinished')
  })

  test('a selector over both leads to a slot whose pods are all ill at the moment, too', () => {
    const found = [slot('stable', 9, { ready: 0 }), absent('canary', 'track')]
    const ill = sceneOf(service(both), { slots, found })
    expect(seen(ill)).toMatchObject({ traffic: { stable: 100 }, shares: { stable: 0, canary: 0 } })
    // What is pinned before a deploy is pinned to it, not to nobody.
    const write = replicasBackEnd.write(ill, one('stable'))
    expect(write.ok && write.value.patch).toMatchObject({ spec: { selector: { track: 'stable' } } })
  })

  test('ready pods count, not wanted ones', () => {
    const found = [slot('stable', 9), slot('canary', 9, { ready: 1 })]
    expect(seen(sceneOf(service(both), { slots, found }))).toMatchObject({
      traffic: { stable: 90, canary: 10 },
    })
  })

  test('what was asked for, with what is really given', () => {
    const asked = { [WEIGHTS]: 'canary=30,stable=70' }
    expect(seen(scene(both, [3, 1], asked))).toEqual({
      traffic: { canary: 30, stable: 70 },
      shares: { stable: 75, canary: 25 },
      match: null,
      mirror: {},
    })
  })

  test('a step whose pods were never scaled is not finished', () => {
    const asked = { [WEIGHTS]: 'canary=50,stable=50' }
    expect(seen(scene(both, [3, 1], asked))).toMatchObject({
      traffic: { stable: 75, canary: 25 },
      unfinished: true,
    })
  })

  test('a share beside no pods is not finished', () => {
    const asked = { [WEIGHTS]: 'canary=50,stable=50' }
    expect(seen(scene(both, [0, 1], asked))).toMatchObject({
      traffic: { canary: 100 },
      unfinished: true,
    })
  })

  test('the pin is what counts, whatever the annotation says', () => {
    const asked = { [WEIGHTS]: 'canary=50,stable=50' }
    expect(seen(scene(pinned, [3, 3], asked))).toMatchObject({
      traffic: { stable: 100 },
      shares: { stable: 100, canary: 0 },
    })
  })

  test.each(['half', 'stable=100', 'red=50,blue=50', 'stable=50,canary=60'])(
    'an annotation that says "%s" is refused',
    (text) => {
      expect(told(replicasBackEnd.read(scene(both, [3, 3], { [WEIGHTS]: text })))).toEqual([
        `Service mon-app metadata.annotations["${WEIGHTS}"]: found "${text}"; wanted a share of each slot, such as stable=80,canary=20, or no such annotation`,
      ])
    },
  )

  test('a stale key leaves one slot out, and is refused', () => {
    const selector = { ...both, tier: 'web' }
    const problems = told(replicasBackEnd.read(scene(selector, [3, 3])))
    expect(problems).toHaveLength(2)
  })
})

describe('writing', () => {
  test('pods come first while the candidate gets nothing', () => {
    expect(replicasBackEnd.write(scene(pinned, [9, 3]), canary(10))).toEqual({
      ok: true,
      value: {
        patch: {
          metadata: { annotations: { [WEIGHTS]: 'canary=10,stable=90' } },
          spec: { selector: { track: null } },
        },
        scalings: [{ slot: 'canary', replicas: 1, when: 'before' }],
      },
    })
  })

  test('between shares the claim comes first', () => {
    const at = scene(both, [9, 1], { [WEIGHTS]: 'canary=10,stable=90' })
    expect(replicasBackEnd.write(at, canary(50))).toEqual({
      ok: true,
      value: {
        patch: { metadata: { annotations: { [WEIGHTS]: 'canary=50,stable=50' } } },
        scalings: [{ slot: 'canary', replicas: 9, when: 'after' }],
      },
    })
  })

  test('the last step: as many as the active slot has, then the pin', () => {
    const at = scene(both, [9, 1], { [WEIGHTS]: 'canary=10,stable=90' })
    expect(replicasBackEnd.write(at, one('canary'))).toEqual({
      ok: true,
      value: {
        patch: {
          metadata: { annotations: { [WEIGHTS]: null } },
          spec: { selector: { track: 'canary' } },
        },
        scalings: [{ slot: 'canary', replicas: 9, when: 'before' }],
      },
    })
  })

  test('blue/green in one step', () => {
    expect(scalings(scene(pinned, [9, 3]), one('canary'))).toEqual([
      { slot: 'canary', replicas: 9, when: 'before' },
    ])
    expect(scalings(scene(pinned, [3, 9]), one('canary'))).toEqual([])
  })

  test('a first slot is not scaled: there is no size to go by', () => {
    expect(scalings(scene({ ...both, track: 'none' }, [3, 0]), one('stable'))).toEqual([])
  })

  test('the same step again completes what was not finished', () => {
    const at = scene(both, [3, 1], { [WEIGHTS]: 'canary=50,stable=50' })
    expect(replicasBackEnd.write(at, canary(50))).toEqual({
      ok: true,
      value: { patch: {}, scalings: [{ slot: 'canary', replicas: 3, when: 'after' }] },
    })
  })

  test('an adopted Service over one slot is pinned, so that the next deployment gets nothing', () => {
    const found = [slot('stable', 9), absent('canary', 'track')]
    const at = sceneOf(service(both), { slots, found })
    expect(replicasBackEnd.write(at, one('stable'))).toEqual({
      ok: true,
      value: { patch: { spec: { selector: { track: 'stable' } } }, scalings: [] },
    })
  })

  test.each([
    ['shares while nobody serves', scene({ track: 'none' }, [3, 3]), canary(10), 'gives no slot'],
    [
      'shares beside no pods',
      scene(pinned, [0, 3]),
      canary(10),
      'slot stable has no ready replica',
    ],
    [
      'far more than was asked for',
      scene(pinned, [1, 1]),
      canary(10),
      '10 would really be 50: 1 replica of stable and 1 of canary',
    ],
    [
      'a slot that is not there',
      sceneOf(service(pinned), { slots, found: [slot('stable', 3), absent('canary', 'track')] }),
      canary(10),
      'slot canary has no Deployment',
    ],
    ['another slot', scene(pinned, [3, 3]), routing({ red: 100 }), 'found slot red'],
    ['a mirror', scene(pinned, [3, 3]), routing({ stable: 100 }, null, { canary: 1 }), 'mirror'],
  ])('%s is refused', (_, at, wanted, words) => {
    expect(told(replicasBackEnd.write(at, wanted))).toEqual([expect.stringContaining(words)])
  })
})

describe('going back, as our marks know it', () => {
  const marks = (previous: string) => ({ 'sluice.dev/previous': previous })
  const held = (
    [selector, annotations]: readonly [Readonly<Record<string, string>>, Record<string, string>],
    [stable, canaries]: readonly [number, number],
    revision: string,
  ) =>
    sceneOf(service(selector, annotations), {
      slots,
      found: [
        slot('stable', stable, { annotations: { 'sluice.dev/revision': revision } }),
        slot('canary', canaries, { annotations: { 'sluice.dev/revision': NEW } }),
      ],
    })
  const shares = { ...marks(`stable=100@${OLD}*3`), [WEIGHTS]: 'canary=90,stable=10' }
  const done = { ...both, track: 'canary' }

  test('from a share greater than its own it is one write', () => {
    const at = held([both, shares], [3, 27], OLD)
    expect(scalings(at, one('stable'))).toEqual([])
    expect(patchOf(replicasBackEnd, at, one('stable'))).toEqual({
      metadata: { annotations: { [WEIGHTS]: null } },
      spec: { selector: { track: 'stable' } },
    })
  })

  test('from the end it is one write', () => {
    const at = held([done, marks(`stable=100@${OLD}*3`)], [3, 27], OLD)
    expect(scalings(at, one('stable'))).toEqual([])
    expect(patchOf(replicasBackEnd, at, one('stable'))).toEqual({
      spec: { selector: { track: 'stable' } },
    })
  })

  test('a revision that came into the slot since is a candidate: it gets its size first', () => {
    const at = held([done, marks(`stable=100@${OLD}*3`)], [3, 9], NEW)
    expect(scalings(at, one('stable'))).toEqual([{ slot: 'stable', replicas: 9, when: 'before' }])
  })

  test('a slot without pods gets them first', () => {
    const at = held([done, marks(`stable=100@${OLD}*3`)], [0, 9], OLD)
    expect(scalings(at, one('stable'))).toEqual([{ slot: 'stable', replicas: 9, when: 'before' }])
  })

  test('a step back leaves the active slot its size', () => {
    const at = held([both, { ...shares, [WEIGHTS]: 'canary=50,stable=50' }], [4, 4], OLD)
    expect(scalings(at, canary(20))).toEqual([{ slot: 'canary', replicas: 1, when: 'after' }])
  })

  test('the last good slot is the one whose size a share goes by', () => {
    const asked = { [WEIGHTS]: 'canary=60,stable=40' }
    expect(seen(scene(both, [5, 7], asked))).not.toHaveProperty('unfinished')
    const at = held([both, { ...asked, ...marks(`stable=100@${OLD}*5`) }], [5, 7], OLD)
    expect(seen(at)).toMatchObject({ traffic: { stable: 42, canary: 58 }, unfinished: true })
  })

  test('marks that cannot be read name nobody', () => {
    const at = held([done, marks('nonsense')], [3, 9], OLD)
    expect(scalings(at, one('stable'))).toEqual([{ slot: 'stable', replicas: 9, when: 'before' }])
  })
})

describe('laws', () => {
  const percents = fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 4 })
  /** The size of the active slot, and rising steps that whole replicas give. */
  const ways = fc.tuple(fc.integer({ min: 1, max: 30 }), percents).map(([size, some]) => {
    const about = { active: 'stable', replicas: size, candidate: 'canary' }
    const given = some.filter((percent) => checkReplicaSteps([percent], about) === null)
    return { size, rising: given.toSorted((a, b) => a - b).map(canary) }
  })

  test('rising steps are read as asked, give the share that replicas can, keep the active size', () => {
    fc.assert(
      fc.property(ways, fc.integer({ min: 0, max: 30 }), ({ size, rising }, deployedSize) => {
        const start = frozen(scene(pinned, [size, deployedSize]))
        rising.forEach((_, index) => {
          const made = rising.slice(0, index + 1)
          const at = follow(start, made)
          const last = made.at(-1) ?? canary(1)
          const count = replicasFor(last.weights['canary'] ?? 0, size)
          expect(seen(at)).not.toHaveProperty('unfinished')
          expect(traffic(at)).toEqual(last.weights)
          expect(seen(at)).toMatchObject({ shares: { canary: shareOf(count, size) } })
          expect(at.found[0]).toEqual(start.found[0])
          expect(replicasBackEnd.write(at, last)).toEqual({
            ok: true,
            value: { patch: {}, scalings: [] },
          })
        })
      }),
    )
  })

  test('from any step back to the beginning: the Service is as it was, and unknown fields too', () => {
    fc.assert(
      fc.property(ways, ({ size, rising }) => {
        const start = scene(pinned, [size, size])
        const back = follow(start, [...rising, one('stable')])
        expect(asServed(back.object)).toEqual(asServed(start.object))
      }),
    )
  })

  test('from any step to the end: the candidate has at least the active size', () => {
    fc.assert(
      fc.property(ways, ({ size, rising }) => {
        const end = follow(scene(pinned, [size, 1]), [...rising, one('canary')])
        expect(traffic(end)).toEqual({ canary: 100 })
        const replicas = end.found[1]?.deployment?.['spec'] as { readonly replicas: number }
        expect(replicas.replicas).toBeGreaterThanOrEqual(size)
      }),
    )
  })
})

describe('in force', () => {
  const at = scene(both, [3, 1], { [WEIGHTS]: 'canary=25,stable=75' })

  test.each([
    ['both slots', behind(['stable', 3], ['canary', 1]), canary(25), 'in force'],
    ['one slot lacks', behind(['stable', 3]), canary(25), '0 of 1 ready pods of slot canary'],
    ['pinned', behind(['stable', 3]), one('stable'), 'in force'],
    ['not pinned yet', behind(['stable', 3], ['canary', 1]), one('stable'), 'still list 1 of 4'],
  ])('%s', (_, endpoints, wanted, words) => {
    const awaited = replicasBackEnd.awaiting({ ...at, endpoints }, wanted)
    expect(awaited ?? 'in force').toContain(words)
  })

  test('candidates that are still to come are not awaited', () => {
    const found = [slot('stable', 3), slot('canary', 9, { ready: 1 })]
    const endpoints = behind(['stable', 3], ['canary', 1])
    expect(replicasBackEnd.awaiting({ ...at, found, endpoints }, canary(75))).toBeNull()
  })
})
