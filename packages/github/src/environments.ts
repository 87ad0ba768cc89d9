// What protects an environment. A name that does not exist counts as unprotected: GitHub would make it so.
import { read } from './answer.ts'
import { ask, askOrNull, type Repository } from './repository.ts'

export interface ApprovalEnvironment {
  readonly name: string
  readonly exists: boolean
  /** Logins and team slugs that may approve; one of them suffices. */
  readonly reviewers: readonly string[]
  /** Slugs of the apps of its enabled custom protection rules. */
  readonly customRules: readonly string[]
  /** Null when GitHub does not say. */
  readonly administratorsMayBypass: boolean | null
}

const ENVIRONMENT = 'GET /repos/{owner}/{repo}/environments/{environment_name}'
const CUSTOM_RULES = `${ENVIRONMENT}/deployment_protection_rules`

export async function observeApprovalEnvironment(
  repository: Repository,
  name: string,
): Promise<ApprovalEnvironment> {
  const params = { environment_name: name }
  const data = await askOrNull(repository, ENVIRONMENT, params)
  if (data === null) {
    return { name, exists: false, reviewers: [], customRules: [], administratorsMayBypass: null }
  }
  const environment = read(data, ENVIRONMENT)
  const bypass = environment.at('can_admins_bypass').value
  return {
    name,
    exists: true,
    reviewers: reviewersOf(data),
    customRules: customRulesOf(await ask(repository, CUSTOM_RULES, params)),
    administratorsMayBypass: typeof bypass === 'boolean' ? bypass : null,
  }
}

/** Every reason why this environment cannot be the approval; empty when it can. */
export function weaknessesOf(environment: ApprovalEnvironment): readonly string[] {
  if (!environment.exists) {
    return ['it does not exist (a job that names it would create it without protection)']
  }
  const { reviewers, customRules } = environment
  return [
    ...(reviewers.length === 0 ? ['it has no required reviewers'] : []),
    ...(customRules.length === 0
      ? []
      : [
          `it has a custom protection rule (${customRules.join(', ')}), with which a job under \`deployment: false\` fails`,
        ]),
  ]
}

function reviewersOf(data: unknown): readonly string[] {
  const rules = read(data, ENVIRONMENT).at('protection_rules')
  if (rules.value === undefined) return []
  return rules
    .items()
    .filter((rule) => rule.at('type').value === 'required_reviewers')
    .flatMap((rule) => rule.at('reviewers').items())
    .map((entry) => entry.at('reviewer'))
    .map((reviewer) => reviewer.at('login').textOr(reviewer.at('slug').textOr('?')))
}

function customRulesOf(data: unknown): readonly string[] {
  const rules = read(data, CUSTOM_RULES).at('custom_deployment_protection_rules')
  if (rules.value === undefined) return []
  return rules
    .items()
    .filter((rule) => rule.at('enabled').value !== false)
    .map((rule) => rule.at('app').at('slug').textOr('?'))
}
