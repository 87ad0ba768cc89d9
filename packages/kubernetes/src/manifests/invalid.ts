// All problems of a set of manifests as one error.
import type { Problem, SluiceError } from '@sluice/rollout'
import { kubernetesError } from '../errors.ts'

const MOST_LINES = 50

/** KUBERNETES_MANIFESTS_INVALID with a line for each problem, the first 50 of them. */
export function invalidManifests(problems: readonly Problem[]): SluiceError {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`
  const lines = problems
    .slice(0, MOST_LINES)
    .map(({ where, message }) => `- ${where === '' ? '' : `${where}: `}${message}`)
  const more = problems.length - lines.length
  if (more > 0) lines.push(`- ... and ${more} more`)
  const text = `${count} with the manifests:\n${lines.join('\n')}`
  return kubernetesError('KUBERNETES_MANIFESTS_INVALID', text)
}
