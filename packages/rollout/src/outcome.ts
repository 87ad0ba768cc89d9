/** How a traffic change ended. An abort by policy is an outcome, not an exception. */
export type Outcome = 'promoted' | 'aborted' | 'rolled-back' | 'paused' | 'held' | 'unchanged'

/** Exit codes of cli and of an action's process. */
export const EXIT = { done: 0, error: 1, unproven: 2, held: 3 } as const
