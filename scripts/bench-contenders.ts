// How each contender of the apply bench is started: ours as a runner starts it, the others as people do.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BedFacts } from './bench-bed.ts'
import { runnerEnvironment } from './first-call.ts'
import type { Command } from './bench-timed.ts'
import { root } from './repository.ts'

export interface Task {
  readonly facts: BedFacts
  readonly folder: string
  readonly namespace: string
  /** Folder with the manifests; for Helm, with the chart. */
  readonly manifests: string
  /** Instead of the administrator's. */
  readonly kubeconfig?: string
}

export interface Contender {
  readonly name: string
  readonly first: (task: Task) => Command
  readonly again: (task: Task) => Command
}

const twice = (name: string, command: (task: Task) => Command): Contender => ({
  name,
  first: command,
  again: command,
})

/** The built bundle; `inputs` beside manifests and namespace. */
export const sluice = (name: string, inputs: Readonly<Record<string, string>>): Contender =>
  twice(name, (task) => sluiceCommand(task, inputs))

export const kubectlServerSide = twice('kubectl apply --server-side', (task) =>
  kubectl(task, ['--server-side']),
)

export const kubectlClientSide = twice('kubectl apply (client-side)', (task) => kubectl(task, []))

export const helm: Contender = {
  name: 'helm install, upgrade',
  first: (task) => helmCommand(task, 'install'),
  again: (task) => helmCommand(task, 'upgrade'),
}

/** Files that a runner gives are in `task.folder`: `output` holds the outputs. */
export function sluiceCommand(task: Task, inputs: Readonly<Record<string, string>>): Command {
  const { facts, folder, namespace, manifests, kubeconfig = facts.kubeconfig } = task
  mkdirSync(folder, { recursive: true })
  const [output, summary] = [join(folder, 'output'), join(folder, 'summary.md')]
  for (const file of [output, summary]) writeFileSync(file, '')
  const given = { manifests, namespace, ...inputs }
  return {
    file: process.execPath,
    args: [join(root, 'dist/k8s-apply/index.js')],
    cwd: folder,
    env: {
      ...runnerEnvironment({ name: 'k8s-apply', folder: 'actions/k8s-apply' }, given, folder),
      PATH: process.env['PATH'] ?? '',
      KUBECONFIG: kubeconfig,
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: summary,
    },
  }
}

function kubectl({ facts, folder, namespace, manifests }: Task, more: readonly string[]): Command {
  const args = [
    '--kubeconfig',
    facts.kubeconfig,
    '-n',
    namespace,
    'apply',
    ...more,
    '-f',
    manifests,
  ]
  return { file: facts.kubectl, args, cwd: folder, env: plain(folder) }
}

function helmCommand({ facts, folder, namespace, manifests }: Task, verb: string): Command {
  const args = ['--kubeconfig', facts.kubeconfig, '-n', namespace, verb, 'bench', manifests]
  return { file: facts.helm, args, cwd: folder, env: plain(folder) }
}

/** kubectl keeps discovery below HOME: one home for all runs, as on a machine that is in use. */
const plain = (folder: string): Command['env'] => ({
  PATH: process.env['PATH'] ?? '',
  HOME: folder,
})
