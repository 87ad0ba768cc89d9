// The command line of `sluice`. One subcommand so far.
import { bad, good, type Result } from '@sluice/rollout'
import { parseArgs } from 'node:util'

export interface Order {
  readonly evidence: string
  readonly policy: string | null
  readonly digest: string | null
}

export const USAGE = `Usage: sluice verify-evidence <evidence.json> [--policy <file>] [--digest <hex>]

Reaches the verdict of an evidence document again, from the counts in it.
  --policy <file>  the policy file must be the one that the test used
  --digest <hex>   the document must have this sha256 (output evidence-digest)
Exit code: 0 everything agrees, 1 something does not, or cannot be read.`

export function parseCommandLine(words: readonly string[]): Result<Order> {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: { policy: { type: 'string' }, digest: { type: 'string' } },
    })
    const [command, evidence, ...rest] = positionals
    if (command !== 'verify-evidence' || evidence === undefined || rest.length > 0) {
      return bad({
        where: 'command line',
        message: `found "${positionals.join(' ')}"; wanted verify-evidence and one file`,
      })
    }
    const digest = values.digest?.toLowerCase() ?? null
    if (digest !== null && !/^[0-9a-f]{64}$/.test(digest)) {
      return bad({ where: '--digest', message: 'wanted a sha256: 64 hex digits' })
    }
    return good({ evidence, policy: values.policy ?? null, digest })
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return bad({ where: 'command line', message })
  }
}
