// What the person at the keyboard does: pushes, merges, reviews, and looks at the result. All of
// it goes through the face, with the person's token and a user agent of its own, so that a count
// of the actions' calls can leave it out.
export const PERSON_USER_AGENT = 'sluice-twin-person'

/** Path to new text or bytes; null removes the file. */
export type FileChanges = Readonly<Record<string, string | Uint8Array | null>>

export interface PullSummary {
  readonly number: number
  readonly title: string
  readonly body: string
  readonly head: string
  readonly headSha: string
  readonly base: string
  readonly state: 'open' | 'closed'
  readonly merged: boolean
  readonly labels: readonly string[]
  readonly url: string
}

export interface StatusSummary {
  readonly sha: string
  readonly context: string
  readonly state: string
  readonly description: string | null
  readonly targetUrl: string | null
}

/** An answer other than 2xx. */
export class RefusedByGitHub extends Error {
  readonly status: number

  constructor(what: string, status: number, message: string) {
    super(`${what}: GitHub answered ${status}: ${message}`)
    this.name = 'RefusedByGitHub'
    this.status = status
  }
}

export interface PersonPlace {
  /** Origin of the face. */
  readonly apiUrl: string
  readonly slug: string
  readonly personToken: string
}

export class GitHubPerson {
  readonly #place: PersonPlace

  constructor(place: PersonPlace) {
    this.#place = place
  }

  /** One commit on a branch; a new branch starts at `from` (default: the default branch). */
  async push(commit: {
    readonly branch: string
    readonly message: string
    readonly files: FileChanges
    readonly from?: string
  }): Promise<string> {
    const stand = await this.#branchSha(commit.branch)
    const parent = stand ?? (await this.#branchSha(commit.from ?? (await this.#defaultBranch())))
    if (parent === null) throw new Error(`there is no branch to start "${commit.branch}" from`)
    const tree = await this.#treeWith(parent, commit.files)
    const { sha } = await this.#ask('POST git/commits', {
      message: commit.message,
      tree,
      parents: [parent],
    })
    await (stand === null
      ? this.#ask('POST git/refs', { ref: `refs/heads/${commit.branch}`, sha })
      : this.#ask(`PATCH git/refs/heads/${encode(commit.branch)}`, { sha }))
    return String(sha)
  }

  /** The SHA of the merge. */
  async merge(number: number, options: { readonly sha?: string } = {}): Promise<string> {
    const { sha } = await this.#ask(`PUT pulls/${number}/merge`, { ...options })
    return String(sha)
  }

