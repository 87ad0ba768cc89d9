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
  signal: ports.signal,
})

export const seconds = (ports: Ports): number => Math.floor(ports.clock.now() / 1000)
