// contents/{path}: one file, or the list of a folder, at any commit.
import type { Call } from '../call.ts'
import { readCommit } from '../commits.ts'
import { resolveCommit } from '../references.ts'
import { notFound } from '../refusal.ts'
import { apiUrl, pageUrl } from '../render.ts'
import { ok, route } from '../router.ts'
import { entryAt, readBlob, readTree, type TreeEntry } from '../trees.ts'
import { foldedBase64 } from './objects.ts'

const read = { contents: 'read' } as const

/** GitHub leaves the content of larger files out. */
const LARGEST_INLINE = 1024 * 1024

export const contentRoutes = [
  route('GET contents', read, getContents),
  route('GET contents/', read, getContents),
  route('GET contents/{path...}', read, getContents),
]

async function getContents(call: Call) {
  const ref = call.query.get('ref') ?? call.state.repository.defaultBranch
  const commit = await resolveCommit(call.git, ref)
  if (commit === null) throw notFound(`No commit found for the ref ${ref}`)
  const path = (call.params['path'] ?? '').replaceAll(/^\/+|\/+$/g, '')
  const tree = (await readCommit(call.git, commit)).tree
  const entry = await entryAt(call.git, tree, path)
  if (entry === null) throw notFound()
  if (entry.type === 'tree') {
    const inside = await readTree(call.git, entry.sha, false)
    const prefix = path === '' ? '' : `${path}/`
    return ok(inside.map((each) => describe(call, { ...each, path: prefix + each.path }, ref)))
  }
  return entry.type === 'commit' ? ok(describe(call, entry, ref)) : file(call, entry, ref)
}

async function file(call: Call, entry: TreeEntry, ref: string) {
  const content = await readBlob(call.git, entry.sha)
  if (call.accept.includes('application/vnd.github.raw')) {
    return { status: 200, headers: { 'content-type': 'application/vnd.github.raw' }, body: content }
  }
  const isInline = content.length <= LARGEST_INLINE
  return ok({
    ...describe(call, entry, ref),
    ...(entry.mode === '120000' && { target: content.toString('utf8') }),
    content: isInline ? foldedBase64(content) : '',
    encoding: isInline ? 'base64' : 'none',
  })
}

const typeOf = (entry: TreeEntry): string => {
  if (entry.type === 'tree') return 'dir'
  if (entry.type === 'commit') return 'submodule'
  return entry.mode === '120000' ? 'symlink' : 'file'
}

function describe(call: Call, entry: TreeEntry, ref: string): object {
  const query = `?ref=${encodeURIComponent(ref)}`
  const url = apiUrl(call, 'contents', entry.path) + query
  const isTree = entry.type === 'tree'
  const git = apiUrl(call, isTree ? 'git/trees' : 'git/blobs', entry.sha)
  const html = pageUrl(call, isTree ? 'tree' : 'blob', ref, entry.path)
  return {
    type: typeOf(entry),
    name: entry.path.split('/').at(-1) ?? '',
    path: entry.path,
    sha: entry.sha,
    size: entry.size ?? 0,
    url,
    git_url: git,
    html_url: html,
    download_url: isTree ? null : pageUrl(call, 'raw', ref, entry.path),
    _links: { self: url, git, html },
  }
}
