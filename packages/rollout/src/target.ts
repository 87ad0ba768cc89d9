// `target`: the JSON value that names platform, place, endpoint, slot and revision. No secrets.
import type { RevisionMark } from './revision.ts'

export const TARGET_SCHEMA = 'sluice/target/v1'

export interface Target {
  readonly schema: typeof TARGET_SCHEMA
  readonly platform: 'azureml' | 'kubernetes' | 'memory'
  /** Where the endpoint is, in the platform's own words (subscription, resource group, workspace). */
  readonly place: Readonly<Record<string, string>>
  readonly endpoint: string
  readonly slot: string
  readonly revision: RevisionMark
}
