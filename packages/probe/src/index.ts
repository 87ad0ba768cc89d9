export * from './request-files.ts'
export * from './slot-probe.ts'
export * from './policy-file.ts'
