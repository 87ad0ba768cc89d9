import { readInputs, type Action } from '@sluice/action'

export interface PromotionConfig {
  readonly token: string
  /** owner/name */
  readonly repository: string
  /** Name of the tested branch, for people. */
  readonly head: string
  /** Branch that must hold the tested commit; null: none was named. */
  readonly testedBranch: string | null
  readonly base: string
  readonly testedCommit: string
  readonly lockPath: string
  /** JSON or a path. */
  readonly evidence: string
  readonly evidenceDigest: string
  /** Null: one is made. */
  readonly title: string | null
  readonly reviewers: readonly string[]
  readonly labels: readonly string[]
  readonly dryRun: boolean
}

export const INPUTS = [
  'token',
  'head',
  'base',
  'expected-head-sha',
  'revision-lock',
  'evidence-file',
  'evidence-digest',
  'title',
  'reviewers',
  'labels',
  'dry-run',
] as const

const BRANCH = /^refs\/heads\//

export const readConfig: Action<PromotionConfig>['readConfig'] = (raw, { run }) => {
  const read = readInputs(raw)
  const base = read.required('base').replace(BRANCH, '')
  if (base !== '' && !isBranchName(base)) {
    read.problem('base', `found "${base.slice(0, 80)}"; wanted the name of a branch`)
  }
  const testedBranch = read.optional('head')?.replace(BRANCH, '') ?? null
  if (testedBranch !== null && (testedBranch === '' || !isBranchName(testedBranch))) {
    read.problem('head', `found "${testedBranch.slice(0, 80)}"; wanted the name of a branch`)
  }
  const testedCommit = (read.optional('expected-head-sha') ?? run.sha).toLowerCase()
  if (!/^[0-9a-f]{40}$/.test(testedCommit)) {
    const found = testedCommit.slice(0, 80)
    read.problem('expected-head-sha', `found "${found}"; wanted the full SHA, 40 hex digits`)
  }
  const lockPath = read.required('revision-lock')
  if (lockPath !== '' && !isRepositoryPath(lockPath)) {
    read.problem(
      'revision-lock',
      `found "${lockPath.slice(0, 80)}"; wanted a path of a file from the root of the repository, without . and ..`,
    )
  }
  if (!/^[^/\s]+\/[^/\s]+$/.test(run.repository)) {
    read.problem('GITHUB_REPOSITORY', 'is not owner/name; the action runs in a workflow of GitHub')
  }
  checkTransit(raw, read)
  return read.done({
    token: read.required('token'),
    repository: run.repository,
    head: testedBranch ?? run.ref.replace(BRANCH, ''),
    testedBranch,
    base,
    testedCommit,
    lockPath,
    evidence: read.text('evidence-file'),
    evidenceDigest: read.text('evidence-digest'),
    title: read.optional('title'),
    reviewers: read.list('reviewers'),
    labels: read.list('labels'),
    dryRun: read.flag('dry-run'),
  })
}

/** What another job handed on: absent mostly means that the runner dropped its output. */
function checkTransit(
  raw: Parameters<typeof readInputs>[0],
  read: ReturnType<typeof readInputs>,
): void {
  for (const name of ['evidence-file', 'evidence-digest']) {
    if (read.text(name) !== '') continue
    read.problem(
      name,
      'is empty. A job output that is empty or holds a masked value is dropped by the runner: look at the job that tested',
    )
  }
  const digest = read.text('evidence-digest')
  if (digest !== '' && !/^[0-9a-f]{64}$/.test(digest)) {
    read.problem(
      'evidence-digest',
      `found "${digest.slice(0, 80)}"; wanted 64 lower-case hex digits`,
    )
  }
  const title = raw['title'] ?? ''
  if (title.length > 250)
    read.problem('title', `has ${title.length} characters; wanted at most 250`)
}

const isRepositoryPath = (path: string): boolean =>
  !/[\p{Cc}\\]/u.test(path) &&
  path.split('/').every((part) => part !== '' && part !== '.' && part !== '..' && part !== '.git')

/** The rules of git that matter here; GitHub has the last word. */
const isBranchName = (name: string): boolean =>
  !/[\p{Cc} ~^:?*[\\]|\.\.|@\{|\/\/|^[/-]|[/.]$|\.lock$/u.test(name)
