// Starts a credential plugin: the one program that this package runs by itself, because it needs an
// environment of its own, an empty standard input and an end that is certain.
import { spawn } from 'node:child_process'
import type { PluginEnd, PluginRun } from './exec-plugin.ts'

const DEADLINE_SECONDS = 60
const MOST_OUTPUT = 1_000_000

/** See `RunPlugin`. The deadline is real time. */
export async function runPluginProcess(
  { file, args, env }: PluginRun,
  signal: AbortSignal,
  seconds: number = DEADLINE_SECONDS,
): Promise<PluginEnd> {
  signal.throwIfAborted()
  const deadline = AbortSignal.timeout(seconds * 1000)
  const child = spawn(file, [...args], {
    env,
    // A login by hand would wait for an answer that nobody gives.
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: false,
    windowsHide: true,
    // A plugin may start others: all of them are ended together.
    detached: true,
  })
  const stdout = collect(child.stdout)
  const stderr = collect(child.stderr)
  const end = (kind: PluginEnd['kind'], code: number): PluginEnd => ({
    kind,
    code,
    stdout: stdout(),
    stderr: stderr(),
  })
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      endGroup(child.pid)
      child.stdout.destroy()
      child.stderr.destroy()
      if (signal.aborted) reject(signal.reason as Error)
      else resolve(end('late', 1))
    }
    const stopping = AbortSignal.any([signal, deadline])
    stopping.addEventListener('abort', stop, { once: true })
    child.on('error', (error: NodeJS.ErrnoException) => {
      stopping.removeEventListener('abort', stop)
      const missing = error.code === 'ENOENT' || error.code === 'EACCES'
      resolve({ ...end(missing ? 'missing' : 'ended', 127), stderr: error.message })
    })
    child.on('close', (code) => {
      stopping.removeEventListener('abort', stop)
      resolve(end('ended', code ?? 1))
    })
  })
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = []
  let size = 0
  stream.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size <= MOST_OUTPUT) chunks.push(chunk)
  })
  return () => Buffer.concat(chunks).toString('utf8')
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It ended by itself meanwhile.
  }
}
