// Another number of replicas, through the subresource `scale`.
import type { ObjectReport } from '../apply/report.ts'
import { isAutoscaler, targetOf } from '../apply/autoscaler.ts'
import { keyOf, renderId, type ObjectId } from '../object.ts'
import { sendChange, told, type ChangeOptions, type ModePorts } from './change.ts'
import { type Target } from './workload.ts'
import { fieldAt } from '../record.ts'

export interface ScaleOptions extends ChangeOptions {
  readonly replicas: number
  /** Also where an autoscaler will set its own number soon after. */
  readonly force: boolean
}

/**
 * Sets the number of replicas; `unchanged` where it is so. What an autoscaler drives is refused with
 * its name unless forced. Where the manifests name a number, the next apply sets it again.
 */
export async function scale(
  ports: ModePorts,
  targets: readonly Target[],
  options: ScaleOptions,
): Promise<readonly ObjectReport[]> {
  const namespaces = [...new Set(targets.flatMap(({ id }) => id.namespace ?? []))]
  const autoscaled = options.force
    ? []
    : (await Promise.all(namespaces.map((namespace) => autoscaledIn(ports, namespace)))).flat()
  return Promise.all(
    targets.map(async (target) => {
      const { replicas, dryRun } = options
      const now = fieldAt(target.object, ['spec', 'replicas'])
      if (now === replicas) {
        return told(target, { action: 'unchanged', message: `it has ${replicas} replicas` })
      }
      const driver = autoscaled.find(({ target: key }) => key === keyOf(target.id))
      if (driver !== undefined) {
        return told(target, {
          action: 'refused',
          reason: 'Autoscaled',
          message: `${renderId(driver.autoscaler)} sets its replicas and would undo this; change that one, or set \`force-conflicts: true\``,
        })
      }
      return sendChange(ports, target, {
        mode: 'scale',
        action: 'scaled',
        subresource: 'scale',
        patch: { spec: { replicas } },
        dryRun,
        message: `${typeof now === 'number' ? `${now} -> ` : ''}${replicas} replicas`,
      })
    }),
  )
}

interface Autoscaled {
  readonly autoscaler: ObjectId
  /** Key of what it drives. */
  readonly target: string | null
}

async function autoscaledIn(
  { api, log }: ModePorts,
  namespace: string,
): Promise<readonly Autoscaled[]> {
  const { all, preferred } = await api.resources()
  const kinds = new Set(all.filter(isAutoscaler).map(({ group, kind }) => preferred(group, kind)))
  const lists = await Promise.all(
    [...kinds].map(async (resource) => {
      if (resource === null) return []
      const answer = await api.list(resource, { namespace })
      if (!answer.ok) {
        log.notice(
          `${resource.plural} in ${namespace} cannot be listed (${answer.refusal.reason}), so nobody looks whether one drives the replicas`,
        )
        return []
      }
      return answer.value.items.map((item) => ({
        autoscaler: { ...resource, namespace, name: item.metadata.name ?? '' },
        target: targetOf(item, namespace),
      }))
    }),
  )
  return lists.flat()
}
