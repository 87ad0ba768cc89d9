// Plain HTTP checks after the wait: does what was deployed answer?
import type { Clock, HttpDoor } from '@sluice/http'
import { bad, good, SluiceError, type Problem, type Result } from '@sluice/rollout'
import type { ApiServer } from '../connection/api-server.ts'
import { leadsOutside } from '../connection/paths.ts'
import type { KubernetesLog } from '../ports.ts'
import { inertLine } from './inert-text.ts'
import { LONGEST_SILENCE_SECONDS } from './wait/progress.ts'

export interface SmokeCheck {
  /** With its query; begins with `/`. */
  readonly path: string
  readonly status: number
  /** Text that the body must contain; null: any body. */
  readonly contains: string | null
}

/** Where the checks go: an address, or a Service through the API server's own proxy. */
export type SmokeTarget =
  | { readonly kind: 'url'; readonly base: string }
  | {
      readonly kind: 'service'
      readonly namespace: string
      readonly name: string
      /** Number or name. */
      readonly port: string
    }

export interface SmokeResult {
  readonly check: SmokeCheck
  readonly ok: boolean
  /** Of the last try; null when nothing answered. */
  readonly status: number | null
  /** First line of the last body, or why there was no answer; inert and short. */
  readonly message: string
  readonly tries: number
  readonly seconds: number
}

export interface SmokeParts {
  readonly target: SmokeTarget
  readonly api: Pick<ApiServer, 'read'>
  readonly http: HttpDoor
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly log: Pick<KubernetesLog, 'info'>
  /** For all checks together: a fresh service may answer 503 for a while. */
  readonly timeoutSeconds: number
}

const FIRST_PAUSE_SECONDS = 0.5
const LONGEST_PAUSE_SECONDS = 5
const TRY_SECONDS = 10
/** More of a body is not looked at. */
const BODY_LIMIT = 262_144
const FORM = 'wanted /path, /path = 200 or /path = 200 "text"'

/**
 * One check a line: `/health`, `/api/version = 200`, `/api/version = 200 "1.4.2"`; status 200 unless
 * told. Empty lines and lines with `#` are left out. All problems are told at once.
 */
