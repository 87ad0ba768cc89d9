// Environments and their protection.
import type { Call } from '../call.ts'
import { notFound } from '../refusal.ts'
import { apiUrl, nodeId, pageUrl, renderUser } from '../render.ts'
import { ok, part, route } from '../router.ts'
import { findEnvironment } from '../runs.ts'
import type { Environment } from '../state.ts'

const read = { actions: 'read' } as const

export const environmentRoutes = [
  route('GET environments', read, (call) =>
    ok({
      total_count: call.state.environments.length,
      environments: call.state.environments.map((each) => renderEnvironment(call, each)),
    }),
  ),
  route('GET environments/{name}', read, (call) =>
    ok(renderEnvironment(call, environmentOf(call))),
  ),
  route('GET environments/{name}/deployment_protection_rules', read, (call) => {
    const rules = environmentOf(call).customRules
    return ok({
      total_count: rules.length,
      custom_deployment_protection_rules: rules.map((slug, index) =>
        renderCustomRule(call, slug, index),
      ),
    })
  }),
]

function environmentOf(call: Call): Environment {
  const environment = findEnvironment(call.state, part(call, 'name'))
  if (environment === undefined) throw notFound()
  return environment
}

/** The short form, as runs show it. */
export const renderEnvironmentName = (call: Call, environment: Environment): object => ({
  id: environment.id,
  node_id: nodeId('EN', environment.id),
  name: environment.name,
  url: apiUrl(call, 'environments', environment.name),
  html_url: `${pageUrl(call, 'deployments/activity_log')}?environments_filter=${encodeURIComponent(environment.name)}`,
})

/** Required reviewers only: GitHub lists the rules of apps under an address of their own. */
export const renderEnvironment = (call: Call, environment: Environment): object => ({
  ...renderEnvironmentName(call, environment),
  created_at: environment.createdAt,
  updated_at: environment.createdAt,
  can_admins_bypass: environment.canAdminsBypass,
  protection_rules:
    environment.reviewers.length === 0
      ? []
      : [
          {
            id: environment.id,
            node_id: nodeId('GA', environment.id),
            type: 'required_reviewers',
            prevent_self_review: environment.preventSelfReview,
            reviewers: renderReviewers(call, environment),
          },
        ],
  // Branch policies are not simulated: every branch may use every environment.
  deployment_branch_policy: null,
})

export const renderReviewers = (call: Call, environment: Environment): readonly object[] =>
  environment.reviewers.map((login) => ({ type: 'User', reviewer: renderUser(call, login) }))

function renderCustomRule(call: Call, slug: string, index: number): object {
  const id = index + 1
  return {
    id,
    node_id: nodeId('GA', id),
    enabled: true,
    app: {
      id,
      node_id: nodeId('A', id),
      slug,
      integration_url: `${call.origin}/apps/${encodeURIComponent(slug)}`,
    },
  }
}
