// What an action is: raw inputs to a config or every problem, config and ports to a report.
import type { Result, SluiceError } from '@sluice/rollout'
import type { Ports } from './ports.ts'

/** Inputs by their name in `action.yml`, trimmed; an input that was not given is ''. */
export type RawInputs = Readonly<Record<string, string>>

export interface Report {
  /** One of the action's own closing words: an outcome, an operation, a verdict. */
  readonly ending: string
  /** What the heading names: the endpoint, branch or commit. */
  readonly subject: string
  /** Output name to value; written before the step fails. Only what is true by now. */
  readonly outputs: Readonly<Record<string, string>>
  /** Markdown below the heading `## <action>: <subject> <ending>`. Data in it is already escaped. */
  readonly summary: string
  /** Present: the step fails with it, after outputs and summary are written. */
  readonly failure?: SluiceError
  /** 0 unless `failure` (then 1) or told: 2 traffic not in a proven state, 3 held. */
  readonly exitCode?: number
}

export interface Action<Config> {
  readonly name: string
  /** Names of all inputs in `action.yml`. */
  readonly inputs: readonly string[]
  readonly readConfig: (inputs: RawInputs, ports: Pick<Ports, 'env' | 'run'>) => Result<Config>
  readonly main: (config: Config, ports: Ports) => Promise<Report>
  /** From saved state only, never from inputs. Absent: no post step. */
  readonly post?: (state: Readonly<Record<string, string>>, ports: Ports) => Promise<Report | null>
}
