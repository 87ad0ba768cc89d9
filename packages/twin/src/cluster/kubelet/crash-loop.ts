// A container that ends again and again, as a kubelet tells it, in a hundredth of the time (pure).
import { over, running, waiting, type ContainerView, type Terminated } from './step.ts'

export interface CrashMoment {
  readonly view: ContainerView
  readonly next: number
  /** What kubelet says in `kubectl get events` at this moment. */
  readonly event: 'started' | 'backing-off' | null
}

export interface CrashLoop {
  readonly end: Terminated
  /** Ready while it runs, as without a readiness probe. */
  readonly readyFirst: boolean
  /** `web-5c_shop(uid)`, for the message. */
  readonly pod: string
  readonly container: string
}

const RUN_MS = 100
/** Long, for pods of tests that are over crash on until the bed ends. */
const LONGEST_PAUSE_MS = 30_000

/**
 * Moment 0: runs. 1: has ended. Then turn by turn: runs once more (restartCount one higher), waits
 * in CrashLoopBackOff. The first restart has no pause, as in a kubelet.
 */
export function planCrashLoop(loop: CrashLoop, moment: number): CrashMoment {
  const restarts = Math.floor(moment / 2)
  const last = restarts === 0 ? null : loop.end
  if (moment % 2 === 0)
    return {
      view: { ...running(loop.readyFirst, restarts), last },
      next: loop.readyFirst ? 5 * RUN_MS : RUN_MS,
      event: 'started',
    }
  if (moment === 1) return { view: over(loop.end), next: RUN_MS, event: null }
  const seconds = Math.min(10 * 2 ** (restarts - 1), 300)
  const pause = `${seconds >= 60 ? `${Math.floor(seconds / 60)}m` : ''}${seconds % 60}s`
  const message = `back-off ${pause} restarting failed container=${loop.container} pod=${loop.pod}`
  return {
    view: { ...waiting('CrashLoopBackOff', message), restarts, last: loop.end },
    next: Math.min(200 * 2 ** (restarts - 1), LONGEST_PAUSE_MS),
    event: 'backing-off',
  }
}
