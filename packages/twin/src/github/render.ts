// Values of the simulated GitHub as GitHub's JSON: people, the repository, commits.
import { userId, ACTIONS_BOT } from './actor.ts'
import type { Commit } from './commits.ts'
import type { ChangedFile } from './history.ts'
import { slugOf, type GitHubState } from './state.ts'

/** What rendering needs: the state and the origin of the API. */
export interface View {
  readonly state: GitHubState
  readonly origin: string
}

export const nodeId = (kind: string, id: number): string =>
  `${kind}_${Buffer.from(`${kind}:${id}`).toString('base64url')}`

/** URL of something below the repository; the parts are encoded here. */
export const apiUrl = (view: View, ...parts: readonly (string | number)[]): string =>
  [view.origin, 'repos', slugOf(view.state.repository), ...parts.map(encodePath)].join('/')

export const pageUrl = (view: View, ...parts: readonly (string | number)[]): string =>
  [view.state.repository.serverUrl, slugOf(view.state.repository), ...parts.map(encodePath)].join(
    '/',
  )

/** Slashes stay, as in GitHub's own answers. */
const encodePath = (part: string | number): string =>
  encodeURIComponent(String(part)).replaceAll('%2F', '/')

export function renderUser(view: View, login: string): object {
  const id = userId(view.state, login) ?? 0
  return {
    login,
    id,
    node_id: nodeId('U', id),
    type: login === ACTIONS_BOT ? 'Bot' : 'User',
    url: `${view.origin}/users/${encodeURIComponent(login)}`,
    html_url: `${view.state.repository.serverUrl}/${encodeURIComponent(login)}`,
    site_admin: false,
  }
}

export function renderRepository(view: View): object {
  const facts = view.state.repository
  return {
    id: facts.id,
    node_id: nodeId('R', facts.id),
    name: facts.name,
    full_name: slugOf(facts),
    private: true,
    visibility: 'private',
    fork: false,
    archived: false,
    disabled: false,
    owner: {
      login: facts.owner,
      id: facts.id + 1,
      node_id: nodeId('O', facts.id + 1),
      type: 'Organization',
    },
    default_branch: facts.defaultBranch,
    url: apiUrl(view),
    html_url: pageUrl(view),
    clone_url: `${pageUrl(view)}.git`,
    allow_merge_commit: facts.mergeMethods.includes('merge'),
    allow_squash_merge: facts.mergeMethods.includes('squash'),
    allow_rebase_merge: false,
    allow_auto_merge: false,
    delete_branch_on_merge: false,
  }
}

/** The form of `git/commits`. */
export const renderGitCommit = (view: View, commit: Commit): object => ({
  sha: commit.sha,
  node_id: `C_${commit.sha}`,
  url: apiUrl(view, 'git/commits', commit.sha),
  html_url: pageUrl(view, 'commit', commit.sha),
  author: commit.author,
  committer: commit.committer,
  message: commit.message,
  tree: { sha: commit.tree, url: apiUrl(view, 'git/trees', commit.tree) },
  parents: renderParents(view, commit, 'git/commits'),
  verification: { verified: false, reason: 'unsigned', signature: null, payload: null },
})

/** The form of `commits`, `compare` and `merges`. */
export const renderCommit = (view: View, commit: Commit): object => ({
  sha: commit.sha,
  node_id: `C_${commit.sha}`,
  url: apiUrl(view, 'commits', commit.sha),
  html_url: pageUrl(view, 'commit', commit.sha),
  commit: {
    author: commit.author,
    committer: commit.committer,
    message: commit.message,
    tree: { sha: commit.tree, url: apiUrl(view, 'git/trees', commit.tree) },
    url: apiUrl(view, 'git/commits', commit.sha),
    comment_count: 0,
    verification: { verified: false, reason: 'unsigned', signature: null, payload: null },
  },
  author: renderAuthor(view, commit.author.email),
  committer: renderAuthor(view, commit.committer.email),
  parents: renderParents(view, commit, 'commits'),
})

const renderParents = (view: View, commit: Commit, folder: string): readonly object[] =>
  commit.parents.map((sha) => ({
    sha,
    url: apiUrl(view, folder, sha),
    html_url: pageUrl(view, 'commit', sha),
  }))

/** GitHub links a commit to an account by its address; null for a stranger. */
function renderAuthor(view: View, email: string): object | null {
  const login = /^\d+\+(.+)@users\.noreply\.github\.com$/.exec(email)?.[1]
  return login === undefined || userId(view.state, login) === null ? null : renderUser(view, login)
}

export const renderFile = (view: View, ref: string, file: ChangedFile): object => ({
  sha: file.sha,
  filename: file.filename,
  status: file.status,
  additions: file.additions,
  deletions: file.deletions,
  changes: file.additions + file.deletions,
  blob_url: pageUrl(view, 'blob', ref, file.filename),
  raw_url: pageUrl(view, 'raw', ref, file.filename),
  contents_url: `${apiUrl(view, 'contents', file.filename)}?ref=${ref}`,
  ...(file.previousFilename !== undefined && { previous_filename: file.previousFilename }),
})
