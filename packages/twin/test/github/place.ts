// One simulated GitHub on a fresh bare repository, for tests: it listens, and can be asked.
import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { makeCertificate } from '../../src/kernel/certificate.ts'
import { VirtualTime } from '../../src/kernel/time.ts'
import type { Simulator } from '../../src/kernel/simulator.ts'
import { Twin } from '../../src/kernel/twin.ts'
import { GitHubPerson } from '../../src/github/person.ts'
import { seedRepository } from '../../src/github/seed.ts'
import { githubSimulator } from '../../src/github/simulator.ts'
import type { GitHubOptions } from '../../src/github/options.ts'
import type { GitHubService, Permission } from '../../src/github/service.ts'

export const START = Date.parse('2026-11-20T08:00:00Z')
export const SLUG = 'taxi/fares'

export interface Answer {
  readonly status: number
  readonly body: Loose
  readonly headers: Headers
}

/** What a test may look into without saying the shape first: what `JSON.parse` gives. */
export type Loose = ReturnType<typeof JSON.parse>

const certificate = await makeCertificate()

export interface Place {
  readonly twin: Twin
  readonly service: GitHubService
  readonly person: GitHubPerson
  readonly firstSha: string
  readonly gitDirectory: string
  /** `ask('GET git/ref/heads/main')` below the repository; a path with a leading slash is whole. */
  ask(route: string, body?: unknown, options?: AskOptions): Promise<Answer>
  /** A job's token with these permissions. */
  token(permissions: Readonly<Record<string, Permission>>): string
  git(...args: readonly string[]): string
  /** Everything as it was when the place was opened. */
  reset(): Promise<void>
  close(): Promise<void>
}

export interface AskOptions {
  readonly token?: string | null
  readonly headers?: Readonly<Record<string, string>>
}

export const FILES: Readonly<Record<string, string>> = {
  'README.md': 'taxi fares\n',
  'model/score.py': 'print(1)\n',
  '.github/workflows/production.yml': 'on: push\n',
  'a file with blanks.txt': 'x\n',
}

export async function openPlace(options: Partial<GitHubOptions> = {}): Promise<Place> {
  const root = await mkdtemp(join(tmpdir(), 'sluice-github-'))
  const gitDirectory = join(root, 'repository.git')
  await writeFiles(join(root, 'folder'), FILES)
  const firstSha = await seedRepository({
    gitDirectory,
    folder: join(root, 'folder'),
    branches: ['main', 'integration'],
    person: 'maintainer',
    at: START,
    message: 'Begin',
  })
  const time = new VirtualTime(START)
  const { simulator, service } = await githubSimulator({
    slug: SLUG,
    gitDirectory,
    now: () => time.now(),
    person: 'maintainer',
    ...options,
  })
  const twin = new Twin({ simulators: [simulator as unknown as Simulator], certificate, time })
  await twin.listen()
  const apiUrl = twin.origin('github')
  const git = (...args: readonly string[]): string =>
    execFileSync('git', [`--git-dir=${gitDirectory}`, ...args], { encoding: 'utf8' }).trim()
  const beginning = await twin.snapshot()
  let jobs = 0
  return {
    twin,
    service,
    firstSha,
    gitDirectory,
    git,
    person: new GitHubPerson({ apiUrl, slug: SLUG, personToken: service.personToken }),
    ask: (route, body, asked = {}) => ask({ apiUrl, service, route, body, asked }),
    token: (permissions) => {
      jobs += 1
      return service.grantToken({ runId: 1, attempt: 1, job: `job-${jobs}`, permissions })
    },
    reset: () => twin.restore(beginning),
    close: async () => {
      await twin.close()
      await rm(root, { recursive: true, force: true })
    },
  }
}

async function ask(request: {
  readonly apiUrl: string
  readonly service: GitHubService
  readonly route: string
  readonly body: unknown
  readonly asked: AskOptions
}): Promise<Answer> {
  const [method = 'GET', path = ''] = request.route.split(' ')
  const { token = request.service.personToken, headers = {} } = request.asked
  const below = path === '' ? '' : `/${path}`
  const target = path.startsWith('/') ? path : `/repos/${SLUG}${below}`
  const answer = await fetch(`${request.apiUrl}${target}`, {
    method,
    headers: { ...(token !== null && { authorization: `Bearer ${token}` }), ...headers },
    ...(request.body !== undefined && { body: JSON.stringify(request.body) }),
  })
  const text = await answer.text()
  const isJson = answer.headers.get('content-type')?.startsWith('application/json') ?? false
  return {
    status: answer.status,
    headers: answer.headers,
    body: (isJson ? JSON.parse(text) : text) as Loose,
  }
}

export async function writeFiles(
  folder: string,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
  }
}

/** Every 40-hex word of every successful answer so far, zeros left out. */
export function shasOf(place: Place): readonly string[] {
  const answered = place.twin.log.all().filter((exchange) => exchange.status < 400)
  const words = answered.flatMap(
    (exchange) => exchange.responseBody.match(/\b[0-9a-f]{40}\b/g) ?? [],
  )
  return [...new Set(words)].filter((sha) => sha !== '0'.repeat(40))
}

/** SHAs that the repository does not have. */
export const unknownShas = (place: Place): readonly string[] =>
  shasOf(place).filter((sha) => {
    try {
      place.git('cat-file', '-e', sha)
      return false
    } catch {
      return true
    }
  })

/** Rules of a production branch: a pull request, and a green `cd/staging` from GitHub Actions. */
export const GUARDED_MAIN = {
  name: 'main',
  include: ['refs/heads/main'],
  rules: [
    { type: 'pull_request', parameters: { allowed_merge_methods: ['merge'] } },
    {
      type: 'required_status_checks',
      parameters: { required_status_checks: [{ context: 'cd/staging', integration_id: 15368 }] },
    },
    { type: 'non_fast_forward' },
    { type: 'deletion' },
  ],
} as const
