// How long, how patient, how strict a wait is.
import type { KubernetesLog, KubernetesPorts } from '../../ports.ts'
import type { EarlyOptions } from '../early/early-options.ts'
import type { StatusOptions } from '../status/health-status.ts'

/** What a wait may touch. */
export interface WaitPorts extends Pick<KubernetesPorts, 'clock' | 'signal'> {
  readonly log: Pick<KubernetesLog, 'info' | 'notice'>
}

export interface WaitOptions {
  /** Milliseconds since 1970 from which `timeoutSeconds` counts: the first write, for all stages. */
  readonly started: number
  readonly timeoutSeconds: number
  readonly early: EarlyOptions
  readonly status: StatusOptions
  /**
   * So long a workload that was written must stay ready when a container has no readiness probe;
   * 5 is a good value, 0 takes the first moment.
   */
  readonly steadySeconds: number
  /** False: the others are awaited to their own end after one has failed. */
  readonly stopAtFirstFailure: boolean
}
