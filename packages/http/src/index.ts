export * from './clock.ts'
export * from './door.ts'
