// k8s-apply as a runner starts it: the built bundle in a process of its own, before a real API server.
import type { ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { renderKubeconfig } from '@sluice/twin'
import { runStep, type StepEnd, type Texts } from '../../scenario/rig/step.ts'

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

export interface K8sOrder extends Caller {
  readonly to: Address
  /** Text by path: the checkout. */
  readonly files: Texts
  readonly inputs: Texts
  /** Text of a file in place of the one that `to`, `token` and `namespace` make. */
  readonly kubeconfig?: string
  /** More variables of the job. */
  readonly env?: Texts
  readonly onChild?: (child: ChildProcess) => void
  readonly onLine?: (line: string, child: ChildProcess) => void
}

export interface K8sEnd extends StepEnd {
  /** Text of the file that the output `result-file` names; '' when there is none. */
  readonly resultFile: string
}

/** The step's end; its folder is gone then. A killed one has no exit code. */
export async function runK8sApply(order: K8sOrder): Promise<K8sEnd> {
  const place = mkdtempSync(join(tmpdir(), 'sluice-step-'))
  try {
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
    const end = await runStep({
      action: 'k8s-apply',
      stage: 'main',
      inputs: order.inputs,
      github: {},
      state: {},
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: place,
        GITHUB_ACTIONS: 'true',
        GITHUB_WORKSPACE: workspace,
        RUNNER_TEMP: folder('temp'),
        KUBECONFIG: kubeconfig,
        ...order.env,
      },
      workspace,
      folder: folder('commands'),
      now: null,
      onChild: order.onChild,
      onLine: order.onLine,
    })
    const file = end.outputs['result-file'] ?? ''
    return { ...end, resultFile: existsSync(file) ? readFileSync(file, 'utf8') : '' }
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}

/** With the namespace in its context, as people have it. */
function kubeconfigOf({ to: { server, ca }, token, namespace }: K8sOrder): string {
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
