// Traefik: a file that is named, the cache, or built into the cache now.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ClusterFailure, PartsMissing } from '../failure.ts'
import {
  buildOnce,
  describeBuild,
  findGo,
  GO_ENV,
  thisMachine,
  toStandardError,
  type Say,
} from './build.ts'
import {
  changeLine,
  CHANGES,
  gatewayKey,
  LEFT_OUT,
  LEGO_MODULE,
  TRAEFIK_MODULE,
  type Change,
} from './gateway-changes.ts'
import { runProgram } from './program.ts'
import { cacheFolder, GO, TRAEFIK, type Machine } from './versions.ts'

export interface FoundGateway {
  /** Path of the program. */
  readonly file: string
  /** For people: a variable, or the build and how long it took. */
  readonly origin: string
}

/**
 * The gateway: from SLUICE_GATEWAY_BIN, the cache, or a build into the cache. Without Go:
 * PartsMissing, which says what to install. `say` gets what takes minutes.
 */
export async function findGateway(
  env: Machine['env'],
  say: Say = toStandardError,
): Promise<FoundGateway> {
  const own = env['SLUICE_GATEWAY_BIN'] ?? ''
  if (own !== '') {
    if (!existsSync(own)) throw new PartsMissing(`SLUICE_GATEWAY_BIN=${own} is not there`)
    return { file: own, origin: 'SLUICE_GATEWAY_BIN' }
  }
  const machine = thisMachine(env)
  const folder = join(cacheFolder(machine), gatewayKey(machine.platform))
  const file = join(folder, 'traefik')
  if (existsSync(folder)) return { file, origin: describeBuild(folder) }
  const go = await findGo(machine)
  if ('absent' in go) throw new PartsMissing(renderNoGateway(go.absent))
  say(`building Traefik ${TRAEFIK} once into ${folder}: some minutes`)
  const seconds = await buildOnce(folder, (part) => buildGateway(go.file, part))
  say(`gateway built in ${seconds} s`)
  return { file, origin: `built now in ${seconds} s` }
}

/** What to do without Go. */
export const renderNoGateway = (found: string): string =>
  [
    `The gateway (Traefik ${TRAEFIK}) is not on this machine,`,
    `and building it needs Go ${GO.major}.${GO.minor} or newer: ${found}.`,
    'Install Go (https://go.dev/dl/) and run again: it is built once, in some minutes.',
    'Or set SLUICE_GATEWAY_BIN to the path of a traefik program.',
  ].join('\n')

/** Into `folder`, which exists. `go`: path of the program. */
async function buildGateway(go: string, folder: string): Promise<void> {
  const sources = join(folder, 'sources')
  const traefik = join(sources, 'traefik')
  const lego = join(sources, 'lego')
  mkdirSync(sources)
  copyModule(
    await findModule(go, { module: `${TRAEFIK_MODULE}@v${TRAEFIK}`, cwd: sources }),
    traefik,
  )
  copyModule(await findModule(go, { module: LEGO_MODULE, cwd: traefik }), lego)
  for (const change of CHANGES) applyChange(change.module === LEGO_MODULE ? lego : traefik, change)
  const run = { cwd: traefik, env: GO_ENV }
  await runProgram(go, { ...run, args: ['mod', 'edit', `-replace=${LEGO_MODULE}=${lego}`] })
  const version = `-X ${TRAEFIK_MODULE}/pkg/version.Version=${TRAEFIK}`
  const flags = ['-trimpath', '-buildvcs=false', `-ldflags=-s -w ${version}`]
  const file = join(folder, 'traefik')
  await runProgram(go, { ...run, args: ['build', ...flags, '-o', file, './cmd/traefik'] })
  rmSync(sources, { recursive: true })
  const told = await runProgram(file, { args: ['version'], cwd: folder })
  if (!told.includes(TRAEFIK))
    throw new ClusterFailure(`the built traefik calls itself ${told.trim()}, not ${TRAEFIK}`)
}

/** `root`: the copy of the module. */
function applyChange(root: string, change: Change): void {
  if (change.kind === 'line') {
    const file = join(root, change.file)
    const changed = changeLine(readFileSync(file, 'utf8'), change)
    if (changed === null)
      throw new ClusterFailure(`${file} has not once the line ${change.line.trim()}`)
    return writeFileSync(file, changed)
  }
  const folder = change.kind === 'instead' ? join(root, change.folder) : root
  if (change.kind === 'instead')
    for (const name of readdirSync(folder)) if (name.endsWith('.go')) rmSync(join(folder, name))
  writeFileSync(join(folder, change.file), change.text)
}

/** Where Go keeps the module's files, which it fetches if need be. */
async function findModule(
  go: string,
  { module, cwd }: { readonly module: string; readonly cwd: string },
): Promise<string> {
  const args = ['mod', 'download', '-json', module]
  const told = JSON.parse(await runProgram(go, { args, cwd, env: GO_ENV })) as { Dir?: string }
  if (told.Dir === undefined) throw new ClusterFailure(`go told no folder of ${module}`)
  return told.Dir
}

/** Go keeps modules read-only: file by file, the copy can be written. Tests are left out. */
function copyModule(from: string, to: string): void {
  for (const entry of readdirSync(from, { withFileTypes: true, recursive: true })) {
    const inside = join(entry.parentPath, entry.name).slice(from.length + 1)
    const [top = ''] = inside.split('/')
    if (!entry.isFile() || LEFT_OUT.includes(top) || inside.endsWith('_test.go')) continue
    const target = join(to, inside)
    mkdirSync(join(target, '..'), { recursive: true })
    writeFileSync(target, readFileSync(join(entry.parentPath, entry.name)))
  }
}
