// Where things are in this checkout.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Absolute path of the checkout, without a slash at the end. */
export const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '')

export interface ActionFolder {
  readonly name: string
  /** Relative to the checkout. */
  readonly folder: string
}

/** Every folder under `actions` with an `action.yml`, by name. */
export function listActions(checkout: string = root): readonly ActionFolder[] {
  return listFolders(join(checkout, 'actions'))
    .filter((name) => existsSync(join(checkout, 'actions', name, 'action.yml')))
    .map((name) => ({ name, folder: `actions/${name}` }))
}

/** Names of the folders in a folder, sorted; none when it is not there. */
export function listFolders(folder: string): readonly string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
}

/** Files below a folder, relative, sorted; folders called by one of `without` are left out. */
export function listFiles(folder: string, without: readonly string[] = []): readonly string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !without.includes(entry.name))
    .flatMap((entry) =>
      entry.isDirectory()
        ? listFiles(join(folder, entry.name), without).map((path) => `${entry.name}/${path}`)
        : [entry.name],
    )
    .sort()
}
