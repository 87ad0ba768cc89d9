// An endpoint on the suites' cluster, opened as an action does, behind a proxy that counts.
import { createHash } from 'node:crypto'
import { createDoor, type Clock } from '@sluice/http'
import {
  openKubernetes,
  type BackEndKind,
  type KubernetesEndpoint,
  type KubernetesSettings,
  type KubernetesWorkload,
  type KubeObject,
} from '@sluice/kubernetes'
import { realClock } from '../../packages/action/src/clock.ts'
import { kubernetesPorts, type RecordedPorts } from '../doubles/kubernetes-ports.ts'
import { service, web } from './action-bench.ts'
import type { ClusterInUse } from './harness.ts'

export const SETTINGS: KubernetesSettings = {
  context: null,
  slotAddress: { kind: 'proxy' },
  slotProof: { kind: 'address' },
  requestPath: '/',
  port: null,
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

const hastyClock: Clock = {
  ...realClock,
  sleep: (seconds, signal) => realClock.sleep(Math.min(seconds, 0.1), signal),
}

export interface EndpointAsk {
  readonly namespace: string
  readonly backEnd: BackEndKind
  readonly kubeconfig: string
  readonly endpoint?: string
  readonly trafficObject?: string
  readonly slots?: readonly [string, string]
  readonly waitSeconds?: number
  /** Waits that nothing can cut short pass at once. */
  readonly hasty?: boolean
}

export interface EndpointInUse extends KubernetesEndpoint {
  readonly ports: RecordedPorts
}

export async function openEndpoint(ask: EndpointAsk): Promise<EndpointInUse> {
  const { namespace, backEnd, kubeconfig, endpoint = 'mon-app', slots = ['blue', 'green'] } = ask
  const ports = kubernetesPorts({
    env: { KUBECONFIG: kubeconfig },
    clock: ask.hasty === true ? hastyClock : realClock,
  })
  const http = createDoor({ fetch, clock: ports.clock, random: ports.random })
  const opened = await openKubernetes(
    {
      target: { endpoint, namespace, backEnd, trafficObject: ask.trafficObject ?? null, slots },
      settings: SETTINGS,
      waitSeconds: ask.waitSeconds ?? 20,
    },
    { ...ports, http, sha256 },
  )
  return { ...opened, ports }
}

/** A small model server as its team writes it once. */
export const workload = (
  namespace: string,
  trafficObject: KubeObject | null = null,
): KubernetesWorkload => ({
  deployment: placed(web({ name: 'mon-app', replicas: 1 }), namespace),
  service: placed(service('mon-app'), namespace),
  trafficObject: trafficObject === null ? null : placed(trafficObject, namespace),
  createEndpoint: true,
})

const placed = (object: object, namespace: string): KubeObject => {
  const { metadata, ...rest } = object as KubeObject
  return { ...rest, metadata: { ...metadata, namespace } }
}

/** With kubectl; a refusal is an error. Nothing is done for nothing. */
export async function apply(
  cluster: ClusterInUse,
  namespace: string,
  ...objects: readonly object[]
): Promise<void> {
  if (objects.length === 0) return
  const stdin = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects })
  const { code, stderr } = await cluster.kubectl('apply', '-n', namespace, '-f', '-', { stdin })
  if (code !== 0) throw new Error(stderr)
}
