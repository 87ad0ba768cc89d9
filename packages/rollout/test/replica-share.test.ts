import { describe, expect, test } from '@jest/globals'
import { replicasFor, shareOf } from '@sluice/rollout'

describe('replicas for a share', () => {
  test.each([
    { percent: 50, active: 3, wanted: 3, really: 50 },
    { percent: 25, active: 3, wanted: 1, really: 25 },
    { percent: 10, active: 9, wanted: 1, really: 10 },
    { percent: 10, active: 3, wanted: 1, really: 25 },
    { percent: 1, active: 1, wanted: 1, really: 50 },
    { percent: 40, active: 3, wanted: 2, really: 40 },
    { percent: 33, active: 4, wanted: 2, really: 33.3 },
    { percent: 99, active: 2, wanted: 198, really: 99 },
    { percent: 30, active: 0, wanted: 1, really: 100 },
  ])(
    '$percent percent beside $active replicas: $wanted replicas, really $really',
    ({ percent, active, wanted, really }) => {
      const found = replicasFor(percent, active)
      expect({ found, share: shareOf(found, active) }).toEqual({ found: wanted, share: really })
    },
  )

  test.each([
    { candidate: 0, active: 0, share: 0 },
    { candidate: 0, active: 4, share: 0 },
    { candidate: 1, active: 2, share: 33.3 },
    { candidate: 2, active: 1, share: 66.7 },
    { candidate: 1, active: 0, share: 100 },
  ])('$candidate beside $active replicas get $share percent', ({ candidate, active, share }) => {
    expect(shareOf(candidate, active)).toBe(share)
  })
})
