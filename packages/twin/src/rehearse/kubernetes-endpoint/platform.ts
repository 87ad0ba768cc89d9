// An endpoint on Kubernetes, as rehearsals know it.
import type { Platform } from '../platform.ts'
import { readEndpointDescription } from './description.ts'
import { observeEndpoint, renderEndpointReport, type EndpointReport } from './outcome.ts'
import type { EndpointScenario } from './scenarios.ts'
import { EndpointStage } from './stage.ts'

export const kubernetesEndpoint: Platform<EndpointStage, EndpointReport, EndpointScenario> = {
  example: 'examples/kubernetes-churn',
  showsSummaries: false,
  meanings: {
    promoted: 'the new version has all the traffic',
    aborted: 'the new version was stopped, and the traffic is as it was before',
    held: 'the reviewer said no, and production is as it was before',
  },
  open: async (options, { setting }) =>
    EndpointStage.open({
      ...options,
      ...setting,
      description: await readEndpointDescription(options.repository),
    }),
  observe: observeEndpoint,
  render: renderEndpointReport,
}
