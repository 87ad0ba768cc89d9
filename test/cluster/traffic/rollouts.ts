// Rollouts of an endpoint in this process: the platform, plan and loop of the actions, on the same objects
// that their steps would make, without three processes for each release.
import { afterAll } from '@jest/globals'
import { setTimeout as sleep } from 'node:timers/promises'
import type { KubeObject, KubernetesWorkload } from '@sluice/kubernetes'
import {
  driveBack,
  driveRollout,
  isRefusal,
  planRollout,
  type DrivePorts,
  type DriveReport,
  type Observation,
  type Platform,
  type Strategy,
  type Target,
} from '@sluice/rollout'
import { digestOfJson } from '../../doubles/drive-ports.ts'
import { openEndpoint, sha256, type EndpointInUse } from '../endpoint-rig.ts'
import { NAME, type Endpoint, type Version } from './endpoint.ts'
import type { DataPlane } from './rig.ts'

const SLOTS = ['blue', 'green'] as const
export type Slot = (typeof SLOTS)[number]

export interface Move extends Partial<Strategy> {
  /** Ends at 100, or where `steps` says. */
  readonly slot: Slot
  /** After each step. */
  readonly check?: DrivePorts['check']
}

export interface Rollouts {
  readonly platform: Platform<KubernetesWorkload>
  look(): Promise<Observation>
  /** Ready when it resolves. */
  deploy(slot: Slot, version: Version): Promise<void>
  /** A rollout to its end, without evidence, of a rejected revision too. A plan that is refused is an error. */
  move(move: Move): Promise<DriveReport>
  rollBack(slot: Slot): Promise<DriveReport>
  /** The first version live in blue, and the second one idle in green. */
  begin(first: Version, second: Version): Promise<void>
  /** As endpoint-deploy would hand it on. */
  target(slot: Slot): Promise<string>
  /** `performance.now()` right before each write of weights, oldest first. */
  readonly writes: readonly number[]
}

/** At the top of a suite: connections are closed when it ends. */
export function useRollouts(plane: DataPlane): (endpoint: Endpoint) => Promise<Rollouts> {
  const opened: EndpointInUse[] = []
  afterAll(async () => {
    await Promise.all(opened.map((one) => one.close()))
  })
  return async (endpoint) => {
    const { namespace, backEnd } = endpoint
    const { kubeconfig } = plane.cluster
    const one = await openEndpoint({ namespace, backEnd, kubeconfig, endpoint: NAME })
    opened.push(one)
    return new EndpointRollouts(endpoint, one)
  }
}

const never = new AbortController().signal

class EndpointRollouts implements Rollouts {
  readonly writes: number[] = []
  private readonly endpoint: Endpoint
  private readonly opened: EndpointInUse

  constructor(endpoint: Endpoint, opened: EndpointInUse) {
    this.endpoint = endpoint
    this.opened = opened
  }

  get platform(): Platform<KubernetesWorkload> {
    return this.opened.platform
  }

  look(): Promise<Observation> {
    return this.platform.observe(never)
  }

  async deploy(slot: Slot, version: Version): Promise<void> {
    const seen = await this.look()
    const workload = workloadOf(this.endpoint, version)
    await this.platform.deploy({ slot, mark: markOf(version), workload, seen }, never)
  }

  async begin(first: Version, second: Version): Promise<void> {
    await this.deploy('blue', first)
    await this.move({ slot: 'blue' })
    await this.deploy('green', second)
  }

  async move({ slot, check, ...strategy }: Move): Promise<DriveReport> {
    const allowRejected = 'the suite goes back and forth'
    const seen = await this.look()
    const revision = revisionIn(seen, slot)
    const plan = planRollout(
      seen,
      {
        slots: SLOTS,
        slot,
        revision,
        strategy: { steps: [100], bakeSeconds: 0, ...strategy },
        allowRejected,
      },
      { capabilities: this.platform.capabilities, digest: digestOfJson },
    )
    if (isRefusal(plan)) throw new Error(plan.message)
    const asking = {
      planDigest: digestOfJson(plan),
      owner: '1.1',
      allowed: { untested: 'the suite is about traffic' },
      allowRejected,
    }
    const ports = { ...this.ports(), seen, ...(check !== undefined && { check }) }
    return driveRollout(plan, asking, ports)
  }

  rollBack(slot: Slot): Promise<DriveReport> {
    return driveBack('rollback', slot, this.ports())
  }

  async target(slot: Slot): Promise<string> {
    const revision = revisionIn(await this.look(), slot)
    const { place } = this.opened
    const target: Target = {
      schema: 'sluice/target/v1',
      platform: 'kubernetes',
      place,
      endpoint: NAME,
      name: NAME,
      slot,
      revision,
      revisionDigest: sha256(revision),
      contents: {},
    }
    return JSON.stringify(target)
  }

  private ports(): DrivePorts {
    return {
      platform: {
        observe: (signal) => this.platform.observe(signal),
        setWeights: (change, signal) => {
          this.writes.push(performance.now())
          return this.platform.setWeights(change, signal)
        },
      },
      now: () => Math.floor(Date.now() / 1000),
      sleep: (seconds) => sleep(seconds * 1000),
      progress: () => undefined,
      beforeWrite: () => undefined,
      signal: never,
    }
  }
}

function revisionIn({ slots }: Observation, name: Slot): string {
  const revision = slots.find(({ slot }) => slot === name)?.revision ?? null
  if (revision === null) throw new Error(`slot ${name} bears no revision`)
  return revision
}

const markOf = ({ version }: Version): string =>
  `${sha256(version).slice(0, 16)}.${sha256('configuration').slice(0, 16)}`

function workloadOf(endpoint: Endpoint, version: Version): KubernetesWorkload {
  const [deployment, service, trafficObject = null] = endpoint.objects(version).map((object) => {
    const { metadata, ...rest } = object as KubeObject
    return { ...rest, metadata: { ...metadata, namespace: endpoint.namespace } }
  })
  if (deployment === undefined || service === undefined) throw new Error('no manifests')
  return { deployment, service, trafficObject, createEndpoint: true }
}
