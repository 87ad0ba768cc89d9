// What the driver does not do, refused before anything runs, with file and line.
import type { Problem } from './refusal.ts'
import { parseReference } from './reference.ts'
import { childOf, entriesOf, itemsOf, lineOf, literalOf, type Token } from './token.ts'

const uncoveredJobKeys = [
  'strategy',
  'container',
  'services',
  'snapshot',
  'continue-on-error',
  'cancel-timeout-minutes',
]
const coveredStepKeys = [
  'id',
  'name',
  'if',
  'uses',
  'run',
  'with',
  'env',
  'shell',
  'working-directory',
  'continue-on-error',
  'timeout-minutes',
]
const shells = ['bash', 'sh']

/** Whether `owner/name` at this ref can be run: mapped to a folder, or replaced by a stand-in. */
export type IsKnown = (repository: string, path: string, ref: string) => boolean

export function uncoveredInWorkflow(label: string, root: Token): readonly Problem[] {
  return uncoveredDefaults(label, childOf(root, 'defaults'))
}

export function uncoveredInJob(label: string, job: Token, isKnown: IsKnown): readonly Problem[] {
  const problems: Problem[] = entriesOf(job)
    .filter((entry) => uncoveredJobKeys.includes(entry.key))
    .map((entry) => notCovered(label, entry.keyToken, `'${entry.key}'`))
  problems.push(...uncoveredDefaults(label, childOf(job, 'defaults')))
  for (const step of itemsOf(childOf(job, 'steps')))
    problems.push(...uncoveredInStep(label, step, isKnown))
  return problems
}

function uncoveredInStep(label: string, step: Token, isKnown: IsKnown): readonly Problem[] {
  const problems: Problem[] = entriesOf(step)
    .filter((entry) => !coveredStepKeys.includes(entry.key))
    .map((entry) => notCovered(label, entry.keyToken, `step key '${entry.key}'`))
  problems.push(...uncoveredShell(label, childOf(step, 'shell')))
  const uses = childOf(step, 'uses')
  if (uses === undefined) return problems
  const text = literalOf(uses) ?? ''
  const reference = parseReference(text)
  const runnable =
    reference.kind === 'remote'
      ? isKnown(reference.repository, reference.path, reference.ref)
      : reference.kind !== 'unknown'
  if (!runnable)
    problems.push(notCovered(label, uses, `'uses: ${text}' (neither mapped nor a stand-in)`))
  return problems
}

function uncoveredDefaults(label: string, defaults: Token | undefined): readonly Problem[] {
  return uncoveredShell(label, childOf(childOf(defaults, 'run'), 'shell'))
}

function uncoveredShell(label: string, shell: Token | undefined): readonly Problem[] {
  if (shell === undefined || shells.includes(literalOf(shell) ?? '')) return []
  return [notCovered(label, shell, `shell '${literalOf(shell) ?? '${{ }}'}' (only bash and sh)`)]
}

const notCovered = (file: string, token: Token, what: string): Problem => ({
  file,
  line: lineOf(token),
  message: `${what} is not covered by the driver`,
})
