#!/usr/bin/env node
// Wires files and the terminal to the verification; decides nothing.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { parseCommandLine, USAGE, type Order } from './command-line.ts'
import { verifyEvidence } from './verification.ts'

const sha256 = (data: string | Uint8Array): string =>
  createHash('sha256').update(data).digest('hex')

async function verify(order: Order): Promise<boolean> {
  const evidence = await readFile(order.evidence, 'utf8')
  const policy = order.policy === null ? null : await readFile(order.policy)
  const { same, lines } = verifyEvidence(
    {
      evidence: { file: order.evidence, text: evidence },
      policy:
        policy === null || order.policy === null
          ? null
          : { file: order.policy, text: policy.toString('utf8'), digest: sha256(policy) },
      digest: order.digest,
    },
    sha256,
  )
  console.log(lines.join('\n'))
  return same
}

const order = parseCommandLine(process.argv.slice(2))
if (order.ok) {
  const same = await verify(order.value).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error))
    return false
  })
  process.exitCode = same ? 0 : 1
} else {
  console.error(order.problems.map(({ where, message }) => `${where}: ${message}`).join('\n'))
  console.error(USAGE)
  process.exitCode = 1
}
