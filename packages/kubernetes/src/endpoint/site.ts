// One endpoint on one cluster, with all that its platform may touch.
import type { Clock } from '@sluice/http'
import type { Sha256, SlotPair } from '@sluice/rollout'
import type { ApiServer } from '../connection/api-server.ts'
import type { WaitOptions } from '../health/wait/options.ts'
import type { KubernetesLog } from '../ports.ts'
import type { BackEnd } from './back-ends/back-end.ts'
import type { KubernetesSettings } from './open.ts'
import type { KubernetesPlace } from './place.ts'

export interface Site {
  readonly api: ApiServer
  readonly place: KubernetesPlace
  readonly endpoint: string
  readonly slots: SlotPair
  readonly settings: KubernetesSettings
  readonly backEnd: BackEnd
  readonly clock: Clock
  readonly log: KubernetesLog
  readonly sha256: Sha256
  /** The most that one write is waited for. */
  readonly waitSeconds: number
  /** How patient a deploy is with failing pods; the usual graces unless told. */
  readonly waiting?: Partial<Pick<WaitOptions, 'early' | 'steadySeconds'>>
}
