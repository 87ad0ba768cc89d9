// How one write ended.
import type { Refusal } from '../connection/api-server.ts'
import type { KubeObject } from '../object.ts'
import type { ObjectAction } from './report.ts'

export interface End {
  readonly action: ObjectAction
  readonly object: KubeObject | null
  readonly reason?: string
  readonly message?: string
}

export const refuse = (reason: string, message: string): End => ({
  action: 'refused',
  object: null,
  reason,
  message,
})

export const refuseWith = ({ reason, message }: Refusal): End => refuse(reason, message)
