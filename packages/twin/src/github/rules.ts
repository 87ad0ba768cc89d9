// Branch rules: which apply to a branch, and what they say against a push or a merge.
import type { GitHubState, Status } from './state.ts'

export interface RequiredCheck {
  readonly context: string
  /** Only this app's statuses count; absent: anybody's. */
  readonly integration_id?: number
}

export type Rule =
  | {
      readonly type: 'required_status_checks'
      readonly parameters: {
        readonly required_status_checks: readonly RequiredCheck[]
        readonly strict_required_status_checks_policy?: boolean
      }
    }
  | {
      readonly type: 'pull_request'
      readonly parameters?: { readonly allowed_merge_methods?: readonly string[] }
    }
  | { readonly type: 'non_fast_forward' }
  | { readonly type: 'deletion' }

/** How a branch would move. */
export interface BranchMove {
  readonly kind: 'create' | 'update' | 'delete'
  readonly fastForward: boolean
  /** Where it would stand. */
  readonly sha: string
}

const simulated: Readonly<Record<Rule['type'], readonly string[]>> = {
  required_status_checks: ['required_status_checks', 'strict_required_status_checks_policy'],
  pull_request: ['allowed_merge_methods'],
  non_fast_forward: [],
  deletion: [],
}

/** The rules as given; throws when one names something that is not simulated. */
export function readRules(rules: readonly Rule[]): readonly Rule[] {
  for (const rule of rules) {
    const known = (simulated as Record<string, readonly string[] | undefined>)[rule.type]
    if (known === undefined) throw new Error(`the rule type ${rule.type} is not simulated`)
    const parameters = 'parameters' in rule ? Object.keys(rule.parameters ?? {}) : []
    const unknown = parameters.filter((parameter) => !known.includes(parameter))
    if (unknown.length > 0) {
      throw new Error(`rule ${rule.type}: not simulated: ${unknown.join(', ')}`)
    }
  }
  return rules
}

export interface AppliedRule {
  readonly rule: Rule
  readonly rulesetId: number
}

export function rulesOf(state: GitHubState, branch: string): readonly AppliedRule[] {
  const ref = `refs/heads/${branch}`
  const matches = (pattern: string): boolean =>
    pattern === '~ALL' ||
    (pattern === '~DEFAULT_BRANCH' && branch === state.repository.defaultBranch) ||
    matchesRef(pattern, ref)
  return state.rulesets
    .filter((set) => set.include.some(matches) && !set.exclude.some(matches))
    .flatMap((set) => set.rules.map((rule) => ({ rule, rulesetId: set.id })))
}

/** Sentences against moving the branch directly; none: it may move. */
export function violationsOfMove(
  state: GitHubState,
  branch: string,
  move: BranchMove,
): readonly string[] {
  return rulesOf(state, branch).flatMap(({ rule }) => {
    switch (rule.type) {
      case 'deletion':
        return move.kind === 'delete' ? ['Cannot delete this branch'] : []
      case 'non_fast_forward':
        return move.kind === 'update' && !move.fastForward
          ? ['Cannot force-push to this branch']
          : []
      case 'pull_request':
        return move.kind === 'update' ? ['Changes must be made through a pull request.'] : []
      case 'required_status_checks':
        return move.kind === 'delete' ? [] : violationsOfChecks(state, checksOf([rule]), move.sha)
    }
  })
}

/** Sentences against merging a pull request whose head is `sha`. */
export function violationsOfMerge(
  state: GitHubState,
  branch: string,
  merge: { readonly sha: string; readonly method: string; readonly upToDate: boolean },
): readonly string[] {
  const rules = rulesOf(state, branch).map((applied) => applied.rule)
  const methods = rules.flatMap((rule) =>
    rule.type === 'pull_request' && rule.parameters?.allowed_merge_methods !== undefined
      ? [rule.parameters.allowed_merge_methods]
      : [],
  )
  const strict = rules.some(
    (rule) =>
      rule.type === 'required_status_checks' &&
      rule.parameters.strict_required_status_checks_policy === true,
  )
  return [
    ...violationsOfChecks(state, checksOf(rules), merge.sha),
    ...(strict && !merge.upToDate ? ['The head branch must be up to date before merging.'] : []),
    ...(methods.every((allowed) => allowed.includes(merge.method))
      ? []
      : [`Merge method ${merge.method} is not allowed on this branch.`]),
  ]
}

const checksOf = (rules: readonly Rule[]): readonly RequiredCheck[] =>
  rules.flatMap((rule) =>
    rule.type === 'required_status_checks' ? rule.parameters.required_status_checks : [],
  )

function violationsOfChecks(
  state: GitHubState,
  checks: readonly RequiredCheck[],
  sha: string,
): readonly string[] {
  return checks.flatMap((check) => {
    const status = latestStatus(state, sha, check)
    if (status?.state === 'success') return []
    const is =
      status === undefined ? 'expected' : status.state === 'pending' ? 'pending' : 'failing'
    return [`Required status check "${check.context}" is ${is}.`]
  })
}

const latestStatus = (state: GitHubState, sha: string, check: RequiredCheck): Status | undefined =>
  state.statuses.findLast(
    (status) =>
      status.sha === sha &&
      status.context === check.context &&
      (check.integration_id === undefined || status.integrationId === check.integration_id),
  )

/** Ruby's fnmatch with FNM_PATHNAME: a star stays inside one part, two stars cross parts. */
export function matchesRef(pattern: string, ref: string): boolean {
  const source = pattern.replaceAll(/\*\*\/|\*\*|\*|\?|[.+^${}()|[\]\\]/g, (part) => {
    if (part === '**/') return '(?:.*/)?'
    if (part === '**') return '.*'
    if (part === '*') return '[^/]*'
    return part === '?' ? '[^/]' : `\\${part}`
  })
  return new RegExp(`^${source}$`).test(ref)
}
