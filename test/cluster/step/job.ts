// A job on a runner: a checkout, a kubeconfig and a folder for documents that its steps share. Each
// step is a built bundle in a process of its own, before a real API server.
import type { ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { renderKubeconfig } from '@sluice/twin'
import { runStep, type ActionName, type StepEnd, type Texts } from '../../scenario/rig/step.ts'

/** Where a step's requests go; a fault proxy is one. */
export interface Address {
  readonly server: string
  /** PEM */
  readonly ca: string
}

export interface Caller {
  /** Of the administrator. */
  readonly token: string
  /** Of objects that name none. */
  readonly namespace: string
}

export interface JobOrder extends Caller {
  readonly to: Address
  /** Text by path: the checkout. */
  readonly files: Texts
  /** Text of a file in place of the one that `to`, `token` and `namespace` make. */
  readonly kubeconfig?: string
  /** More variables of the job. */
  readonly env?: Texts
}

export interface JobStep {
  readonly inputs: Texts
  /** Of the step whose post this is; absent: a main step. */
  readonly postOf?: StepEnd
  readonly onChild?: ((child: ChildProcess) => void) | undefined
  readonly onLine?: ((line: string, child: ChildProcess) => void) | undefined
}

export interface Job {
  /** A killed step has no exit code. */
  readonly run: (action: ActionName, step: JobStep) => Promise<StepEnd>
  /** The checkout. */
  readonly workspace: string
  /** The folder is gone then. */
  readonly close: () => void
}

export function openJob(order: JobOrder): Job {
  const place = mkdtempSync(join(tmpdir(), 'sluice-job-'))
  const folder = (name: string): string => {
    const path = join(place, name)
    mkdirSync(path)
    return path
  }
  const workspace = folder('checkout')
  for (const [path, text] of Object.entries(order.files)) {
    mkdirSync(dirname(join(workspace, path)), { recursive: true })
    writeFileSync(join(workspace, path), text)
  }
  const kubeconfig = join(place, 'kubeconfig')
  writeFileSync(kubeconfig, order.kubeconfig ?? kubeconfigOf(order), { mode: 0o600 })
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: place,
    GITHUB_ACTIONS: 'true',
    GITHUB_WORKSPACE: workspace,
    GITHUB_RUN_ID: '1',
    GITHUB_RUN_ATTEMPT: '1',
    RUNNER_TEMP: folder('temp'),
    KUBECONFIG: kubeconfig,
    ...order.env,
  }
  let steps = 0
  return {
    run: (action, { inputs, postOf, onChild, onLine }) =>
      runStep({
        action,
        stage: postOf === undefined ? 'main' : 'post',
        inputs,
        github: {},
        state: postOf?.state ?? {},
        env,
        workspace,
        folder: folder(`commands-${(steps += 1)}`),
        now: null,
        onChild,
        onLine,
      }),
    workspace,
    close: () => rmSync(place, { recursive: true, force: true }),
  }
}

/** With the namespace in its context, as people have it. */
function kubeconfigOf({ to: { server, ca }, token, namespace }: JobOrder): string {
  const user = 'deployer'
  const plain = JSON.parse(renderKubeconfig({ server, ca, user, token })) as {
    readonly contexts: readonly { readonly name: string; readonly context: object }[]
  }
  const contexts = plain.contexts.map(({ name, context }) => ({
    name,
    context: { ...context, namespace },
  }))
  return JSON.stringify({ ...plain, contexts })
}
