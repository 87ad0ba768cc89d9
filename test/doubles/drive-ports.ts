// Ports of the rollout loop with a clock that only moves when somebody sleeps.
import { createHash } from 'node:crypto'
import type { Digest, DrivePorts, Platform, SavedWrite } from '@sluice/rollout'

/** Key order does not matter, as in the canonical form. */
export const digestOfJson: Digest = (value) =>
  createHash('sha256')
    .update(JSON.stringify(sorted(value)))
    .digest('hex')

const sorted = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(sorted)
    : value !== null && typeof value === 'object'
      ? Object.fromEntries(
          Object.entries(value)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([key, inner]) => [key, sorted(inner)]),
        )
      : value

export interface RecordedPorts extends DrivePorts {
  readonly lines: string[]
  readonly saved: SavedWrite[]
  readonly clock: { seconds: number }
}

export function drivePorts(
  platform: Pick<Platform, 'observe' | 'setWeights'>,
  clock = { seconds: 1_700_000_000 },
): RecordedPorts {
  const lines: string[] = []
  const saved: SavedWrite[] = []
  return {
    platform,
    lines,
    saved,
    clock,
    now: () => clock.seconds,
    sleep: (seconds, signal) => {
      signal.throwIfAborted()
      clock.seconds += seconds
      return Promise.resolve()
    },
    progress: (line) => lines.push(line),
    beforeWrite: (write) => saved.push(write),
    signal: new AbortController().signal,
  }
}
