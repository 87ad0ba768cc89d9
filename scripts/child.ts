// Starts other programs: inherited output for people, captured output for checks.
import { spawn } from 'node:child_process'
import { root } from './repository.ts'

export interface ChildOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Print as it comes (the default), or only collect. */
  readonly quiet?: boolean
  /** The child is killed after this many seconds. */
  readonly limitSeconds?: number
}

export interface Ended {
  /** 128 + signal number is not computed: a killed child has code 1 and `signal`. */
  readonly code: number
  readonly signal: NodeJS.Signals | null
  /** Standard output and standard error as they came; empty unless `quiet`. */
  readonly output: string
  readonly seconds: number
}

/** Runs a program without a shell and waits for its end. A program that cannot start is an error. */
export function runChild(
  file: string,
  args: readonly string[],
  options: ChildOptions = {},
): Promise<Ended> {
  const began = performance.now()
  const child = spawn(file, args, {
    cwd: options.cwd ?? root,
    env: options.env ?? process.env,
    stdio: options.quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
    ...(options.limitSeconds === undefined ? {} : { timeout: options.limitSeconds * 1000 }),
  })
  const chunks: Buffer[] = []
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk))
  child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) =>
      resolve({
        code: code ?? 1,
        signal,
        output: Buffer.concat(chunks).toString('utf8'),
        seconds: (performance.now() - began) / 1000,
      }),
    )
  })
}

/** Runs one of our scripts or a tool of node_modules with this very Node. */
export function runNode(args: readonly string[], options: ChildOptions = {}): Promise<Ended> {
  return runChild(process.execPath, args, options)
}

/** Maps with at most `width` calls at a time; results in the order of the items. */
export async function mapParallel<Item, Value>(
  items: readonly Item[],
  width: number,
  call: (item: Item) => Promise<Value>,
): Promise<Value[]> {
  const results: Value[] = []
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++
      results[index] = await call(items[index] as Item)
    }
  }
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker))
  return results
}
