export * from './verdict.ts'
export { defaultStatusOptions } from './status/health-status.ts'
export type {
  HealthState,
  HealthStatus,
  StatusContext,
  StatusOptions,
} from './status/health-status.ts'
export { statusOf } from './status/status.ts'
