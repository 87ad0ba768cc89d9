// Trees as flat maps from path to entry, read whole even where GitHub cuts its answer.
import { read, type Reader } from './answer.ts'
import { githubError } from './errors.ts'
import { ask, refusalOf, send, type Repository } from './repository.ts'

export interface TreeEntry {
  /** 100644, 100755, 120000 (link) or 160000 (submodule). */
  readonly mode: string
  readonly type: 'blob' | 'commit'
  readonly sha: string
}

/** Path from the root to what is there. Folders are not entries. */
export type Tree = ReadonlyMap<string, TreeEntry>

const TREE = 'GET /repos/{owner}/{repo}/git/trees/{tree_sha}'

/** Calls that one tree may cost before it is refused. */
const MOST_CALLS = 300

/** Throws GITHUB_TREE_TOO_LARGE when the tree cannot be read in a bounded number of calls. */
export async function observeTree(repository: Repository, sha: string): Promise<Tree> {
  const tree = new Map<string, TreeEntry>()
  const folders = [{ prefix: '', sha }]
  for (let calls = 0; ;) {
    const folder = folders.pop()
    if (folder === undefined) return tree
    calls += 2
    if (calls > MOST_CALLS) {
      throw githubError(
        'GITHUB_TREE_TOO_LARGE',
        `tree ${sha} of ${repository.owner}/${repository.name}: more than ${MOST_CALLS} calls to read it`,
      )
    }
    for (const item of await listFolder(repository, folder.sha)) {
      const path = `${folder.prefix}${item.at('path').text()}`
      if (item.at('type').value !== 'tree') tree.set(path, entryOf(item))
      else if (item.cut) folders.push({ prefix: `${path}/`, sha: item.at('sha').text() })
    }
  }
}

/** Everything below a folder; when GitHub cuts that, its direct members, whose folders are `cut`. */
async function listFolder(
  repository: Repository,
  sha: string,
): Promise<readonly (Reader & { readonly cut: boolean })[]> {
  const whole = read(await ask(repository, TREE, { tree_sha: sha, recursive: '1' }), TREE)
  const cut = whole.at('truncated').value === true
  const list = cut ? read(await ask(repository, TREE, { tree_sha: sha }), TREE) : whole
  if (cut && list.at('truncated').value === true) {
    throw githubError('GITHUB_TREE_TOO_LARGE', `tree ${sha}: one folder alone is cut by GitHub`)
  }
  return list
    .at('tree')
    .items()
    .map((item) => ({ ...item, cut }))
}

function entryOf(item: Reader): TreeEntry {
  const type = item.at('type').text()
  if (type !== 'blob' && type !== 'commit') {
    throw githubError('GITHUB_UNEXPECTED_ANSWER', `${TREE}: unknown entry type ${type}`)
  }
  return { mode: item.at('mode').text(), type, sha: item.at('sha').text() }
}

/** The text of a blob, UTF-8. */
export async function observeBlob(repository: Repository, sha: string): Promise<string> {
  const route = 'GET /repos/{owner}/{repo}/git/blobs/{file_sha}'
  const data = read(await ask(repository, route, { file_sha: sha }), route)
  const content = data.at('content').text()
  return data.at('encoding').value === 'base64'
    ? Buffer.from(content, 'base64').toString('utf8')
    : content
}

/** What a path becomes: an entry that the repository has already, a new text, or nothing. */
export type TreeChange = TreeEntry | { readonly text: string } | null

/** Items in one request: GitHub refuses bodies that are too large. */
const CHUNK = 500

/** Writes `base` with the changes on top; resolves with the tree's SHA. */
export async function writeTree(
  repository: Repository,
  { base, changes }: { readonly base: string; readonly changes: ReadonlyMap<string, TreeChange> },
): Promise<string> {
  const route = 'POST /repos/{owner}/{repo}/git/trees'
  const items = [...changes].map(([path, change]) => itemOf(path, change))
  // A file may become a folder of the same name: what goes must be gone before the rest comes.
  const gone = items.filter(({ sha }) => sha === null)
  const come = items.filter(({ sha }) => sha !== null)
  let sha = base
  for (const chunk of [...chunksOf(gone), ...chunksOf(come)]) {
    const answer = await send(repository, route, { base_tree: sha, tree: chunk })
    // GitHub says 403 to an app and 404 to a personal token that may not write workflows.
    const isRefused = answer.status === 403 || answer.status === 404
    if (isRefused && chunk.some(({ path }) => path.startsWith(WORKFLOWS))) {
      throw noWorkflows(chunk)
    }
    if (answer.status !== 201) throw refusalOf(route, answer)
    sha = read(answer.data, route).at('sha').text()
  }
  return sha
}

const WORKFLOWS = '.github/workflows/'

function noWorkflows(items: readonly TreeItem[]) {
  const files = items.map(({ path }) => path).filter((path) => path.startsWith(WORKFLOWS))
  return githubError(
    'GITHUB_PERMISSION_MISSING',
    `the merge brings workflow files of the base branch along, which this token may not write: ${files.join(', ')}`,
    {
      hint: 'Merge the base branch into the tested branch and run staging again, or pass the token of a GitHub App with `workflows: write`.',
    },
  )
}

interface TreeItem {
  readonly path: string
  readonly mode: string
  readonly type: string
  readonly sha?: string | null
  readonly content?: string
}

function itemOf(path: string, change: TreeChange): TreeItem {
  if (change === null) return { path, mode: '100644', type: 'blob', sha: null }
  if ('text' in change) return { path, mode: '100644', type: 'blob', content: change.text }
  return { path, mode: change.mode, type: change.type, sha: change.sha }
}

function chunksOf<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  const count = Math.ceil(items.length / CHUNK)
  return Array.from({ length: count }, (_, index) =>
    items.slice(index * CHUNK, (index + 1) * CHUNK),
  )
}
