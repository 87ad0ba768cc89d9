// Real ports of the Kubernetes package for tests: real connections and time, and a log that is kept.
import type { KubernetesPorts } from '@sluice/kubernetes'
import { realClock } from '../../packages/action/src/clock.ts'
import { realExec } from '../../packages/action/src/exec.ts'
import { createFiles } from '../../packages/action/src/files.ts'
import { createOpenPool } from '../../packages/action/src/pool.ts'

export interface LoggedLine {
  readonly level: 'info' | 'notice' | 'warning' | 'mask'
  readonly text: string
}

export interface RecordedPorts extends KubernetesPorts {
  /** Everything that was told to the log, in order. */
  readonly logged: readonly LoggedLine[]
  /** Cancels the run. */
  readonly cancel: (reason?: Error) => void
}

export interface KubernetesPortsParts extends Partial<
  Pick<KubernetesPorts, 'env' | 'clock' | 'files' | 'exec' | 'openPool'>
> {
  /** Where relative paths start; the folder of the test run unless told. */
  readonly workspace?: string
}

/** The environment is empty unless given: no proxy and no kubeconfig of the machine gets in. */
export function kubernetesPorts(parts: KubernetesPortsParts = {}): RecordedPorts {
  const { env = {}, workspace = process.cwd() } = parts
  const logged: LoggedLine[] = []
  const record = (level: LoggedLine['level']) => (text: string) => void logged.push({ level, text })
  const controller = new AbortController()
  return {
    logged,
    cancel: (reason = new Error('cancelled by the test')) => controller.abort(reason),
    log: {
      info: record('info'),
      notice: record('notice'),
      warning: record('warning'),
      mask: record('mask'),
    },
    clock: parts.clock ?? realClock,
    random: () => 1,
    openPool: parts.openPool ?? createOpenPool(env),
    files: parts.files ?? createFiles(workspace),
    exec: parts.exec ?? realExec,
    env,
    signal: controller.signal,
  }
}
