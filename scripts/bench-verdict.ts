// How long our bundle goes on after a pod has failed for as long as its class may last.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { sluiceCommand } from './bench-contenders.ts'
import type { Bed } from './bench-bed.ts'
import type { Figure } from './bench-figures.ts'
import { runTimed } from './bench-timed.ts'

const GRACE_SECONDS = 3
const LIMIT_SECONDS = 3
const LOOK_MS = 20

/** Class of failure and the fate of a fake pod that shows it. */
const failures = [
  ['config-error', 'config-error'],
  ['image-pull', 'imagepull'],
  ['out-of-memory', 'oom'],
] as const

type Json = Readonly<Record<string, unknown>>

/** From the first failing status and the grace time to the end of the process. */
export async function measureVerdicts(bed: Bed, folder: string): Promise<readonly Figure[]> {
  const figures: Figure[] = []
  for (const [failure, fate] of failures) {
    const value = await measureOne(bed, { folder: join(folder, fate), failure, fate })
    figures.push({
      name: `${failure}: to the end, after ${GRACE_SECONDS} s of grace`,
      value,
      limit: LIMIT_SECONDS,
      unit: 's',
    })
  }
  return figures
}

interface Failing {
  readonly folder: string
  readonly failure: string
  readonly fate: string
}

async function measureOne(bed: Bed, { folder, failure, fate }: Failing): Promise<number> {
  mkdirSync(folder, { recursive: true })
  const manifests = join(folder, 'web.yaml')
  writeFileSync(manifests, renderDeployment(fate))
  const namespace = await bed.namespace()
  const inputs = { 'fail-early': `${failure}=${GRACE_SECONDS}`, 'timeout-seconds': '60' }
  const command = sluiceCommand({ facts: bed.facts, folder, namespace, manifests }, inputs)
  const run = { ended: false }
  const seen = seeFailure(bed, namespace, run)
  const { code, output } = await runTimed(command, folder)
  const end = performance.now()
  run.ended = true
  const failedAt = await seen
  if (code === 1 && failedAt !== null) return (end - failedAt) / 1000 - GRACE_SECONDS
  console.log(`${failure}: not measured, it ended with ${code}:\n${output.slice(-1500)}`)
  return NaN
}

/** When the API server first told of it; null when the run ended before. */
async function seeFailure(
  bed: Bed,
  namespace: string,
  run: { readonly ended: boolean },
): Promise<number | null> {
  while (!run.ended) {
    const { body } = await bed.ask('GET', `/api/v1/namespaces/${namespace}/pods`)
    const pods = (body['items'] ?? []) as readonly { readonly status?: Json }[]
    if (pods.some(({ status }) => isFailing(status ?? {}))) return performance.now()
    await sleep(LOOK_MS)
  }
  return null
}

function isFailing(status: Json): boolean {
  const containers = (status['containerStatuses'] ?? []) as readonly {
    readonly state?: Readonly<Record<string, { readonly reason?: string } | undefined>>
  }[]
  return containers.some(({ state }) => {
    const reason = state?.['waiting']?.reason ?? state?.['terminated']?.reason ?? ''
    return !['', 'ContainerCreating', 'PodInitializing', 'Completed'].includes(reason)
  })
}

const renderDeployment = (fate: string): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
      annotations:
        test/fate: ${fate}
    spec:
      containers:
        - name: web
          image: example/web:v1
`
