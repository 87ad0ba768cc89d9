// Building a part into the cache: with which Go, how long it took, and who is told.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { findProgram } from '../guard.ts'
import { fillOnce } from './cache-entry.ts'
import { runProgram } from './program.ts'
import { GO, type Machine } from './versions.ts'

/** Gets what takes minutes, and what was passed over. */
export type Say = (line: string) => void

export const toStandardError: Say = (line) => void process.stderr.write(`${line}\n`)

export const thisMachine = (env: Machine['env']): Machine => ({
  env,
  home: homedir(),
  platform: `${process.platform}-${process.arch}`,
})

/** Nothing of the machine's own settings leads a build astray, and no C compiler is needed. */
export const GO_ENV = { GOFLAGS: '-mod=mod', GOWORK: 'off', CGO_ENABLED: '0' }

/** In the cache, beside what was built. */
const BUILD_SECONDS = 'build-seconds'

/** `folder` as fillOnce makes it, and how many seconds that took. */
export async function buildOnce(
  folder: string,
  build: (part: string) => Promise<void>,
): Promise<number> {
  const began = performance.now()
  const seconds = (): number => Math.round((performance.now() - began) / 1000)
  await fillOnce(folder, async (part) => {
    await build(part)
    writeFileSync(join(part, BUILD_SECONDS), `${seconds()}\n`)
  })
  return seconds()
}

export function describeBuild(folder: string): string {
  const file = join(folder, BUILD_SECONDS)
  return existsSync(file)
    ? `from the cache, built once in ${readFileSync(file, 'utf8').trim()} s`
    : 'from the cache'
}

export async function findGo({
  env,
  home,
}: Machine): Promise<{ readonly file: string } | { readonly absent: string }> {
  const file = findProgram('go', env['PATH'])
  if (file === null) return { absent: 'go is not in PATH' }
  const told = await runProgram(file, { args: ['version'], cwd: home })
  return isGoNewEnough(told, GO) ? { file } : { absent: `${file} is ${told.trim()}` }
}

/** `go version go1.26.8 linux/amd64` -> is it new enough? */
export function isGoNewEnough(told: string, wanted: { major: number; minor: number }): boolean {
  const [, major = '0', minor = '0'] = /\bgo(\d+)\.(\d+)/.exec(told) ?? []
  const [foundMajor, foundMinor] = [Number(major), Number(minor)]
  return foundMajor > wanted.major || (foundMajor === wanted.major && foundMinor >= wanted.minor)
}
