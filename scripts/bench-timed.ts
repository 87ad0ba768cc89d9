// Runs one program and says what it cost: wall time and the processor time of it and its children.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runChild } from './child.ts'

export interface Command {
  readonly file: string
  readonly args: readonly string[]
  readonly cwd: string
  /** All of it: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>
}

export interface Cost {
  readonly seconds: number
  /** User and system. */
  readonly cpuSeconds: number
  readonly code: number
  readonly output: string
}

// Node tells no child's processor time, and bash is on every machine that has npm scripts. The
// command comes as arguments and is no part of the script.
const timed = `TIMEFORMAT='%R %U %S'; note=$1; shift; { time "$@" >"$note.said" 2>&1; } 2>"$note"`

/** `folder` takes notes; two may not run in it at once. */
export async function runTimed(command: Command, folder: string): Promise<Cost> {
  const note = join(folder, 'cost')
  const { code } = await runChild(
    'bash',
    ['-c', timed, 'bash', note, command.file, ...command.args],
    {
      cwd: command.cwd,
      env: { ...command.env, LC_ALL: 'C' },
      limitSeconds: 600,
    },
  )
  const [seconds = NaN, user = NaN, system = NaN] = readFileSync(note, 'utf8')
    .trim()
    .split(' ')
    .map(Number)
  const output = readFileSync(`${note}.said`, 'utf8')
  return { seconds, cpuSeconds: user + system, code, output }
}
