// git/commits, git/trees, git/blobs: objects made and read by SHA.
import { signatureOf } from '../actor.ts'
import { Body, invalid, isObject, type Call } from '../call.ts'
import { readCommit, writeCommit, iso } from '../commits.ts'
import { GitFailure, type Signature } from '../git.ts'
import { isFullSha, resolveCommit } from '../references.ts'
import { notAccessible, notFound, unprocessable } from '../refusal.ts'
import { apiUrl, renderGitCommit } from '../render.ts'
import { ok, part, route } from '../router.ts'
import {
  entryAt,
  readBlob,
  readTree,
  typeOfObject,
  writeBlob,
  writeTree,
  type TreeChange,
  type TreeEntry,
} from '../trees.ts'

const read = { contents: 'read' } as const
const write = { contents: 'write' } as const

export const objectRoutes = [
  route('GET git/commits/{sha}', read, async (call) => {
    const sha = await objectOf(call, part(call, 'sha'), 'commit')
    return ok(renderGitCommit(call, await readCommit(call.git, sha)))
  }),
  route('POST git/commits', write, createCommit),
  route('GET git/trees/{sha...}', read, async (call) => {
    const asked = part(call, 'sha')
    const commit = await resolveCommit(call.git, asked)
    const tree =
      commit === null
        ? await objectOf(call, asked, 'tree')
        : (await readCommit(call.git, commit)).tree
    return ok(await renderTree(call, tree, call.query.has('recursive')))
  }),
  route('POST git/trees', write, createTree),
  route('GET git/blobs/{sha}', read, async (call) => {
    const sha = await objectOf(call, part(call, 'sha'), 'blob')
    const content = await readBlob(call.git, sha)
    return ok({
      sha,
      node_id: `B_${sha}`,
      size: content.length,
      url: apiUrl(call, 'git/blobs', sha),
      content: foldedBase64(content),
      encoding: 'base64',
    })
  }),
  route('POST git/blobs', write, async (call) => {
    const encoding = call.body.optionalText('encoding') ?? 'utf-8'
    const sha = await writeBlob(call.git, decode(call.body.text('content'), encoding))
    return ok({ sha, url: apiUrl(call, 'git/blobs', sha) }, 201)
  }),
]

/** Base64 in lines of 60 characters, as GitHub sends it. */
export const foldedBase64 = (content: Buffer): string =>
  content.toString('base64').replaceAll(/.{60}/g, '$&\n')

async function objectOf(call: Call, sha: string, type: string): Promise<string> {
  if (!isFullSha(sha) || (await typeOfObject(call.git, sha)) !== type) throw notFound()
  return sha
}

async function createCommit(call: Call) {
  const { body, git } = call
  const tree = body.text('tree')
  const parents = body.has('parents') ? body.texts('parents') : []
  if (!isFullSha(tree) || (await typeOfObject(git, tree)) !== 'tree') {
    throw unprocessable('Tree SHA does not exist')
  }
  for (const parent of parents) {
    if (!isFullSha(parent) || (await typeOfObject(git, parent)) !== 'commit') {
      throw unprocessable('Parent SHA does not exist or is not a commit object')
    }
  }
  const self = signatureOf(call.state, call.actor.login, call.at)
  const author = signature(body.child('author'), self)
  const committer = signature(body.child('committer'), author)
  const message = body.text('message')
  if (message.includes('\0')) throw invalid('"message" must not contain null bytes.')
  const sha = await writeCommit(git, { tree, parents, message, author, committer })
  return ok(renderGitCommit(call, await readCommit(git, sha)), 201)
}

