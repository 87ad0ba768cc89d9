// Kubernetes, as rehearsals know it.
import type { Platform } from '../platform.ts'
import type { Scenario } from '../scenario.ts'
import { readClusterDescription } from './description.ts'
import { observeCluster, renderClusterReport, type ClusterReport } from './outcome.ts'
import { ClusterStage } from './stage.ts'

export const kubernetes: Platform<ClusterStage, ClusterReport, Scenario<ClusterStage>> = {
  example: 'examples/kubernetes-demo',
  showsSummaries: true,
  meanings: {
    promoted: 'the new version runs, and all of it is ready',
    aborted: 'the new version was stopped, and what ran before runs',
    held: 'the reviewer said no, and what ran before runs',
  },
  open: async (options) =>
    ClusterStage.open({
      ...options,
      description: await readClusterDescription(options.repository),
    }),
  observe: observeCluster,
  render: renderClusterReport,
}
