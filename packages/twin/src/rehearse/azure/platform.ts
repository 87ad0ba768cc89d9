// Azure ML, as rehearsals know it.
import type { Platform } from '../platform.ts'
import { readDescription } from './description.ts'
import { observeOutcome, renderReport, type RehearsalReport } from './outcome.ts'
import type { AzureScenario } from './scenarios.ts'
import { AzureStage } from './stage.ts'

export const azureMl: Platform<AzureStage, RehearsalReport, AzureScenario> = {
  example: 'examples/azureml-taxi',
  showsSummaries: false,
  meanings: {
    promoted: 'the new model has all the traffic',
    aborted: 'the new model was stopped, and the traffic is as it was before',
    held: 'the reviewer said no, and production is as it was before',
  },
  open: async (options, { setting }) =>
    AzureStage.open({
      ...options,
      ...setting,
      description: await readDescription(options.repository),
    }),
  observe: (stage, played) => Promise.resolve(observeOutcome(stage, played)),
  render: renderReport,
}
