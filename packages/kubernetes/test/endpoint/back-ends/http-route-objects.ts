// HTTPRoutes of `mon-app`, for tables of tests.
import type { KubeObject } from '../../../src/object.ts'
import { unknown } from './slot-scenes.ts'

export type Json = Readonly<Record<string, unknown>>

export const ref = (name: string, weight?: number, more: Json = {}): Json => ({
  name,
  port: 80,
  ...(weight !== undefined && { weight }),
  ...more,
})

export const route = (rules: readonly Json[], more: Json = {}): KubeObject => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'mon-app', namespace: 'shop', generation: 4, ...unknown },
  spec: { parentRefs: [{ name: 'web', namespace: 'infra' }], rules, ...unknown },
  ...more,
})
