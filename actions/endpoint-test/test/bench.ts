// Ports and a platform for one run of the action's main, all in memory.
import { createHash } from 'node:crypto'
import type { Ports } from '@sluice/action'
import { digestOf } from '@sluice/documents'
import {
  bad,
  good,
  type Platform,
  type ProbeAnswer,
  type ProbeRequest,
  type SlotObservation,
  type Target,
} from '@sluice/rollout'
import { createFakeClock } from '../../../test/doubles/clock.ts'
import { MemoryPlatform } from '../../../test/doubles/memory-platform.ts'
import type { Config } from '../src/config.ts'
import { createMain } from '../src/main.ts'

export const sha256 = (data: string | Uint8Array): string =>
  createHash('sha256').update(data).digest('hex')

const CONTENTS = { model: 'taxi:2' }
const REVISION = digestOf(CONTENTS, sha256)
export const MARK = `${REVISION.slice(0, 16)}.fedcba9876543210`

export const TARGET: Target = {
  schema: 'sluice/target/v1',
  platform: 'azureml',
  place: {},
  endpoint: 'taxi-staging',
  name: 'taxi',
  slot: 'green',
  revision: MARK,
  revisionDigest: REVISION,
  contents: CONTENTS,
}

export const CONFIG: Config = {
  target: JSON.stringify(TARGET),
  platform: 'azureml',
  requests: 'requests',
  policyFile: null,
  rounds: 1,
  waitSeconds: 60,
  dryRun: false,
  platformInputs: {},
}

export const ANSWER: ProbeAnswer = {
  status: 200,
  body: '[12.5]',
  answeredBy: 'green',
  latencyMs: 8,
  detail: '',
}

export interface Scene {
  readonly config?: Partial<Config>
  readonly files?: Readonly<Record<string, string>>
  /** What each look shows of the slot, the last one from then on; null: no such slot. */
  readonly looks?: readonly (Partial<SlotObservation> | null)[]
  readonly answer?: (request: ProbeRequest, number: number) => Partial<ProbeAnswer>
  readonly control?: AbortController
}

const FILES: Readonly<Record<string, string>> = {
  'requests/a.json': '{"a": "sent-secret"}',
  'requests/b.json': '{"b": "sent-secret"}',
}

export interface Bench {
  readonly run: () => ReturnType<ReturnType<typeof createMain>>
  readonly ports: Ports
  readonly files: Map<string, string>
  readonly lines: string[]
  readonly waits: readonly number[]
  /** Names of requests, in the order they were sent. */
  readonly asked: string[]
  /** Names of platforms that were loaded. */
  readonly opened: readonly string[]
  /** How often the platform was closed. */
  readonly closed: () => number
}

export function createBench(scene: Scene = {}): Bench {
  const files = new Map(Object.entries({ ...FILES, ...scene.files }))
  const lines: string[] = []
  const asked: string[] = []
  const clock = createFakeClock()
  const ports = createPorts({ files, lines, clock, signal: scene.control?.signal })
  const platform = createPlatform(scene, asked)
  const log = { opened: [] as string[], closed: 0 }
  const close = (): Promise<void> => Promise.resolve(void log.closed++)
  const main = createMain((name) => (inputs) => {
    log.opened.push(name)
    return Promise.resolve(
      inputs['azure-authority'] === 'wrong'
        ? bad({ where: 'input azure-authority', message: 'found "wrong"' })
        : good(() => Promise.resolve({ platform, close })),
    )
  })
  return {
    run: () => main({ ...CONFIG, ...scene.config }, ports),
    ports,
    files,
    lines,
    waits: clock.waits,
    asked,
    opened: log.opened,
    closed: () => log.closed,
  }
}

function createPlatform({ looks = [{}], answer }: Scene, asked: string[]): Platform {
  const memory = new MemoryPlatform({
    slots: {
      blue: { health: 'healthy', revision: null, replicas: 1 },
      green: { health: 'healthy', revision: MARK, replicas: 1 },
    },
    traffic: { blue: 100 },
  })
  let look = 0
  return {
    capabilities: memory.capabilities,
    observe: async (signal) => {
      const observation = await memory.observe(signal)
      const shown = looks[Math.min(look++, looks.length - 1)] ?? null
      const slots = observation.slots.flatMap((slot) =>
        slot.slot !== 'green' ? [slot] : shown === null ? [] : [{ ...slot, ...shown }],
      )
      return { ...observation, slots }
    },
    probe: (_, request, signal) => {
      signal.throwIfAborted()
      asked.push(request.name)
      return Promise.resolve({ ...ANSWER, ...answer?.(request, asked.length) })
    },
    deploy: refuseWrite,
    setWeights: refuseWrite,
    retire: refuseWrite,
  }
}

const refuseWrite = (): Promise<never> => Promise.reject(new Error('a test must not write'))

interface PortParts {
  readonly files: Map<string, string>
  readonly lines: string[]
  readonly clock: Ports['clock']
  readonly signal: AbortSignal | undefined
}

function createPorts({ files, lines, clock, signal }: PortParts): Ports {
  const unused = (): never => {
    throw new Error('not needed by a test')
  }
  const note = (line: string): void => void lines.push(line)
  const below = (folder: string): string[] =>
    [...files.keys()]
      .filter((path) => path.startsWith(`${folder}/`))
      .map((path) => path.slice(folder.length + 1))
  const read = (path: string): string => files.get(path) ?? unused()
  return {
    log: {
      info: note,
      debug: note,
      notice: note,
      warning: note,
      mask: () => undefined,
      hide: String,
    },
    clock,
    http: unused,
    files: {
      readText: (path) => Promise.resolve(read(path)),
      readBytes: (path) => Promise.resolve(new TextEncoder().encode(read(path))),
      writeText: (path, text) => Promise.resolve(void files.set(path, text)),
      kind: (path) =>
        Promise.resolve(files.has(path) ? 'file' : below(path).length > 0 ? 'folder' : 'absent'),
      list: (folder) => Promise.resolve(below(folder).sort()),
    },
    random: () => 1,
    openPool: unused,
    exec: unused,
    sha256,
    sha256Bytes: sha256,
    env: {},
    run: {
      repository: '',
      sha: '',
      ref: '',
      eventName: '',
      runId: '',
      runAttempt: '',
      job: '',
      workspace: '',
      documents: '/temp/sluice',
      serverUrl: '',
      apiUrl: '',
      runUrl: '',
    },
    idToken: unused,
    github: unused,
    saveState: unused,
    signal: signal ?? new AbortController().signal,
  }
}