export function parseSmoke(text: string, where = 'smoke'): Result<readonly SmokeCheck[]> {
  const checks: SmokeCheck[] = []
  const problems: Problem[] = []
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim()
    if (line === '' || line.startsWith('#')) continue
    const match = /^(\/[^\s#\\]*)(?:\s+=\s+(\d{3})(?:\s+"(.+)")?)?$/.exec(line)
    const status = Number(match?.[2] ?? 200)
    if (match?.[1] === undefined || status < 100 || status > 599) {
      const found = JSON.stringify(inertLine(line, 100))
      problems.push({ where: `${where}, line ${index + 1}`, message: `found ${found}; ${FORM}` })
    } else if (leadsOutside(match[1])) {
      const message = `${match[1]} leads out of the service: no //, no . or .. as a part of the path`
      problems.push({ where: `${where}, line ${index + 1}`, message })
    } else {
      checks.push({ path: match[1], status, contains: match[3] ?? null })
    }
  }
  return problems.length > 0 ? bad(...problems) : good(checks)
}

/** An `http(s)` address, or `service/NAME:PORT` in the given namespace. */
export function parseSmokeTarget(
  text: string,
  namespace: string,
  where = 'smoke-target',
): Result<SmokeTarget> {
  const service =
    /^service\/([a-z]([a-z0-9-]{0,61}[a-z0-9])?):([a-z0-9]([a-z0-9-]{0,13}[a-z0-9])?)$/
  const [, name, , port] = service.exec(text.trim()) ?? []
  if (name !== undefined && port !== undefined && isPort(port)) {
    return good({ kind: 'service', namespace, name, port })
  }
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : null
  const isPlain = url !== null && url.username === '' && url.password === '' && url.search === ''
  if (isPlain && /^https?:$/.test(url.protocol) && url.hash === '') {
    return good({ kind: 'url', base: url.href.replace(/\/+$/, '') })
  }
  const found = JSON.stringify(inertLine(text, 100))
  const message = `found ${found}; wanted https://host without credentials or query, or service/NAME:PORT`
  return bad({ where, message })
}

const isPort = (text: string): boolean =>
  /^\d+$/.test(text) ? Number(text) > 0 && Number(text) <= 65_535 : true

/** A result for each check, in order; never rejects but for a cancelled run. */
export async function observeSmoke(
  checks: readonly SmokeCheck[],
  parts: SmokeParts,
): Promise<readonly SmokeResult[]> {
  const deadline = parts.clock.now() + parts.timeoutSeconds * 1000
  return Promise.all(checks.map((check) => follow(check, parts, deadline)))
}

async function follow(
  check: SmokeCheck,
  parts: SmokeParts,
  deadline: number,
): Promise<SmokeResult> {
  const { clock, signal } = parts
  const start = clock.now()
  let pause = FIRST_PAUSE_SECONDS
  let spoke = start
  for (let tries = 1; ; tries += 1) {
    const seen = await ask(check, parts, deadline)
    signal.throwIfAborted()
    const seconds = Math.round((clock.now() - start) / 100) / 10
    const left = (deadline - clock.now()) / 1000
    if (seen.ok || seen.isFinal || left <= 0) {
      const { ok, status, message } = seen
      return { check, ok, status, message, tries, seconds }
    }
    // The next try may be silent for its whole time.
    if ((clock.now() - spoke) / 1000 + pause + TRY_SECONDS > LONGEST_SILENCE_SECONDS) {
      spoke = clock.now()
      const found = `${check.path} ${seen.status ?? 'no answer'}, wanted ${check.status}`
      const passed = `${Math.round(seconds)} s of ${Math.round(parts.timeoutSeconds)} s`
      parts.log.info(`smoke: ${found}; ${seen.message}, ${passed}`)
    }
    await clock.sleep(Math.min(pause, left), signal)
    pause = Math.min(LONGEST_PAUSE_SECONDS, pause * 2)
  }
}

interface Seen extends Pick<SmokeResult, 'ok' | 'status' | 'message'> {
  /** Another try cannot be better. */
  readonly isFinal?: boolean
}

async function ask(check: SmokeCheck, parts: SmokeParts, deadline: number): Promise<Seen> {
  try {
    const { status, text } = await read(check.path, parts, deadline)
    const body = text.slice(0, BODY_LIMIT)
    const line = inertLine(body.trimStart().split(/[\r\n]/, 1)[0] ?? '', 200)
    if (status !== check.status) {
      const isFinal = parts.target.kind === 'service' && status === 403 && isForbidden(body)
      return { ok: false, status, message: line, isFinal }
    }
    const isThere = check.contains === null || body.includes(check.contains)
    const wanted = inertLine(JSON.stringify(check.contains), 100)
    return isThere
      ? { ok: true, status, message: line }
      : { ok: false, status, message: `${wanted} is not in the body: ${line}` }
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error
    return { ok: false, status: null, message: inertLine(error.message, 200) }
  }
}

/** It is the API server that says so: the right to services/proxy is missing. */
const isForbidden = (body: string): boolean =>
  /"kind":\s*"Status"/.test(body) && /"reason":\s*"Forbidden"/.test(body)

async function read(path: string, parts: SmokeParts, deadline: number) {
  const { target, api, http, clock, signal } = parts
  const left = (deadline - clock.now()) / 1000
  const seconds = Math.max(1, Math.min(TRY_SECONDS, left))
  if (target.kind === 'service') {
    const { namespace, name, port } = target
    const proxy = `/api/v1/namespaces/${namespace}/services/${name}:${port}/proxy`
    return api.read(`${proxy}${path}`, { retry: 'never', deadlineSeconds: seconds })
  }
  return http({
    method: 'GET',
    url: `${target.base}${path}`,
    headers: { accept: '*/*' },
    // Our own loop tries again, and tells of it.
    retry: 'never',
    deadlineSeconds: seconds,
    signal,
  })
}
