// How a pod that is deleted ends (pure).
import type { Pod } from './pod.ts'
import { over, terminated, type ContainerView, type Step } from './step.ts'

const DEFAULT_GRACE_MS = 500

export interface Stop {
  /** Its program serves on for so long: annotation test/grace, within the pod's own grace period. */
  readonly graceMs: number
  /** null: none of its containers was made yet, so there is nothing to tell of them. */
  readonly step: Step | null
}

/** Containers that run end by SIGTERM with code 143, so the pod has failed, as a kubelet says it. */
export function planStop({ metadata }: Pod, step: Step | null): Stop {
  const wanted = Number(metadata.annotations?.['test/grace'] ?? DEFAULT_GRACE_MS)
  const limit = (metadata.deletionGracePeriodSeconds ?? 30) * 1000
  return {
    graceMs: Math.min(Number.isFinite(wanted) ? wanted : DEFAULT_GRACE_MS, limit),
    step: step === null ? null : planLast(step),
  }
}

function planLast({ init, containers }: Step): Step {
  const stopped = containers.map(stopContainer)
  const failed = stopped.some(({ state }) => state.kind !== 'terminated' || state.exitCode !== 0)
  const phase = failed ? 'Failed' : 'Succeeded'
  return { phase, init, containers: stopped, events: [], next: null }
}

function stopContainer(view: ContainerView): ContainerView {
  switch (view.state.kind) {
    case 'terminated':
      return view
    case 'running':
      return { ...over(terminated(143, 'Error'), view.restarts), last: view.last }
    case 'waiting':
      return { ...view, ready: false }
  }
}
