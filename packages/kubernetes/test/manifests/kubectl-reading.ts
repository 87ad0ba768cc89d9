// How kubectl reads a file: the JSON of each object before anything else is done to it.
import { execFile } from 'node:child_process'

export interface Kubectl {
  readonly program: string
  readonly kubeconfig: string
}

/** The objects of a file as kubectl would send them; null when it refuses the file. */
export function askKubectl(kubectl: Kubectl, file: string): Promise<readonly unknown[] | null> {
  const args = ['apply', '--dry-run=client', '--validate=false', '-o', 'json', '-f', file]
  return new Promise((resolve) => {
    execFile(
      kubectl.program,
      ['--kubeconfig', kubectl.kubeconfig, ...args],
      { maxBuffer: 2 ** 26 },
      (error, stdout) => resolve(error === null ? objectsOf(JSON.parse(stdout)) : null),
    )
  })
}

interface Printed {
  readonly kind?: string
  readonly items?: readonly unknown[]
}

const objectsOf = (printed: Printed): readonly unknown[] =>
  (printed.kind === 'List' ? (printed.items ?? []) : [printed]).map(asSent)

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

/** What is printed has lost its nulls; what is recorded for the next apply has not. */
function asSent(object: unknown): unknown {
  const { metadata } = object as { readonly metadata: { annotations: Record<string, string> } }
  return JSON.parse(metadata.annotations[LAST_APPLIED] ?? 'null')
}
