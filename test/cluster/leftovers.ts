// What is left of a cluster when it should be gone.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import type { Host } from './host-process.ts'

/** Processes that name the folder or are known to belong to it; and the folder itself. '': nothing. */
export function leftovers({ facts }: Host): string {
  const processes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => facts.pids.includes(Number(pid)) || commandOf(pid).includes(facts.folder))
    .filter((pid) => !isDefunct(pid))
  return [...processes, ...(existsSync(facts.folder) ? [facts.folder] : [])].join(' ')
}

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
const commandOf = (pid: string): string => read(`/proc/${pid}/cmdline`)
/** Dead, and waiting for its parent to look. */
const isDefunct = (pid: string): boolean => /^State:\s+Z/m.test(read(`/proc/${pid}/status`))
