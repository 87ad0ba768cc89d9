// The generated client, for typed calls. Large, so it is loaded when the first one is made.
import { AzureMachineLearningWorkspaces } from '@azure/arm-machinelearning'
import { bearerTokenAuthenticationPolicyName, formDataPolicyName } from '@azure/core-rest-pipeline'
import { authorizationPolicy, httpClientOf, USER_AGENT, type PipelineParts } from './pipeline.ts'

export type Client = AzureMachineLearningWorkspaces

export function createClient(parts: PipelineParts & { readonly subscription: string }): Client {
  const client = new AzureMachineLearningWorkspaces(
    // Never asked: the policy that would ask keeps time by itself, so ours stands in its place.
    { getToken: () => Promise.resolve(null) },
    parts.subscription,
    {
      endpoint: parts.resourceManager,
      apiVersion: parts.apiVersion,
      httpClient: httpClientOf(parts.http),
      retryOptions: { maxRetries: 0 },
      userAgentOptions: USER_AGENT,
    },
  )
  client.pipeline.removePolicy({ name: bearerTokenAuthenticationPolicyName })
  // No call has a form, and to look for one makes Node load a second fetch.
  client.pipeline.removePolicy({ name: formDataPolicyName })
  client.pipeline.addPolicy(authorizationPolicy(parts), { phase: 'Sign' })
  return client
}