  async openPull(pull: {
    readonly head: string
    readonly base: string
    readonly title: string
    readonly body?: string
  }): Promise<number> {
    return Number((await this.#ask('POST pulls', { ...pull }))['number'])
  }

  async close(number: number): Promise<void> {
    await this.#ask(`PATCH pulls/${number}`, { state: 'closed' })
  }

  /** Names of the environments that this run waits for and that this person may review. */
  async waitingFor(runId: number): Promise<readonly string[]> {
    return (await this.#pending(runId)).map((each) => String(each.name))
  }

  /** Decides everything that waits, or the one environment named. */
  async review(
    runId: number,
    decision: {
      readonly state: 'approved' | 'rejected'
      readonly comment: string
      readonly environment?: string
    },
  ): Promise<void> {
    const pending = await this.#pending(runId)
    const chosen = pending.filter(
      (each) => decision.environment === undefined || each.name === decision.environment,
    )
    await this.#ask(`POST actions/runs/${runId}/pending_deployments`, {
      environment_ids: chosen.map((each) => each.id),
      state: decision.state,
      comment: decision.comment,
    })
  }

  async dispatch(
    file: string,
    given: { readonly ref: string; readonly inputs?: Readonly<Record<string, string>> },
  ): Promise<void> {
    await this.#ask(`POST actions/workflows/${encode(file)}/dispatches`, { ...given })
  }

  async postStatus(
    sha: string,
    status: { readonly context: string; readonly state: string; readonly description?: string },
  ): Promise<void> {
    await this.#ask(`POST statuses/${sha}`, { ...status })
  }

  /** Newest first. */
  async statuses(ref: string): Promise<readonly StatusSummary[]> {
    const listed = await this.#list(`commits/${encode(ref)}/statuses`)
    const { sha } = await this.#ask(`GET commits/${encode(ref)}`)
    return listed.map((each) => ({
      sha: String(sha),
      context: String(each['context']),
      state: String(each['state']),
      description: textOrNull(each['description']),
      targetUrl: textOrNull(each['target_url']),
    }))
  }

  /** Oldest first. */
  async pulls(state: 'open' | 'closed' | 'all' = 'all'): Promise<readonly PullSummary[]> {
    return (await this.#list(`pulls?state=${state}&direction=asc`)).map(summaryOf)
  }

  async #defaultBranch(): Promise<string> {
    return String((await this.#ask('GET '))['default_branch'])
  }

  async #branchSha(branch: string): Promise<string | null> {
    try {
      const reference = await this.#ask(`GET git/ref/heads/${encode(branch)}`)
      return String((reference['object'] as Json)['sha'])
    } catch (error) {
      if (error instanceof RefusedByGitHub && error.status === 404) return null
      throw error
    }
  }

  async #treeWith(parent: string, files: FileChanges): Promise<string> {
    const entries = await Promise.all(
      Object.entries(files).map(async ([path, content]) => ({
        path,
        mode: '100644',
        type: 'blob',
        sha: content === null ? null : await this.#blob(content),
      })),
    )
    return String((await this.#ask('POST git/trees', { base_tree: parent, tree: entries }))['sha'])
  }

  async #blob(content: string | Uint8Array): Promise<string> {
    const body = { content: Buffer.from(content).toString('base64'), encoding: 'base64' }
    return String((await this.#ask('POST git/blobs', body))['sha'])
  }

  async #pending(runId: number): Promise<readonly { id: unknown; name: unknown }[]> {
    const listed = await this.#list(`actions/runs/${runId}/pending_deployments`)
    return listed
      .filter((each) => each['current_user_can_approve'] === true)
      .map((each) => each['environment'] as { id: unknown; name: unknown })
  }

  async #list(path: string): Promise<readonly Json[]> {
    const separator = path.includes('?') ? '&' : '?'
    const found: Json[] = []
    for (let page = 1; ; page += 1) {
      const answer = await this.#send('GET', `${path}${separator}per_page=100&page=${page}`)
      const items = answer as readonly Json[]
      found.push(...items)
      if (items.length < 100) return found
    }
  }

  async #ask(route: string, body?: object): Promise<Json> {
    const [method = 'GET', path = ''] = route.split(' ')
    return (await this.#send(method, path, body)) as Json
  }

  async #send(method: string, path: string, body?: object): Promise<unknown> {
    const { apiUrl, slug, personToken } = this.#place
    const answer = await fetch(`${apiUrl}/repos/${slug}${path === '' ? '' : `/${path}`}`, {
      method,
      headers: {
        authorization: `Bearer ${personToken}`,
        'user-agent': PERSON_USER_AGENT,
        accept: 'application/vnd.github+json',
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    const value: unknown = text === '' ? {} : JSON.parse(text)
    if (!answer.ok) {
      throw new RefusedByGitHub(
        `${method} ${path}`,
        answer.status,
        String((value as Json)['message']),
      )
    }
    return value
  }
}

type Json = Readonly<Record<string, unknown>>

/** Slashes of branch names stay. */
const encode = (text: string): string => encodeURIComponent(text).replaceAll('%2F', '/')

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null)

function summaryOf(pull: Json): PullSummary {
  const head = pull['head'] as Json
  return {
    number: Number(pull['number']),
    title: String(pull['title']),
    body: textOrNull(pull['body']) ?? '',
    head: String(head['ref']),
    headSha: String(head['sha']),
    base: String((pull['base'] as Json)['ref']),
    state: pull['state'] === 'open' ? 'open' : 'closed',
    merged: pull['merged_at'] !== null,
    labels: (pull['labels'] as readonly Json[]).map((label) => String(label['name'])),
    url: String(pull['html_url']),
  }
}
