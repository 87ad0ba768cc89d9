// Which files the input `manifests` means: files, folders with all below them, globs.
import { posix } from 'node:path'
import { isGlob, splitGlob, matchesGlob } from '@sluice/evidence'
import { bad, good, type Problem, type Result } from '@sluice/rollout'
import { kubernetesError } from '../errors.ts'
import type { KubernetesFiles } from '../ports.ts'

/** What the input `manifests` may hold: one path a line, or many with commas or semicolons between. */
export const parsePathList = (text: string): readonly string[] =>
  text
    .split(/[\n,;]/)
    .map((path) => path.trim())
    .filter((path) => path !== '')

const MANIFEST = /\.(?:ya?ml|json)$/i
const KUSTOMIZATION = /^kustomization(?:\.ya?ml)?$/i
const CHART = /^Chart\.ya?ml$/

/** Each file once, in the order of the entries and by name within a folder or glob; never none. */
export async function findManifestFiles(
  entries: readonly string[],
  files: KubernetesFiles,
): Promise<Result<readonly string[]>> {
  const found = new Set<string>()
  const problems: Problem[] = []
  for (const entry of entries) {
    const result = await findOne(entry, files)
    if (!result.ok) problems.push(...result.problems)
    else for (const file of result.value) found.add(file)
  }
  if (entries.length === 0) {
    const message = 'is empty; wanted files, folders or globs'
    problems.push({ where: 'manifests', message })
  }
  return problems.length > 0 ? bad(...problems) : good([...found])
}

async function findOne(entry: string, files: KubernetesFiles): Promise<Result<readonly string[]>> {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(entry)) {
    const message = 'addresses are not read; wanted a path. Download it in a step before this one'
    return bad({ where: entry, message })
  }
  const path = normalPath(entry)
  const kind = await kindOf(path, files)
  if (kind === 'file') return refuseSources([path])
  if (kind === 'folder') {
    return notNone(entry, await filesBelow(path, files), 'holds no .yml, .yaml or .json file')
  }
  if (!isGlob(path)) return bad({ where: entry, message: 'found no file or folder of this name' })
  const { folder, glob } = splitGlob(path)
  const isFolder = (await kindOf(folder, files)) === 'folder'
  const names = isFolder ? await filesBelow(folder, files) : []
  const fitting = names.filter((name) => fits(glob, posix.relative(folder, name)))
  return notNone(entry, fitting, 'fits no .yml, .yaml or .json file')
}

/** In a path, a glob without a slash means its own folder alone. */
const fits = (glob: string, name: string): boolean =>
  (glob.includes('/') || !name.includes('/')) && matchesGlob(glob, name)

/** `./a//b/` and `a/b` are one file. */
export function normalPath(path: string): string {
  const normal = posix.normalize(path)
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal
}

export async function kindOf(
  path: string,
  files: KubernetesFiles,
): Promise<'file' | 'folder' | 'absent'> {
  return guarded(path, () => files.kind(path))
}

/** The text of a file; KUBERNETES_MANIFESTS_UNREADABLE when the system gives none. */
export const readText = (path: string, files: KubernetesFiles): Promise<string> =>
  guarded(path, () => files.readText(path))

async function guarded<Value>(path: string, read: () => Promise<Value>): Promise<Value> {
  try {
    return await read()
  } catch (cause) {
    const reason = (cause as { readonly code?: unknown } | null)?.code
    const why = typeof reason === 'string' ? ` (${reason})` : ''
    const message = `cannot read \`${path}\`${why}`
    throw kubernetesError('KUBERNETES_MANIFESTS_UNREADABLE', message, { cause })
  }
}

async function filesBelow(folder: string, files: KubernetesFiles): Promise<readonly string[]> {
  const names = await guarded(folder, () => files.list(folder))
  return names
    .filter((name) => MANIFEST.test(name) || KUSTOMIZATION.test(posix.basename(name)))
    .map((name) => posix.join(folder, name))
    .toSorted()
}

function notNone(entry: string, found: readonly string[], why: string): Result<readonly string[]> {
  return found.length > 0 ? refuseSources(found) : bad({ where: entry, message: why })
}

/** What manifests are made from is no manifest. */
function refuseSources(paths: readonly string[]): Result<readonly string[]> {
  const problems = paths.flatMap((path) => {
    const name = posix.basename(path)
    const folder = posix.dirname(path)
    if (KUSTOMIZATION.test(name)) {
      const message = `is a kustomization; set \`render: kustomize\` with \`manifests: ${folder}\`, or name the manifests one by one`
      return [{ where: path, message }]
    }
    if (!CHART.test(name)) return []
    const message = `is a Helm chart; set \`render: helm\` with \`manifests: ${folder}\``
    return [{ where: path, message }]
  })
  // The files of a chart are templates: nothing that is wrong with them is news.
  return problems.length > 0 ? bad(...problems) : good(paths)
}
