// Slots that are called like what every object inherits.
import { describe, expect, test } from '@jest/globals'
import { chooseSlot, isRefusal, parseWeightsText, renderWeights, weightOf } from '@sluice/rollout'
import { NEW, NOW, OLD, orderOf, signal, slot, tryPlan, twoSlots } from './scene.ts'

const NAMES = ['constructor', '__proto__', 'toString', 'hasOwnProperty'] as const

describe.each(NAMES)('a slot called %s', (name) => {
  test('has no weight that nobody gave it', () => {
    const weights = parseWeightsText('blue=100')
    expect(weights.ok && weightOf(weights.value, name)).toBe(0)
  })

  test('is read from marks as it was written', () => {
    const weights = parseWeightsText(`${name}=100`)
    expect(weights.ok && renderWeights(weights.value)).toBe(`${name}=100`)
  })

  test('is refused as candidate, and as the place of a new revision', async () => {
    const slots = Object.fromEntries([
      ['blue', slot(OLD)],
      [name, slot(NEW)],
    ])
    const platform = twoSlots({}, { slots })
    const order = orderOf({ steps: [100], bakeSeconds: 0 }, { slots: ['blue', name], slot: name })
    expect(await tryPlan(platform, order)).toMatchObject({ code: 'ROLLOUT_BAD_SLOTS' })
    const seen = await platform.observe(signal)
    const chosen = chooseSlot(seen, { slots: ['blue', name], wanted: null, now: NOW })
    expect(isRefusal(chosen) && chosen.code).toBe('ROLLOUT_BAD_SLOTS')
  })
})