/** Name and address come together; what is left out comes from `otherwise`. */
function signature(given: Body, otherwise: Signature): Signature {
  if (Object.keys(given.raw).length === 0) return otherwise
  const name = given.text('name')
  const email = given.text('email')
  const date = given.optionalText('date') ?? otherwise.date
  // git has no time before 1970.
  if (!(Date.parse(date) >= 0)) throw invalid(`${JSON.stringify(date)} is not a date-time.`)
  if (`${name}${email}`.includes('\0')) throw invalid('names must not contain null bytes.')
  // git drops these characters, and refuses a name that has nothing else.
  if (name.replaceAll(/[<>\s.,:;"'\\]/g, '') === '') throw invalid('"name" is empty.')
  return { name, email, date: iso(Date.parse(date)) }
}

async function createTree(call: Call) {
  const base = call.body.optionalText('base_tree')
  if (base !== null && !(await isTreeish(call, base))) throw notFound()
  const entries = call.body.list('tree')
  const changes: TreeChange[] = []
  for (const entry of entries) {
    if (!isObject(entry)) throw invalid('tree entries are objects.')
    changes.push(...(await changesOf(call, new Body(entry))))
  }
  const gone = changes.filter((change) => change.sha === null)
  for (const { path } of gone) {
    const present = base === null ? null : await entryAt(call.git, base, path)
    if (present === null) throw unprocessable('GitRPC::BadObjectState')
  }
  try {
    const tree = await writeTree(call.git, base, changes)
    return ok(await renderTree(call, tree, false), 201)
  } catch (error) {
    // git names the path it does not accept: `..`, `.git`, empty parts, a leading slash.
    if (error instanceof GitFailure) {
      throw unprocessable('tree.path contains a malformed path component')
    }
    throw error
  }
}

const isTreeish = async (call: Call, sha: string): Promise<boolean> =>
  isFullSha(sha) && ['tree', 'commit'].includes((await typeOfObject(call.git, sha)) ?? '')

const MODES = ['100644', '100755', '040000', '160000', '120000']

async function changesOf(call: Call, entry: Body): Promise<readonly TreeChange[]> {
  const path = entry.text('path')
  const mode = entry.optionalText('mode') ?? '100644'
  if (!MODES.includes(mode)) throw unprocessable('tree.mode must be one of ' + MODES.join(', '))
  if (path === '' || path.includes('\0')) {
    throw unprocessable('tree.path contains a malformed path component')
  }
  // A job's token never has the permission `workflows`.
  if (call.actor.kind === 'job' && path.startsWith('.github/workflows/')) {
    throw notAccessible('contents=write,workflows=write')
  }
  if (entry.has('content')) {
    const sha = await writeBlob(call.git, Buffer.from(entry.text('content'), 'utf8'))
    return [{ path, mode, sha }]
  }
  if (!('sha' in entry.raw)) throw unprocessable('Must supply either tree.sha or tree.content')
  const sha = entry.optionalText('sha')
  if (sha === null) return [{ path, mode, sha }]
  const wanted = mode === '040000' ? 'tree' : mode === '160000' ? 'commit' : 'blob'
  const fits =
    isFullSha(sha) && (mode === '160000' || (await typeOfObject(call.git, sha)) === wanted)
  if (!fits) throw unprocessable(`tree.sha ${sha} is not a valid ${wanted}`)
  if (wanted !== 'tree') return [{ path, mode, sha }]
  const inside = await readTree(call.git, sha, true)
  return inside
    .filter((each) => each.type !== 'tree')
    .map((each) => ({ path: `${path}/${each.path}`, mode: each.mode, sha: each.sha }))
}

function decode(content: string, encoding: string): Buffer {
  if (encoding === 'utf-8') return Buffer.from(content, 'utf8')
  if (encoding !== 'base64') throw invalid(`"encoding" is neither utf-8 nor base64.`)
  const compact = content.replaceAll(/\s/g, '')
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(compact)) throw unprocessable('content is not valid Base64')
  return Buffer.from(compact, 'base64')
}

const renderTree = async (call: Call, tree: string, recursive: boolean): Promise<object> => ({
  sha: tree,
  url: apiUrl(call, 'git/trees', tree),
  tree: (await readTree(call.git, tree, recursive)).map((entry) => renderEntry(call, entry)),
  truncated: false,
})

const renderEntry = (call: Call, entry: TreeEntry): object => ({
  ...entry,
  url: apiUrl(call, entry.type === 'tree' ? 'git/trees' : 'git/blobs', entry.sha),
})
