// Another number of pods for a slot, where replicas give the weights.
import { kubernetesError } from '../errors.ts'
import { numberAt, textAt } from '../health/fields.ts'
import { defaultStatusOptions } from '../health/status/health-status.ts'
import { statusOf } from '../health/status/status.ts'
import type { KubeObject, ObjectId } from '../object.ts'
import type { Scaling, TrafficScene } from './back-ends/back-end.ts'
import { AUTOSCALER, DEPLOYMENT } from './kinds.ts'
import { isNoAnswer, isUnsettled, TRAFFIC_MANAGER } from './writing.ts'
import { refusedRead, refusedWrite } from './refused.ts'
import type { Site } from './site.ts'
import { readyReplicas, wantedReplicas } from './slot-health.ts'
import type { View } from './view.ts'

/** Controllers write the status all the time, and each write makes a new version. */
const TRIES = 6
const PAUSE_SECONDS = 1

/** Throws KUBERNETES_AUTOSCALED where somebody else would set the number again. */
export async function refuseAutoscaled(
  site: Site,
  scene: TrafficScene,
  scalings: readonly Scaling[],
): Promise<void> {
  const names = scalings.map(({ slot }) => nameIn(scene, slot))
  if (names.length === 0) return
  const answer = await site.api.list(AUTOSCALER, { namespace: site.place.namespace })
  if (!answer.ok) {
    site.log.notice(
      `autoscalers in ${site.place.namespace} cannot be listed (${answer.refusal.reason}), so nobody looks whether one sets the replicas of ${names.join(', ')}`,
    )
    return
  }
  const driving = answer.value.items.filter(
    (one) =>
      textAt(one, 'spec.scaleTargetRef.kind') === DEPLOYMENT.kind &&
      names.includes(textAt(one, 'spec.scaleTargetRef.name')),
  )
  if (driving.length === 0) return
  const told = driving.map(
    ({ metadata, ...one }) =>
      `${metadata.name ?? ''} sets the replicas of Deployment ${textAt(one, 'spec.scaleTargetRef.name')}`,
  )
  throw kubernetesError('KUBERNETES_AUTOSCALED', `HorizontalPodAutoscaler ${told.join('; ')}`)
}

/** Writes the number, then waits until so many pods are ready and the others have ended. */
export async function scaleSlot(
  view: View,
  { slot, replicas }: Scaling,
  { deadline, signal }: { readonly deadline: number; readonly signal: AbortSignal },
): Promise<void> {
  const { site } = view
  const name = nameIn(view.scene(), slot)
  site.log.info(`Deployment ${name} gets ${replicas} replicas`)
  const deployment = deploymentIn(view.scene(), slot)
  if (deployment !== null) await writeReplicas(site, { deployment, replicas }, signal)
  await view.until({
    sources: ['deployments', 'slices'],
    check: (scene) => missingPods(site, scene, { slot, replicas }),
    deadline,
    late: (awaited) => kubernetesError('KUBERNETES_NOT_SCALED', `${awaited}; gave up waiting`),
  })
}

async function writeReplicas(
  site: Site,
  { deployment, replicas }: { readonly deployment: KubeObject; readonly replicas: number },
  signal: AbortSignal,
): Promise<void> {
  const { namespace } = site.place
  const id: ObjectId = { ...DEPLOYMENT, namespace, name: deployment.metadata.name ?? '' }
  const had = wantedReplicas(deployment)
  let seen = deployment
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    signal.throwIfAborted()
    const patch = {
      metadata: { resourceVersion: seen.metadata.resourceVersion },
      spec: { replicas },
    }
    const options = { kind: 'merge', fieldManager: TRAFFIC_MANAGER, subresource: 'scale' } as const
    const answer = await site.api.patch(id, patch, options).catch((error: unknown) => {
      if (isNoAnswer(error, signal)) return null
      throw error
    })
    if (answer?.ok === true) return
    if (answer !== null && answer.refusal.status !== 409 && !isUnsettled(answer.refusal)) {
      const { refusal } = answer
      const request = { verb: 'patch', resource: DEPLOYMENT, namespace, refusal } as const
      throw refusedWrite({ ...request, subresource: 'scale' })
    }
    if (attempt > 0) await site.clock.sleep(PAUSE_SECONDS, signal)
    seen = await readDeployment(site, id)
    if (wantedReplicas(seen) === replicas) return
    if (wantedReplicas(seen) !== had) {
      throw kubernetesError(
        'KUBERNETES_NOT_SCALED',
        `Deployment ${id.name} had ${had} replicas, we wrote ${replicas}, and somebody else set ${wantedReplicas(seen)}`,
      )
    }
  }
  throw kubernetesError(
    'KUBERNETES_NOT_SCALED',
    `Deployment ${id.name} still has ${had} replicas after ${TRIES} tries to set ${replicas}`,
  )
}

async function readDeployment(site: Site, id: ObjectId): Promise<KubeObject> {
  const answer = await site.api.get(id)
  if (answer.ok && answer.value !== null) return answer.value
  const { namespace } = site.place
  if (answer.ok) throw kubernetesError('KUBERNETES_NOT_SCALED', `Deployment ${id.name} is gone`)
  const { refusal } = answer
  throw refusedRead([{ verb: 'get', resource: DEPLOYMENT, namespace, refusal }])
}

/** null: as many as wanted are ready, and the slot's Service shows them. */
function missingPods(
  site: Site,
  scene: TrafficScene,
  { slot, replicas }: Pick<Scaling, 'slot' | 'replicas'>,
): string | null {
  const name = nameIn(scene, slot)
  const deployment = deploymentIn(scene, slot)
  if (deployment === null) throw kubernetesError('KUBERNETES_NOT_SCALED', `${name} is gone`)
  const awaited = `Deployment ${name}: ${readyReplicas(deployment)} of ${replicas} pods ready`
  const now = site.clock.now()
  const context = { now, since: now, written: null, lateClasses: new Set<string>() }
  const { state, message } = statusOf(deployment, { ...context, options: defaultStatusOptions })
  if (state === 'failed') throw kubernetesError('KUBERNETES_NOT_SCALED', `${awaited}: ${message}`)
  const isThere =
    wantedReplicas(deployment) === replicas &&
    numberAt(deployment, 'status.observedGeneration', -1) === deployment.metadata.generation &&
    numberAt(deployment, 'status.replicas', 0) === replicas &&
    readyReplicas(deployment) === replicas
  if (!isThere) return awaited
  const endpoints = scene.found.find((one) => one.slot === slot)?.endpoints ?? null
  return endpoints === null || endpoints.ready === replicas
    ? null
    : `the Service of slot ${slot} shows ${endpoints.ready} of ${replicas} ready pods`
}

const deploymentIn = (scene: TrafficScene, slot: string): KubeObject | null =>
  scene.found.find((one) => one.slot === slot)?.deployment ?? null

const nameIn = (scene: TrafficScene, slot: string): string =>
  deploymentIn(scene, slot)?.metadata.name ?? `of slot ${slot}`
