import { errorsOf } from '@sluice/rollout'

export const errors = {
  GITHUB_TOKEN_REFUSED: {
    fault: 'user',
    meaning: 'GitHub does not accept the token.',
    hint: 'Pass a token that is still valid; in a workflow leave the input `token` at its default.',
  },
  GITHUB_PERMISSION_MISSING: {
    fault: 'user',
    meaning: 'The token may not do what the action has to do.',
    hint: 'Grant the named permission in the `permissions:` of the job.',
  },
  GITHUB_PULL_REQUESTS_OFF: {
    fault: 'user',
    meaning:
      'A setting of the repository, organisation or enterprise keeps workflows from opening pull requests.',
    hint: 'Switch on Settings > Actions > General > "Allow GitHub Actions to create and approve pull requests" (PUT /repos/{owner}/{repo}/actions/permissions/workflow with can_approve_pull_request_reviews: true; 409 means that the organisation forbids it), or pass the token of a GitHub App.',
  },
  GITHUB_RATE_LIMITED: {
    fault: 'platform',
    meaning: 'GitHub took no more requests from this token, and waiting did not help.',
    hint: 'Run the job again later; nothing is lost, it goes on where it stopped.',
  },
  GITHUB_UNAVAILABLE: {
    fault: 'platform',
    meaning: 'GitHub answered with an error of its own.',
    hint: 'See githubstatus.com and run the job again.',
  },
  GITHUB_NOT_FOUND: {
    fault: 'user',
    meaning:
      'Something is not there, or the token may not read it; GitHub gives both the same answer.',
    hint: 'Check the name, and that the token may read this repository.',
  },
  GITHUB_REFUSED: {
    fault: 'user',
    meaning: 'GitHub understood the request and refused it.',
    hint: 'The text of GitHub says why; a branch rule is the usual cause.',
  },
  GITHUB_UNEXPECTED_ANSWER: {
    fault: 'platform',
    meaning: 'An answer of GitHub does not have the form that its documentation promises.',
    hint: 'Run the job again; when it stays, report it with the request that the message names.',
  },
  GITHUB_BRANCH_MISSING: {
    fault: 'user',
    meaning: 'The branch that a pull request needs does not exist.',
    hint: 'Create the branch, or correct the input that names it.',
  },
  GITHUB_COMMIT_MISSING: {
    fault: 'user',
    meaning: 'The commit does not exist in this repository.',
    hint: 'Pass the full SHA of a commit that was pushed to this repository.',
  },
  GITHUB_COMMIT_NOT_ON_BRANCH: {
    fault: 'user',
    meaning: 'The branch that was named as the tested one does not hold the tested commit.',
    hint: 'When the branch was rewritten, run staging again on it as it is now; else correct the inputs `head` and `expected-head-sha`, or leave `head` empty.',
  },
  GITHUB_BRANCH_MOVED: {
    fault: 'user',
    meaning: 'Somebody else moved the promotion branch between our reading and our writing.',
    hint: 'Run the job again: it starts from what is there now.',
  },
  GITHUB_PROMOTION_CONFLICT: {
    fault: 'user',
    meaning: 'The base branch and the tested commit changed the same files in different ways.',
    hint: 'Merge the base branch into the tested branch and run staging again.',
  },
  GITHUB_PROMOTION_HISTORY: {
    fault: 'user',
    meaning: 'The two histories have no single common commit to merge from.',
    hint: 'Merge the base branch into the tested branch and run staging again.',
  },
  GITHUB_TREE_TOO_LARGE: {
    fault: 'user',
    meaning: 'The repository has more folders than can be read through the API.',
    hint: 'Merge the base branch into the tested branch, so that no merge through the API is needed, or keep the promoted files in a smaller repository.',
  },
  GITHUB_LOCK_UNREADABLE: {
    fault: 'user',
    meaning: 'The revision lock on the base branch is not a `sluice/lock/v1` document.',
    hint: 'Mend or delete the file on the base branch, then run the job again.',
  },
  GITHUB_EVIDENCE_REFUSED: {
    fault: 'user',
    meaning:
      'The evidence does not allow a promotion: no passing verdict, or not the document that was announced.',
    hint: 'Run staging again and promote what passed there.',
  },
  GITHUB_ENVIRONMENT_UNPROTECTED: {
    fault: 'user',
    meaning:
      'The approval environment is missing, has no required reviewers, or has a rule that cannot work here.',
    hint: 'Settings > Environments: give it required reviewers and no custom protection rule; or use the input `approval: pull-request`.',
  },
  GITHUB_NOT_APPROVED: {
    fault: 'user',
    meaning: 'Nobody approved this run, as far as GitHub tells.',
    hint: 'Run all jobs again and approve when GitHub asks.',
  },
} as const

export const githubError = errorsOf(errors)
