// The owner's side of guard.mjs: processes that end with the owner, however it ends.
import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'

export interface Program {
  /** Names the log file too: `<folder>/<name>.log`. */
  readonly name: string
  readonly file: string
  readonly args: readonly string[]
}

interface Said {
  readonly ready?: true
  readonly started?: string
  readonly pid?: number
  readonly ended?: string
  readonly why?: string
}

// From src and from lib alike.
const here = dirname(fileURLToPath(import.meta.url))
const script = join(here, '..', '..', 'src', 'cluster', 'guard.mjs')

export class Guard {
  readonly folder: string
  readonly #child: ChildProcessByStdio<Writable, Readable, null>
  readonly #pids = new Map<string, number>()
  /** Name to the reason of its end. */
  readonly #ends = new Map<string, string>()
  readonly #gone: Promise<void>
  #wake: () => void = () => undefined
  #news: Promise<void>

  private constructor(folder: string) {
    this.folder = folder
    this.#news = this.#nextNews()
    this.#child = spawn(process.execPath, [script, folder, findProgram('setpriv') ?? ''], {
      detached: true,
      stdio: ['pipe', 'pipe', 'ignore'],
      env: { PATH: process.env['PATH'] },
    })
    // A guard that is gone is told by `gone`.
    this.#child.stdin.on('error', () => undefined)
    this.#gone = new Promise((resolve) => this.#child.on('close', () => resolve()))
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.#hear(line))
  }

  /** The guard makes the folder, and removes it at the end. */
  static async begin(folder: string): Promise<Guard> {
    const guard = new Guard(folder)
    await Promise.race([guard.#news, guard.#gone])
    return guard
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** Process ids of the programs that run, by name. */
  get pids(): ReadonlyMap<string, number> {
    return this.#pids
  }

  start(program: Program): void {
    this.#ends.delete(program.name)
    this.#tell({ do: 'start', ...program })
  }

  /** SIGKILL; resolves when the program is gone. */
  async kill(name: string): Promise<void> {
    this.#tell({ do: 'kill', name })
    while (this.#pids.has(name)) await this.#news
  }

  /** Why the program ended; null while it runs. */
  endOf(name: string): string | null {
    return this.#ends.get(name) ?? null
  }

  lastLines(name: string, count: number): string {
    const path = join(this.folder, `${name}.log`)
    if (!existsSync(path)) return ''
    return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-count).join('\n')
  }

  /** All programs are killed and the folder is removed. */
  async end(): Promise<void> {
    this.#tell({ do: 'end' })
    this.#child.stdin.end()
    await this.#gone
  }

  #tell(command: object): void {
    if (this.#child.stdin.writable) this.#child.stdin.write(`${JSON.stringify(command)}\n`)
  }

  #hear(line: string): void {
    const said = JSON.parse(line) as Said
    if (said.started !== undefined) this.#pids.set(said.started, said.pid ?? 0)
    if (said.ended !== undefined) {
      this.#pids.delete(said.ended)
      this.#ends.set(said.ended, said.why ?? 'for no known reason')
    }
    const wake = this.#wake
    this.#news = this.#nextNews()
    wake()
  }

  #nextNews(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }
}

/** The first file of this name in PATH. */
export function findProgram(name: string, path = process.env['PATH'] ?? ''): string | null {
  return (
    path
      .split(delimiter)
      .filter((folder) => folder !== '')
      .map((folder) => join(folder, name))
      .find((file) => existsSync(file)) ?? null
  )
}
