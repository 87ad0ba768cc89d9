export * from './verdict.ts'
export { defaultStatusOptions } from './status/health-status.ts'
export type {
  HealthState,
  HealthStatus,
  StatusContext,
  StatusOptions,
} from './status/health-status.ts'
export { statusOf } from './status/status.ts'
export { defaultEarlyOptions, parseEarlyOptions, type EarlyOptions } from './early/early-options.ts'
export type { WaitOptions } from './wait/options.ts'
export { waitForReady } from './wait/wait.ts'
export type { WaitParts } from './wait/world.ts'
export {
  observeSmoke,
  parseSmoke,
  parseSmokeTarget,
  type SmokeCheck,
  type SmokeParts,
  type SmokeResult,
  type SmokeTarget,
} from './smoke.ts'
