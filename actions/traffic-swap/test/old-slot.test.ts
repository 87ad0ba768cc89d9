// What becomes of the slot that served before: only that slot, and only when nobody needs it.
import { describe, expect, test } from '@jest/globals'
import type { Observation, RawMarks, SlotObservation } from '@sluice/rollout'
import { createFakeClock } from '../../../test/doubles/clock.ts'
import { endOldSlot } from '../src/old-slot.ts'

const OLD = '1111111111111111.aaaaaaaaaaaaaaaa'
const NEW = '2222222222222222.bbbbbbbbbbbbbbbb'
const NEXT = '3333333333333333.cccccccccccccccc'
const NOW = 1_700_000_000
const OWNER = '7.1'

const ENDED: RawMarks = {
  rollout: 'aaaaaaaaaaaaaaaa',
  plan: 'bbbbbbbbbbbbbbbb',
  step: `1/1@${NOW - 600}`,
  previous: `blue=100@${OLD}*3`,
}

const slot = (name: string, revision: string | null): SlotObservation => ({
  slot: name,
  health: 'healthy',
  detail: '',
  revision,
  replicas: 3,
})

const look = (blue: string | null, marks: RawMarks, more: Partial<Observation> = {}) => ({
  endpoint: 'cluster/shop/Service/mon-app',
  exists: true,
  changing: false,
  slots: [slot('blue', blue), slot('green', NEW)],
  traffic: { green: 100 },
  mirror: {},
  marks,
  version: '1',
  ...more,
})

/** Ends the old slot after 60 s of drain; the last look holds from then on. */
async function ended(...looks: readonly Observation[]) {
  const retired: string[] = []
  const left = [...looks]
  const clock = createFakeClock({ startSeconds: NOW })
  const end = await endOldSlot(
    {
      config: { oldSlot: 'retire', drainSeconds: 60, slots: ['blue', 'green'] },
      subject: {
        target: { slot: 'green' },
        platform: {
          observe: () => Promise.resolve((left.length > 1 ? left.shift() : left[0]) as Observation),
          retire: (name) => {
            retired.push(name)
            return Promise.resolve({ changed: true })
          },
        },
      },
      owner: OWNER,
    },
    {
      clock,
      signal: new AbortController().signal,
      log: { info: () => undefined, warning: () => undefined },
    },
  )
  return { retired, ...end }
}

describe('the slot that served before', () => {
  test('goes when the rollout is over', async () => {
    expect(await ended(look(OLD, ENDED))).toEqual({
      retired: ['blue'],
      changed: true,
      told: 'slot blue was deleted',
    })
  })

  test('goes under a claim of its own run', async () => {
    const marks = { ...ENDED, owner: OWNER, expires: String(NOW + 60) }
    expect(await ended(look(OLD, marks))).toMatchObject({ retired: ['blue'] })
  })

  test('goes without a mark, where it had none', async () => {
    const marks = { ...ENDED, previous: 'blue=100' }
    expect(await ended(look(null, marks))).toMatchObject({ retired: ['blue'] })
  })

  test.each<readonly [string, Observation, string]>([
    [
      'another run still bakes, and needs its way back',
      look(OLD, { ...ENDED, owner: '9.1', expires: String(NOW + 900) }),
      'run 9.1 drives rollout',
    ],
    ['the next revision is in it', look(NEXT, ENDED), `holds ${NEXT}, not ${OLD}`],
    ['nothing says that it served', look(OLD, {}), 'nothing says that it served before'],
    [
      'it is no slot that served before',
      look(OLD, { ...ENDED, previous: `green=100@${NEW}` }),
      'nothing says that it served before',
    ],
    ['the marks are nonsense', look(OLD, { ...ENDED, previous: 'x' }), 'found "x"'],
    [
      'the traffic is no longer where it was moved',
      look(OLD, ENDED, { traffic: {} }),
      'slot green does not have all traffic',
    ],
  ])('stays when %s', async (_why, seen, told) => {
    const end = await ended(seen)
    expect(end).toMatchObject({ retired: [], changed: false })
    expect(end.told).toContain('slot blue stays: ')
    expect(end.told).toContain(told)
  })

  test('stays when somebody deployed to it while it drained', async () => {
    const end = await ended(look(OLD, ENDED), look(NEXT, ENDED))
    expect(end).toMatchObject({ retired: [], changed: false })
  })

  test('is nothing to tell of when it is gone or has traffic', async () => {
    const gone = look(OLD, ENDED, { slots: [slot('green', NEW)] })
    const busy = look(OLD, ENDED, { traffic: { blue: 50, green: 50 } })
    for (const seen of [gone, busy]) {
      expect(await ended(seen)).toEqual({ retired: [], changed: false, told: '' })
    }
  })
})
