// The code folder as it would be uploaded: which files, and one digest over them all.
import { posix } from 'node:path'
import { canonicalJson } from '@sluice/documents'
import type { Sha256 } from '@sluice/rollout'
import ignore from 'ignore'
import type { AzureFiles } from './ports.ts'

export interface CodeSnapshot {
  readonly folder: string
  /** Relative paths with `/`, sorted by code unit. */
  readonly files: readonly string[]
  /** Over sorted relative paths and bytes; 64 hex. */
  readonly sha256: string
}

export interface SnapshotParts {
  readonly folder: string
  readonly files: AzureFiles
  readonly sha256: Sha256
  readonly sha256Bytes: (bytes: Uint8Array) => string
}

const IGNORE_FILES = ['.amlignore', '.gitignore'] as const
/** Never part of a revision: the lock changes by promotion, and `.env*` may hold secrets. */
const NEVER = ['revision.lock.json', '.git', '.env*'] as const

export async function observeCode(parts: SnapshotParts): Promise<CodeSnapshot> {
  const { folder, files, sha256, sha256Bytes } = parts
  const rules = await readIgnoreRules(folder, files)
  const kept = selectFiles(await files.list(folder), rules)
  const digests: [string, string][] = []
  for (const path of kept)
    digests.push([path, sha256Bytes(await files.readBytes(posix.join(folder, path)))])
  return { folder, files: kept, sha256: sha256(canonicalJson(digests)) }
}

/** `rules`: the text of the ignore file, in the language of .gitignore. Pure. */
export function selectFiles(paths: readonly string[], rules: string): readonly string[] {
  const own = ignore({ allowRelativePaths: false, ignorecase: false }).add(rules)
  const never = ignore({ ignorecase: false }).add([...NEVER])
  return paths.filter((path) => !never.ignores(path) && !own.ignores(path)).toSorted(byCodeUnit)
}

async function readIgnoreRules(folder: string, files: AzureFiles): Promise<string> {
  for (const name of IGNORE_FILES) {
    const path = posix.join(folder, name)
    if ((await files.kind(path)) === 'file') return files.readText(path)
  }
  return ''
}

const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
