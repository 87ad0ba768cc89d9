// A simulated GitHub over a real bare repository, reached without a network: what GitHub's answers
// are based on is git's own work.
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { GitHubAnswer, GitHubRequest } from '@sluice/github'
import {
  githubSimulator,
  seedRepository,
  type GitHubOptions,
  type GitHubService,
} from '@sluice/twin'

const run = promisify(execFile)

export interface SentRequest {
  /** As the caller wrote it: `POST /repos/{owner}/{repo}/pulls`. */
  readonly route: string
  readonly params: Readonly<Record<string, unknown>>
}

type Files = Readonly<Record<string, string | null>>

export interface GitHubWorld {
  readonly slug: string
  readonly service: GitHubService
  /** A job's token with these permissions, as the actions get it. */
  job(permissions: Readonly<Record<string, 'read' | 'write'>>): GitHubRequest
  /** The person at the keyboard; may everything. */
  readonly person: GitHubRequest
  /** What jobs sent, oldest first. */
  readonly sent: SentRequest[]
  /** Looks at a job's request first: an answer is given instead, null lets it pass. */
  intercept: (request: SentRequest) => Promise<GitHubAnswer | null> | GitHubAnswer | null
  /** One commit by the person. `from`: the branch or SHA that a new branch starts at. */
  push(commit: {
    readonly branch: string
    readonly files: Files
    readonly from?: string
  }): Promise<string>
  /** A commit with several parents and the tree of the first, changed by `files`. */
  join(commit: {
    readonly branch: string
    readonly parents: readonly string[]
    readonly files?: Files
  }): Promise<string>
  merge(number: number): Promise<string>
  /** Standard output of git in the bare repository. */
  git(...args: readonly string[]): Promise<string>
  close(): Promise<void>
}

export interface WorldOptions extends Partial<Omit<GitHubOptions, 'gitDirectory'>> {
  /** Files of the first commit, at which `branches` stand; the first is the default one. */
  readonly files: Readonly<Record<string, string>>
  readonly branches?: readonly string[]
}

const START = Date.parse('2026-11-20T10:00:00Z')
const SLUG = 'ada/taxi'

export async function createGitHubWorld({
  files,
  branches = ['main', 'integration'],
  ...options
}: WorldOptions): Promise<GitHubWorld> {
  const home = await mkdtemp(join(tmpdir(), 'github-world-'))
  const gitDirectory = join(home, 'repository.git')
  const folder = join(home, 'seed')
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  let now = START
  await seedRepository({ gitDirectory, folder, branches, person: 'ada', at: now, message: 'seed' })
  const { simulator, service } = await githubSimulator({
    slug: SLUG,
    gitDirectory,
    person: 'ada',
    now: () => now,
    ...options,
  })
  const face = simulator.faces['github']
  const world = { now: () => (now += 1000), origin: () => 'http://localhost' }
  const sent: SentRequest[] = []
  const git = async (...args: readonly string[]) =>
    (await run('git', [`--git-dir=${gitDirectory}`, ...args])).stdout.trimEnd()

  const requestAs =
    (token: string): GitHubRequest =>
    async (route, params, { signal }) => {
      signal.throwIfAborted()
      if (face === undefined) throw new Error('the simulator has no face github')
      const { method, path, query, body } = expand(route, params)
      const answer = await face(
        {
          method,
          path,
          query,
          headers: { authorization: `Bearer ${token}`, 'user-agent': 'test' },
          body: Buffer.from(method === 'GET' ? '' : JSON.stringify(body)),
          origin: 'http://localhost',
        },
        simulator.state,
        world,
      )
      // What a client sees has been through JSON.
      const data: unknown =
        answer.body === undefined ? null : JSON.parse(JSON.stringify(answer.body))
      return { status: answer.status, data, headers: answer.headers ?? {} }
    }

  const person = requestAs(service.personToken)
  const ask = async (route: string, params: Readonly<Record<string, unknown>>) => {
    const { signal } = new AbortController()
    const answer = await person(route, { owner: 'ada', repo: 'taxi', ...params }, { signal })
    if (answer.status >= 300) throw new Error(`${route}: ${JSON.stringify(answer.data)}`)
    return answer.data as Readonly<Record<string, unknown>>
  }
  const commit = async (parents: readonly string[], changes: Files): Promise<string> => {
    const entries = Object.entries(changes).map(([path, content]) =>
      content === null ? { path, mode: '100644', sha: null } : { path, mode: '100644', content },
    )
    const tree = await ask('POST /repos/{owner}/{repo}/git/trees', {
      base_tree: parents[0],
      tree: entries,
    })
    const made = await ask('POST /repos/{owner}/{repo}/git/commits', {
      message: 'work',
      tree: tree['sha'],
      parents,
    })
    return String(made['sha'])
  }
  const stand = async (branch: string): Promise<string | null> => {
    const refs = await git('for-each-ref', '--format=%(objectname)', `refs/heads/${branch}`)
    return refs === '' ? null : refs
  }
  const point = async (branch: string, sha: string) =>
    (await stand(branch)) === null
      ? ask('POST /repos/{owner}/{repo}/git/refs', { ref: `refs/heads/${branch}`, sha })
      : ask('PATCH /repos/{owner}/{repo}/git/refs/{ref}', {
          ref: `heads/${branch}`,
          sha,
          force: true,
        })

  const result: GitHubWorld = {
    slug: SLUG,
    service,
    sent,
    person,
    intercept: () => null,
    job: (permissions) => {
      const request = requestAs(
        service.grantToken({ runId: 1, attempt: 1, job: 'test', permissions }),
      )
      return async (route, params, options) => {
        const asked = { route, params }
        sent.push(asked)
        return (await result.intercept(asked)) ?? request(route, params, options)
      }
    },
    push: async ({ branch, files: changes, from }) => {
      const parent = (await stand(branch)) ?? (await git('rev-parse', from ?? 'main'))
      const sha = await commit([parent], changes)
      await point(branch, sha)
      return sha
    },
    join: async ({ branch, parents, files: changes = {} }) => {
      const sha = await commit(parents, { 'joined.txt': parents.join(), ...changes })
      await point(branch, sha)
      return sha
    },
    merge: async (number) => {
      const merged = await ask('PUT /repos/{owner}/{repo}/pulls/{number}/merge', { number })
      return String(merged['sha'])
    },
    git,
    close: () => rm(home, { recursive: true, force: true }),
  }
  return result
}

/** Route templates as Octokit expands them: what is not in the path goes to the query or the body. */
function expand(route: string, params: Readonly<Record<string, unknown>>) {
  const [method = 'GET', template = ''] = route.split(' ')
  const used = new Set<string>()
  const path = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    used.add(name)
    return encodeURIComponent(String(params[name]))
  })
  const rest = Object.entries(params).filter(([name]) => !used.has(name))
  const query = new URLSearchParams(
    method === 'GET' ? Object.fromEntries(rest.map(([name, value]) => [name, String(value)])) : {},
  )
  return { method, path, query, body: Object.fromEntries(rest) }
}

/** Requests that change something. */
export const writesOf = (world: Pick<GitHubWorld, 'sent'>): readonly string[] =>
  world.sent.map(({ route }) => route).filter((route) => !route.startsWith('GET '))
