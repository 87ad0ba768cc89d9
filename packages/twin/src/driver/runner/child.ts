// Child processes of steps, and how they are stopped.
import { spawn, type ChildProcess } from 'node:child_process'

export interface ChildRequest {
  readonly command: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly onLine: (line: string) => void
  readonly onStart: (pid: number) => void
  /** Stop politely: SIGINT, then SIGTERM, then kill. */
  readonly stop: AbortSignal
  /** The machine is gone: kill at once. */
  readonly lost: AbortSignal
}

export interface ChildEnd {
  /** null when a signal ended it. */
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
}

export interface Patience {
  readonly interruptMs: number
  readonly terminateMs: number
}

const runnersPatience: Patience = { interruptMs: 7500, terminateMs: 2500 }
// How long pipes may stay open after the process itself has ended (a grandchild holds them).
const drainMs = 5000

/** Rejects only when the process cannot be started. */
export async function runChild(request: ChildRequest): Promise<ChildEnd> {
  const child = spawn(request.command, [...request.args], {
    cwd: request.cwd,
    env: { ...request.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const closed = closing(child)
  readLines(child.stdout, request.onLine)
  readLines(child.stderr, request.onLine)
  const kill = (): void => killTree(child)
  const stop = (): void => void stopChild(child, closed, runnersPatience)
  process.once('exit', kill)
  request.lost.addEventListener('abort', kill, { once: true })
  request.stop.addEventListener('abort', stop, { once: true })
  try {
    if (child.pid !== undefined) request.onStart(child.pid)
    if (request.lost.aborted) kill()
    else if (request.stop.aborted) stop()
    return await closed
  } finally {
    process.off('exit', kill)
    request.lost.removeEventListener('abort', kill)
    request.stop.removeEventListener('abort', stop)
  }
}

/** The runner's way: SIGINT to the process alone, SIGTERM, then its whole tree is killed. */
export async function stopChild(
  child: ChildProcess,
  ended: Promise<unknown>,
  patience: Patience,
): Promise<void> {
  child.kill('SIGINT')
  if (await endsWithin(ended, patience.interruptMs)) return
  child.kill('SIGTERM')
  if (await endsWithin(ended, patience.terminateMs)) return
  killTree(child)
}

async function endsWithin(ended: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms)
  })
  const done = ended.then(
    () => true,
    () => true,
  )
  const inTime = await Promise.race([done, late])
  clearTimeout(timer)
  return inTime
}

// A child is the leader of its own group, so the group is the tree.
function killTree(child: ChildProcess): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

function closing(child: ChildProcess): Promise<ChildEnd> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (exitCode, signal) => {
      const drained = setTimeout(() => resolve({ exitCode, signal }), drainMs)
      child.once('close', () => {
        clearTimeout(drained)
        resolve({ exitCode, signal })
      })
    })
  })
}

function readLines(stream: NodeJS.ReadableStream | null, onLine: (line: string) => void): void {
  let kept = ''
  stream?.setEncoding('utf8')
  stream?.on('data', (chunk: string) => {
    const lines = `${kept}${chunk}`.split('\n')
    kept = lines.pop() ?? ''
    for (const line of lines) onLine(line.replace(/\r$/, ''))
  })
  stream?.on('end', () => {
    if (kept !== '') onLine(kept)
  })
}
