// Moves a branch from the SHA that we read to the one that we made, or not at all.
import { read } from './answer.ts'
import { observeBranch } from './commits.ts'
import { githubError } from './errors.ts'
import {
  ask,
  isAboutWorkflows,
  messageOf,
  permissionHint,
  refusalOf,
  send,
  workflowsRefused,
  type Repository,
} from './repository.ts'

/** GraphQL says "must not exist" so. */
const NOTHING = '0'.repeat(40)

// REST has no expected old value; this mutation has, and makes a branch as well as it moves one.
const MUTATION = `mutation MoveBranch($input: UpdateRefsInput!) {
  updateRefs(input: $input) { clientMutationId }
}`

export interface BranchMove {
  readonly branch: string
  /** SHA that the branch must have; null: it must not exist. */
  readonly from: string | null
  readonly to: string
}

/** Throws GITHUB_BRANCH_MOVED when the branch is somewhere else by now. */
export async function moveBranch(repository: Repository, move: BranchMove): Promise<void> {
  const route = 'POST /graphql'
  const repositoryRoute = 'GET /repos/{owner}/{repo}'
  const repositoryId = read(await ask(repository, repositoryRoute), repositoryRoute)
    .at('node_id')
    .text()
  const update = {
    name: `refs/heads/${move.branch}`,
    beforeOid: move.from ?? NOTHING,
    afterOid: move.to,
    force: true,
  }
  const answer = await send(repository, route, {
    query: MUTATION,
    variables: { input: { repositoryId, refUpdates: [update] } },
  })
  const problems = problemsIn(answer.data)
  if (answer.status === 200 && problems === null) return
  // GitHub's words for a lost race are not promised anywhere, so the branch itself is asked.
  const now = await observeBranch(repository, move.branch)
  if (now === move.to) return
  if (now !== move.from) throw lost(move, now)
  if (problems === null) throw refusalOf(route, answer)
  throw refused(route, move, problems)
}

const lost = (move: BranchMove, now: string | null) =>
  githubError(
    'GITHUB_BRANCH_MOVED',
    `branch ${move.branch}: wanted to move it from ${move.from ?? 'nothing'}, found ${now ?? 'nothing'}`,
  )

function refused(route: string, move: BranchMove, problems: string) {
  const found = `branch ${move.branch} stays at ${move.from ?? 'nothing'}: ${problems}`
  // With this token the commits were written, so it is not `contents: write` that is missing.
  if (isAboutWorkflows(problems) || /not accessible by/i.test(problems)) {
    return workflowsRefused(found)
  }
  if (!/permission/i.test(problems)) return githubError('GITHUB_REFUSED', found)
  return githubError('GITHUB_PERMISSION_MISSING', found, { hint: permissionHint(route) })
}

/** GraphQL answers 200 and lists its errors; the words of all of them, null without one. */
function problemsIn(data: unknown): string | null {
  const errors = read(data, 'POST /graphql').at('errors').value
  if (!Array.isArray(errors) || errors.length === 0) return null
  const text = messageOf({ message: '', errors })
  return text === '' ? 'GitHub gave no reason' : text
}
