// All problems of a set of manifests as one error.
import type { Problem, SluiceError } from '@sluice/rollout'
import { kubernetesError } from '../errors.ts'

const MOST_LINES = 50

/** KUBERNETES_MANIFESTS_INVALID with a line for each problem, the first 50 of them. */
export const invalidManifests = (problems: readonly Problem[]): SluiceError =>
  kubernetesError('KUBERNETES_MANIFESTS_INVALID', renderProblems('the manifests', problems))

/** A heading (`2 problems with the manifests:`) and a line for each, the first 50 of them. */
export function renderProblems(what: string, problems: readonly Problem[]): string {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`
  const lines = problems
    .slice(0, MOST_LINES)
    .map(({ where, message }) => `- ${where === '' ? '' : `${where}: `}${message}`)
  const more = problems.length - lines.length
  if (more > 0) lines.push(`- ... and ${more} more`)
  return `${count} with ${what}:\n${lines.join('\n')}`
}
