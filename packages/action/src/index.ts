export * from './ports.ts'
export * from './action.ts'
