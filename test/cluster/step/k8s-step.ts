// k8s-apply as a runner starts it: a job of one step.
import type { ChildProcess } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import type { StepEnd, Texts } from '../../scenario/rig/step.ts'
import { openJob, type JobOrder } from './job.ts'

export type { Address, Caller } from './job.ts'

export interface K8sOrder extends JobOrder {
  readonly inputs: Texts
  readonly onChild?: (child: ChildProcess) => void
  readonly onLine?: (line: string, child: ChildProcess) => void
}

export interface K8sEnd extends StepEnd {
  /** Text of the file that the output `result-file` names; '' when there is none. */
  readonly resultFile: string
}

/** The step's end; its folder is gone then. A killed one has no exit code. */
export async function runK8sApply({
  inputs,
  onChild,
  onLine,
  ...order
}: K8sOrder): Promise<K8sEnd> {
  const job = openJob(order)
  try {
    const end = await job.run('k8s-apply', { inputs, onChild, onLine })
    const file = end.outputs['result-file'] ?? ''
    return { ...end, resultFile: existsSync(file) ? readFileSync(file, 'utf8') : '' }
  } finally {
    job.close()
  }
}
