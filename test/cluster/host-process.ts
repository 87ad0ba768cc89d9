// Starts a host process and reads its facts.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { ClusterFacts, HostLine } from './facts.ts'

export interface Host {
  readonly facts: ClusterFacts
  /** Process id of the host itself. */
  readonly pid: number
  stop(): Promise<void>
}

const script = fileURLToPath(new URL('host.ts', import.meta.url))

/**
 * `missing`: why this machine cannot have a cluster. A cluster that fails to start is an error.
 * `gateway`: as `host.ts gateway`. `before`: what starts the process inside another network.
 */
export async function startHost(
  options: { readonly gateway?: boolean; readonly before?: readonly string[] } = {},
): Promise<Host | { readonly missing: string }> {
  const [file = '', ...args] = [
    ...(options.before ?? []),
    process.execPath,
    '--conditions=source',
    '--disable-warning=ExperimentalWarning',
    script,
    ...(options.gateway === true ? ['gateway'] : []),
  ]
  const child = spawn(file, args, {
    stdio: ['pipe', 'pipe', 'inherit'],
    // The host is no worker of jest, and the twin loads its parser in another way in one.
    env: { ...process.env, JEST_WORKER_ID: undefined },
  })
  child.stdin.on('error', () => undefined)
  const gone = new Promise<void>((resolve) => child.on('close', () => resolve()))
  const line = await new Promise<HostLine>((resolve) => {
    createInterface({ input: child.stdout }).once('line', (text) =>
      resolve(JSON.parse(text) as HostLine),
    )
    void gone.then(() => resolve({ failed: 'the host process ended without a word' }))
  })
  const { facts } = line
  if (facts !== undefined)
    return {
      facts,
      pid: child.pid ?? 0,
      stop: () => {
        child.stdin.end()
        return gone
      },
    }
  await gone
  if (line.missing !== undefined) return { missing: line.missing }
  throw new Error(`no cluster: ${line.failed}`)
}
