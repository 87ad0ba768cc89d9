// Runs kubectl and helm, and asks the API server plainly.
import { spawn } from 'node:child_process'
import { Agent, request } from 'node:https'

export interface Ran {
  /** 1 for a program that a signal ended. */
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly stdin?: string
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
}

/** Options, if any, come last. */
export type Arguments = readonly (string | RunOptions)[]

/** No shell; the environment is only what these programs need. */
export function runOracle(file: string, given: Arguments, home: string): Promise<Ran> {
  const args = given.filter((one) => typeof one === 'string')
  const options: RunOptions = given.find((one) => typeof one === 'object') ?? {}
  const child = spawn(file, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], HOME: home, ...options.env },
    ...(options.cwd !== undefined && { cwd: options.cwd }),
  })
  const out = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out.stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (out.stderr += text))
  // A program may end before it has read all.
  child.stdin.on('error', () => undefined)
  child.stdin.end(options.stdin ?? '')
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code: code ?? 1, ...out }))
  })
}

export interface Answer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

export interface Question {
  readonly body?: object | string
  /** Default: application/json */
  readonly type?: string
  readonly headers?: Readonly<Record<string, string>>
  /** PEM */
  readonly ca: string
}

const agents = new Map<string, Agent>()

/** An answer that is no JSON is in `body.text`. */
export function askJson(method: string, url: string, question: Question): Promise<Answer> {
  const { ca, body } = question
  const agent = agents.get(ca) ?? new Agent({ ca, keepAlive: true })
  agents.set(ca, agent)
  const bytes =
    body === undefined ? null : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
  const headers = {
    ...question.headers,
    ...(bytes && {
      'content-type': question.type ?? 'application/json',
      'content-length': bytes.length,
    }),
  }
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, agent, headers }, (incoming) => {
      let text = ''
      incoming.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      incoming.on('error', reject)
      incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, body: readJson(text) }))
    })
    outgoing.on('error', reject)
    outgoing.end(bytes ?? undefined)
  })
}

/** Kept connections would keep a jest worker alive. */
export function closeConnections(): void {
  for (const agent of agents.values()) agent.destroy()
  agents.clear()
}

function readJson(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return { text }
  }
}
