// The action's ports as the rollout loop wants them.
import type { Ports } from '@sluice/action'
import type { DrivePorts } from '@sluice/rollout'
import type { Subject } from './subject.ts'

export const drivePorts = (subject: Pick<Subject, 'platform'>, ports: Ports): DrivePorts => ({
  platform: subject.platform,
  now: () => seconds(ports),
  sleep: (time, signal) => ports.clock.sleep(time, signal),
  progress: (line) => ports.log.info(line),
  // Going back is the end of the matter: a post step has nothing to take back then.
  beforeWrite: () => undefined,
  ...(subject.platform.capabilities.compareAndSwap && { settledAfterSeconds: SETTLED_SECONDS }),
  signal: ports.signal,
})

/**
 * With compare-and-swap reads do not lag. What a dead process had sent is done by then; should it come
 * later still, it is refused, because our write back was first.
 */
const SETTLED_SECONDS = 5

export const seconds = (ports: Ports): number => Math.floor(ports.clock.now() / 1000)
