// A pull request as GitHub's JSON.
import { distance, changedFiles, isAncestor, mergeBase, mergeTrees } from '../history.ts'
import { apiUrl, nodeId, pageUrl, renderRepository, renderUser } from '../render.ts'
import { violationsOfMerge } from '../rules.ts'
import type { Call } from '../call.ts'
import type { Pull } from '../state.ts'
import { combinedState, latestStatuses } from './statuses.ts'

/** The form of lists. */
export function renderPull(call: Call, pull: Pull): object {
  const url = apiUrl(call, 'pulls', pull.number)
  const issue = apiUrl(call, 'issues', pull.number)
  const html = pageUrl(call, 'pull', pull.number)
  const statuses = apiUrl(call, 'statuses', pull.head.sha)
  return {
    id: pull.id,
    node_id: nodeId('PR', pull.id),
    number: pull.number,
    url,
    html_url: html,
    diff_url: `${html}.diff`,
    issue_url: issue,
    commits_url: `${url}/commits`,
    statuses_url: statuses,
    state: pull.state,
    locked: false,
    title: pull.title,
    body: pull.body,
    user: renderUser(call, pull.author),
    labels: renderLabels(call, pull),
    assignees: [],
    requested_reviewers: pull.requestedReviewers.map((login) => renderUser(call, login)),
    requested_teams: [],
    milestone: null,
    draft: pull.draft,
    created_at: pull.createdAt,
    updated_at: pull.updatedAt,
    closed_at: pull.closedAt,
    merged_at: pull.mergedAt,
    merge_commit_sha: pull.mergeCommitSha,
    head: renderSide(call, pull.head),
    base: renderSide(call, pull.base),
    author_association: 'CONTRIBUTOR',
    auto_merge: null,
    _links: {
      self: { href: url },
      html: { href: html },
      issue: { href: issue },
      statuses: { href: statuses },
    },
  }
}

/** The form of one pull request; `isFirstLook`: GitHub has not worked out yet whether it merges. */
export async function renderPullDetail(
  call: Call,
  pull: Pull,
  isFirstLook: boolean,
): Promise<object> {
  const { git } = call
  const ancestor = await mergeBase(git, pull.base.sha, pull.head.sha)
  const files = await changedFiles(git, ancestor ?? pull.base.sha, pull.head.sha)
  return {
    ...renderPull(call, pull),
    merged: pull.mergedAt !== null,
    merged_by: pull.mergedBy === null ? null : renderUser(call, pull.mergedBy),
    ...(isFirstLook ? UNKNOWN : await mergeability(call, pull)),
    rebaseable: false,
    comments: 0,
    review_comments: 0,
    maintainer_can_modify: pull.maintainerCanModify,
    commits: await distance(git, pull.base.sha, pull.head.sha),
    additions: files.reduce((sum, file) => sum + file.additions, 0),
    deletions: files.reduce((sum, file) => sum + file.deletions, 0),
    changed_files: files.length,
  }
}

export const renderLabels = (call: Call, pull: Pull): readonly object[] =>
  call.state.labels
    .filter((label) => pull.labels.includes(label.name))
    .map((label) => ({
      id: label.id,
      node_id: nodeId('LA', label.id),
      url: apiUrl(call, 'labels', label.name),
      name: label.name,
      color: 'ededed',
      default: false,
      description: null,
    }))

const UNKNOWN = { mergeable: null, mergeable_state: 'unknown' }

async function mergeability(call: Call, pull: Pull): Promise<object> {
  if (pull.state === 'closed') return UNKNOWN
  const merged = await mergeTrees(call.git, pull.base.sha, pull.head.sha)
  if (merged.kind === 'conflict') return { mergeable: false, mergeable_state: 'dirty' }
  return { mergeable: true, mergeable_state: await stateOf(call, pull) }
}

async function stateOf(call: Call, pull: Pull): Promise<string> {
  if (pull.draft) return 'draft'
  const violations = violationsOfMerge(call.state, pull.base.ref, {
    sha: pull.head.sha,
    method: call.state.repository.mergeMethods[0] ?? 'merge',
    upToDate: await isAncestor(call.git, pull.base.sha, pull.head.sha),
  })
  if (violations.length > 0) return 'blocked'
  const statuses = latestStatuses(call, pull.head.sha)
  return statuses.length > 0 && combinedState(statuses) !== 'success' ? 'unstable' : 'clean'
}

const renderSide = (call: Call, side: { readonly ref: string; readonly sha: string }): object => ({
  label: `${call.state.repository.owner}:${side.ref}`,
  ref: side.ref,
  sha: side.sha,
  repo: renderRepository(call),
})
