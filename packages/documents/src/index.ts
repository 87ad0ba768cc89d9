export * from './errors.ts'
export * from './canonical.ts'
export * from './dotenv.ts'
export * from './yaml.ts'
