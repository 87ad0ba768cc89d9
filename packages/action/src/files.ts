// Files, relative to the workspace. Failures are errors of the user: a path that leads nowhere.
import { readFileSync } from 'node:fs'
import { mkdir, readdir, readFile, realpath, stat, writeFile } from 'node:fs/promises'
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { actionError } from './errors.ts'
import type { Files } from './ports.ts'

/** Relative paths start at `workspace`. Throws ACTION_FILE_UNREADABLE or ACTION_FILE_UNWRITABLE. */
export function createFiles(workspace: string): Files {
  const at = (path: string): string => resolve(workspace, path)
  return {
    readBytes: (path) => reading(path, () => readFile(at(path))),
    readText: async (path) => {
      // Without the thread pool: a thousand small manifests cost several times as much through it.
      const bytes = await reading(path, async () => readFileSync(at(path)))
      try {
        return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
      } catch (cause) {
        throw actionError('ACTION_FILE_UNREADABLE', `${path}: found bytes that are no UTF-8 text`, {
          cause,
        })
      }
    },
    writeText: async (path, text) => {
      try {
        await mkdir(dirname(at(path)), { recursive: true })
        await writeFile(at(path), text)
      } catch (cause) {
        throw actionError('ACTION_FILE_UNWRITABLE', `${path}: ${reasonOf(cause)}`, { cause })
      }
    },
    kind: async (path) => {
      const found = await stat(at(path)).catch(() => null)
      return found === null ? 'absent' : found.isDirectory() ? 'folder' : 'file'
    },
    list: (folder) =>
      reading(folder, async () => {
        const root = await realpath(at(folder))
        return (await listBelow({ root, folder: root, above: [] })).sort()
      }),
  }
}

interface Walk {
  readonly root: string
  /** Where the walk is, as it is named below the root. */
  readonly folder: string
  /** Real paths of the folders on the way, so that a link back up ends the walk. */
  readonly above: readonly string[]
}

async function listBelow({ root, folder, above }: Walk): Promise<string[]> {
  const real = await realpath(folder)
  if (above.includes(real) || !isInside(root, real)) return []
  const found: string[] = []
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isSymbolicLink() && !(await leadsInside(root, path))) continue
    const kind = entry.isSymbolicLink() ? await stat(path) : entry
    if (kind.isDirectory()) {
      found.push(...(await listBelow({ root, folder: path, above: [...above, real] })))
    }
    if (kind.isFile()) found.push(relative(root, path).split(sep).join('/'))
  }
  return found
}

/** False for a link out of the folder, and for one that leads nowhere. */
const leadsInside = (root: string, path: string): Promise<boolean> =>
  realpath(path).then(
    (real) => isInside(root, real),
    () => false,
  )

function isInside(root: string, path: string): boolean {
  const way = relative(root, path)
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
}

async function reading<Value>(path: string, read: () => Promise<Value>): Promise<Value> {
  try {
    return await read()
  } catch (cause) {
    throw actionError('ACTION_FILE_UNREADABLE', `${path}: ${reasonOf(cause)}`, { cause })
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'not found',
  EISDIR: 'is a folder; wanted a file',
  ENOTDIR: 'is a file; wanted a folder',
  EACCES: 'the runner may not open it',
  ENOSPC: 'no space is left',
}

function reasonOf(cause: unknown): string {
  const code = cause instanceof Error ? (cause as { readonly code?: unknown }).code : undefined
  return REASONS[String(code)] ?? (cause instanceof Error ? cause.message : String(cause))
}
