// Request files: a file, every *.json and *.get below a folder, or what a glob fits.
import { parseJson } from '@sluice/documents'
import { isGlob, splitGlob, matchesGlob } from '@sluice/evidence'
import { bad, good, type Problem, type ProbeRequest, type Result } from '@sluice/rollout'

/** The part of a file system that reading needs. */
export interface ReadableFiles {
  readText(path: string): Promise<string>
  kind(path: string): Promise<'file' | 'folder' | 'absent'>
  /** Every file below a folder, relative, with `/`. */
  list(folder: string): Promise<readonly string[]>
}

interface Found {
  readonly name: string
  readonly path: string
}

const CONTENT_TYPE = 'application/json'
const JSON_FILE = /\.json$/
/** A request without a body. */
const GET_FILE = /\.get$/

/**
 * Requests sorted by name; never none. A name is the path below the folder (or below the part of
 * a glob that has no wildcard), of a single file its last part. Bodies are sent as they are; one
 * that is empty stands for a GET (`isGet`), which *.get always is and *.json may be.
 */
export async function readRequests(
  path: string,
  files: ReadableFiles,
): Promise<Result<readonly ProbeRequest[]>> {
  const found = await findRequests(path, files)
  if (!found.ok) return found
  const problems: Problem[] = []
  const requests: ProbeRequest[] = []
  for (const { name, path: file } of found.value) {
    const text = withoutByteOrderMark(await files.readText(file))
    const body = readBody(text, file)
    if (body.ok) requests.push({ name, body: body.value, contentType: CONTENT_TYPE })
    else problems.push(...body.problems)
  }
  return problems.length > 0 ? bad(...problems) : good(requests)
}

export const isGet = ({ body }: Pick<ProbeRequest, 'body'>): boolean => body.trim() === ''

function readBody(text: string, file: string): Result<string> {
  const isEmpty = text.trim() === ''
  if (isEmpty && (JSON_FILE.test(file) || GET_FILE.test(file))) return good('')
  if (GET_FILE.test(file)) return bad({ where: file, message: 'is not empty; a GET has no body' })
  const json = parseJson(text, { file })
  return json.ok ? good(text) : json
}

async function findRequests(path: string, files: ReadableFiles): Promise<Result<readonly Found[]>> {
  const trimmed = path.replace(/(?<=.)\/+$/, '')
  const kind = await files.kind(trimmed)
  if (kind === 'file') return good([{ name: trimmed.split('/').at(-1) ?? trimmed, path: trimmed }])
  if (kind === 'folder') {
    const names = (await files.list(trimmed)).filter(
      (name) => JSON_FILE.test(name) || GET_FILE.test(name),
    )
    return notNone(
      located(trimmed, names),
      path,
      `folder \`${trimmed}\` holds no *.json; add one request body per file`,
    )
  }
  if (!isGlob(trimmed)) return bad({ where: path, message: `found no file or folder \`${path}\`` })
  const { folder, glob } = splitGlob(trimmed)
  const names = (await files.kind(folder)) === 'folder' ? await files.list(folder) : []
  const fitting = names.filter((name) => matchesGlob(glob, glob.includes('/') ? name : flat(name)))
  return notNone(located(folder, fitting), path, `\`${path}\` fits no file`)
}

// In a path `*.json` means this folder alone, unlike in an expectation: a name below fits nothing.
const flat = (name: string): string => (name.includes('/') ? '' : name)

const located = (folder: string, names: readonly string[]): readonly Found[] =>
  [...names].sort().map((name) => ({ name, path: folder === '.' ? name : `${folder}/${name}` }))

const notNone = (found: readonly Found[], where: string, why: string): Result<readonly Found[]> =>
  found.length > 0 ? good(found) : bad({ where, message: why })

// Editors on Windows put one in front; scoring servers refuse it.
const withoutByteOrderMark = (text: string): string =>
  text.startsWith('\uFEFF') ? text.slice(1) : text
