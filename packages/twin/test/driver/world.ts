// A user's repository in a temporary folder, and one call to run a workflow of it.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  ArtifactStore,
  ConcurrencyGroups,
  runWorkflow,
  VirtualTime,
  type JobResult,
  type RepositoryEvent,
  type Run,
  type RunRequest,
  type RunResult,
} from '../../src/index.ts'
import { MemoryGitHub, MemoryIdentity } from './service-doubles.ts'

export const fixtures = join(dirname(fileURLToPath(import.meta.url)), 'fixtures')
export const sha = (digit: string): string => digit.repeat(40)

export interface World {
  readonly folder: string
  readonly github: MemoryGitHub
  readonly identity: MemoryIdentity
  readonly time: VirtualTime
  readonly groups: ConcurrencyGroups
  readonly commit: string
  /** A run of the workflow, with what the test changes of the request. */
  run(workflow: string, changes?: Changes): Promise<RunResult>
  request(workflow: string, changes?: Changes): RunRequest
  remove(): void
}

export interface Changes extends Partial<
  Omit<RunRequest, 'run' | 'event' | 'services' | 'machine'>
> {
  readonly run?: Partial<Run>
  readonly event?: Partial<RepositoryEvent>
  readonly environment?: Readonly<Record<string, string>>
}

/** Files by path; fixtures of the names given stand in `.github/workflows`. */
export function makeWorld(contents: {
  readonly workflows?: readonly string[]
  readonly files?: Readonly<Record<string, string>>
}): World {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'driver-test-')))
  const tree = join(folder, 'tree')
  const gitDirectory = join(tree, '.git')
  for (const name of contents.workflows ?? []) {
    const target = join(tree, '.github/workflows', name)
    mkdirSync(dirname(target), { recursive: true })
    cpSync(join(fixtures, name), target)
  }
  for (const [path, text] of Object.entries(contents.files ?? {})) {
    mkdirSync(dirname(join(tree, path)), { recursive: true })
    writeFileSync(join(tree, path), text)
  }
  const commit = commitTree(tree)
  const github = new MemoryGitHub(gitDirectory)
  const world = {
    folder,
    github,
    identity: new MemoryIdentity(),
    time: new VirtualTime(Date.UTC(2030, 0, 1)),
    groups: new ConcurrencyGroups(),
    artifacts: new ArtifactStore(join(folder, 'artifacts')),
    commit,
  }
  const request = (workflow: string, changes: Changes = {}): RunRequest =>
    requestOf(world, workflow, changes)
  return {
    ...world,
    request,
    run: (workflow, changes) => runWorkflow(request(workflow, changes)),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

function requestOf(
  world: Omit<World, 'run' | 'request' | 'remove'> & { readonly artifacts: ArtifactStore },
  workflow: string,
  changes: Changes,
): RunRequest {
  const { run, event, environment, ...rest } = changes
  const { github, identity, time, groups, artifacts, commit, folder } = world
  const facts = {
    workflow: `.github/workflows/${workflow}`,
    event: 'push',
    ref: 'refs/heads/main',
    sha: commit,
    actor: 'ada',
  }
  return {
    run: { ...github.startRun(facts), ...run },
    event: {
      name: 'push',
      ref: 'refs/heads/main',
      before: sha('0'),
      after: commit,
      actor: 'ada',
      paths: [],
      payload: { repository: { id: 7 } },
      ...event,
    },
    services: { github, identity, time, groups, artifacts },
    machine: {
      folder: join(folder, 'machine'),
      environment: { MACHINE_SAYS: 'hello', ...environment },
      repositories: { 'vendor/kit': join(fixtures, 'kit') },
      urls: {
        server: 'http://localhost:1',
        api: 'http://localhost:1/api',
        graphql: 'http://localhost:1/graphql',
        idToken: 'http://localhost:1/token?api-version=2.0',
      },
    },
    awaitReview: () => Promise.reject(new Error('nobody to ask')),
    ...rest,
  }
}

function commitTree(tree: string): string {
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...args], {
      cwd: tree,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim()
  git('init', '--quiet', '--initial-branch=main')
  git('add', '.')
  git('commit', '--quiet', '--message', 'first')
  return git('rev-parse', 'HEAD')
}

/** `name: result` of every job, in order. */
export const resultsOf = (result: RunResult): readonly string[] =>
  result.jobs.map((job) => `${job.name}: ${job.result}`)

export function jobOf(result: RunResult, key: string): JobResult {
  const found = result.jobs.find((job) => job.key === key)
  if (found === undefined)
    throw new Error(`no job ${key} in ${result.jobs.map((job) => job.key).join(', ')}`)
  return found
}

/** `stage name: conclusion` of every step that did not pass unseen. */
export const stepsOf = (job: JobResult): readonly string[] =>
  job.steps.map((step) => `${step.stage} ${step.name}: ${step.conclusion}`)
