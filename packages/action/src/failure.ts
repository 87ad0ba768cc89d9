// Any thrown thing becomes one error with a code, so that no failure ends without a next step.
import { SluiceError, type Problem } from '@sluice/rollout'
import { actionError } from './errors.ts'

/** Leaves our own errors as they are; all else is a bug of ours. `issues`: where to report it. */
export function failureReport(error: unknown, issues = ''): SluiceError {
  if (error instanceof SluiceError) return error
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  const hint = issues === '' ? {} : { hint: `Please report it at ${issues}, with a debug log.` }
  return actionError('ACTION_BUG', `unexpected: ${message}`, { cause: error, ...hint })
}

/** One error for all problems, each on a line of its own. */
export function badInput(problems: readonly Problem[]): SluiceError {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`
  return actionError('ACTION_BAD_INPUT', `${count} with the inputs:\n${renderProblems(problems)}`)
}

export const renderProblems = (problems: readonly Problem[]): string =>
  problems.map(({ where, message }) => `- ${where}: ${message}`).join('\n')
