// A folder that is made once, by one process, and is there whole or not at all.
import { randomBytes } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const BEAT_MS = 2_000
/** A builder whose lock is older has stopped, or its machine has. */
const STALE_MS = 30_000
const LOOK_MS = 200

/**
 * Resolves when `folder` is there. `fill` writes into another folder that is renamed at its end.
 * Others wait meanwhile; the lock of a builder that died is taken over.
 */
export async function fillOnce(
  folder: string,
  fill: (part: string) => Promise<void>,
): Promise<void> {
  mkdirSync(dirname(folder), { recursive: true })
  const lock = `${folder}.lock`
  while (!existsSync(folder)) {
    if (!takeLock(lock)) {
      await sleep(LOOK_MS)
      continue
    }
    const beat = setInterval(() => touch(lock), BEAT_MS)
    try {
      if (!existsSync(folder)) await fillAndMove(folder, fill)
    } finally {
      clearInterval(beat)
      rmSync(lock, { force: true })
    }
  }
}

async function fillAndMove(folder: string, fill: (part: string) => Promise<void>): Promise<void> {
  removeDeadParts(folder)
  const part = `${folder}.part-${process.pid}-${randomBytes(4).toString('hex')}`
  mkdirSync(part)
  try {
    await fill(part)
    renameSync(part, folder)
  } finally {
    rmSync(part, { recursive: true, force: true })
  }
}

/**
 * Two processes that take over the same dead lock at the same instant may both build: that costs
 * time and harms nothing, for a rename puts the one or the other in place as a whole.
 */
function takeLock(lock: string): boolean {
  if (existsSync(lock) && isDead(lock)) rmSync(lock, { force: true })
  try {
    writeFileSync(lock, `${process.pid} ${hostname()}`, { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

function isDead(lock: string): boolean {
  try {
    const [pid = '', host] = readFileSync(lock, 'utf8').split(' ')
    if (host === hostname() && !isAlive(Number(pid))) return true
    return Date.now() - statSync(lock).mtimeMs > STALE_MS
  } catch {
    // It went away while we looked.
    return false
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // Another user's process is alive too.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function touch(lock: string): void {
  const now = new Date()
  try {
    utimesSync(lock, now, now)
  } catch {
    // Somebody took it for dead: then two build, which harms nothing.
  }
}

/** What builders that were killed left behind. */
function removeDeadParts(folder: string): void {
  const prefix = `${basename(folder)}.part-`
  for (const name of readdirSync(dirname(folder))) {
    const [pid = ''] = name.startsWith(prefix) ? name.slice(prefix.length).split('-') : []
    if (pid !== '' && !isAlive(Number(pid)))
      rmSync(join(dirname(folder), name), { recursive: true, force: true })
  }
}
