// Runs a process of a step and takes over the time that it let pass.
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunRequest } from '../request.ts'
import { runChild, type ChildEnd } from './child.ts'
import type { RunningStep } from './step.ts'
import { stepVariables, type MachineFacts } from './variables.ts'

export interface ProcessHost {
  readonly request: RunRequest
  readonly idToken: Readonly<Record<string, string>>
  readonly orchestrationId: string
}

export interface ProcessRequest {
  readonly command: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly inputs?: Readonly<Record<string, string>>
  readonly state?: Readonly<Record<string, string>>
}

export async function runProcess(
  host: ProcessHost,
  step: RunningStep,
  wanted: ProcessRequest,
): Promise<ChildEnd> {
  const { request } = host
  const { time } = request.services
  const machine: MachineFacts = {
    environment: request.machine.environment,
    now: time.now(),
    clockFile: join(step.job.facts.folders.temp, `clock-${randomUUID()}`),
    idToken: host.idToken,
    orchestrationId: host.orchestrationId,
  }
  const end = await runChild({
    command: wanted.command,
    args: wanted.args,
    cwd: wanted.cwd,
    env: stepVariables(step, machine, wanted),
    onLine: (line) => step.channel.line(line),
    onStart: (pid) => request.onChild?.(pid, `${step.job.facts.name}: ${step.name}`),
    stop: step.stop,
    lost: step.lost,
  })
  time.advanceTo(await readClock(machine.clockFile, machine.now))
  return end
}

// Several processes of a tree may write: the latest instant counts. A killed one may have cut a line.
async function readClock(path: string, start: number): Promise<number> {
  try {
    const text = await readFile(path, 'utf8')
    const instants = text.split('\n').slice(0, -1).map(Number).filter(Number.isFinite)
    return Math.max(start, ...instants)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return start
    throw error
  }
}
