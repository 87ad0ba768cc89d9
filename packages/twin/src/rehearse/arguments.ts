// The command line of ./rehearse.
import { parseArgs } from 'node:util'

export interface Arguments {
  readonly list: boolean
  readonly help: boolean
  readonly scenario: string
  readonly json: string | null
  readonly repository: string | null
  readonly verbose: boolean
  /** null: ask at the terminal. */
  readonly decision: 'approved' | 'rejected' | null
}

export const USAGE = `usage: ./rehearse [--approve | --reject] [--scenario NAME] [--json FILE] [--repository FOLDER] [--verbose]
       ./rehearse --list

Runs staging, promotion pull request, approval and production on simulators: the shipped workflows, the
built actions, a real git repository. No cloud, no account.

  --approve, --reject   answer the reviewer's question in advance
  --scenario NAME       another scenario than happy
  --json FILE           write the result
  --repository FOLDER   your own repository with a rehearsal.yml, instead of examples/azureml-taxi
  --verbose             every log line of every step; plan and evidence even when answered in advance
`

/** A text: what is wrong with the arguments. */
export function readArguments(given: readonly string[]): Arguments | string {
  try {
    const { values } = parseArgs({
      args: [...given],
      strict: true,
      allowPositionals: false,
      options: {
        approve: { type: 'boolean', default: false },
        reject: { type: 'boolean', default: false },
        list: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
        verbose: { type: 'boolean', default: false },
        scenario: { type: 'string', default: 'happy' },
        json: { type: 'string' },
        repository: { type: 'string' },
      },
    })
    if (values.approve && values.reject) return '--approve and --reject exclude each other'
    return {
      list: values.list,
      help: values.help,
      scenario: values.scenario,
      json: values.json ?? null,
      repository: values.repository ?? null,
      verbose: values.verbose,
      decision: values.approve ? 'approved' : values.reject ? 'rejected' : null,
    }
  } catch (error) {
    return (error as Error).message
  }
}
