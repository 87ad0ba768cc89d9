// The closed tables of error codes, read from the sources that own them.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { listFolders, root } from './repository.ts'

export interface ErrorCode {
  readonly code: string
  readonly fault: 'user' | 'platform' | 'bug'
  readonly meaning: string
  readonly hint: string
}

export interface ErrorTable {
  /** `packages/http`, `actions/traffic-swap` */
  readonly room: string
  readonly rows: readonly ErrorCode[]
}

/**
 * The table `errors` of every `src/errors.ts`, by room. Needs `node --conditions=source`. A file
 * without the table, or a row without a meaning or a hint, is an error.
 */
export async function readErrorTables(): Promise<readonly ErrorTable[]> {
  const rooms = ['packages', 'actions', 'cli']
    .flatMap((kind) => listFolders(join(root, kind)).map((name) => `${kind}/${name}`))
    .filter((room) => existsSync(join(root, room, 'src/errors.ts')))
  return Promise.all(
    rooms.map(async (room) => {
      const file = pathToFileURL(join(root, room, 'src/errors.ts')).href
      const { errors } = (await import(file)) as { readonly errors?: unknown }
      if (typeof errors !== 'object' || errors === null)
        throw new Error(`${room}/src/errors.ts does not export the table \`errors\``)
      return { room, rows: readRows(room, errors) }
    }),
  )
}

function readRows(room: string, table: object): readonly ErrorCode[] {
  return Object.entries(table as Readonly<Record<string, Omit<ErrorCode, 'code'>>>).map(
    ([code, { fault, meaning, hint }]) => {
      if (!meaning || !hint || !['user', 'platform', 'bug'].includes(fault))
        throw new Error(`${room}/src/errors.ts: ${code} needs fault, meaning and hint`)
      return { code, fault, meaning, hint }
    },
  )
}
