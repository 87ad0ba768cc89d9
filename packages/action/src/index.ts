export * from './ports.ts'
export * from './action.ts'
export * from './documents.ts'
export * from './errors.ts'
export * from './failure.ts'
export * from './inputs.ts'
export * from './run.ts'
export {
  bullets,
  code,
  escapeMarkdown,
  link,
  table,
  type Cell,
  type Markdown,
} from '@sluice/documents'
