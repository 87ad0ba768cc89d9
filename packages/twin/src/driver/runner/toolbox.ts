// The PATH of steps: a folder with links to node, git, the shells and the core utilities. Nothing
// else of the host is found by name, so a rehearsal does not depend on what is installed.
import { existsSync } from 'node:fs'
import { mkdir, symlink } from 'node:fs/promises'
import { delimiter, join } from 'node:path'

const tools = [
  'git',
  'bash',
  'sh',
  'env',
  'base64',
  'basename',
  'cat',
  'chmod',
  'comm',
  'cp',
  'cut',
  'date',
  'dirname',
  'echo',
  'expr',
  'false',
  'head',
  'id',
  'join',
  'ln',
  'ls',
  'md5sum',
  'mkdir',
  'mktemp',
  'mv',
  'nl',
  'od',
  'paste',
  'printenv',
  'printf',
  'pwd',
  'readlink',
  'realpath',
  'rm',
  'rmdir',
  'seq',
  'sha1sum',
  'sha256sum',
  'sleep',
  'sort',
  'split',
  'stat',
  'tail',
  'tee',
  'test',
  'touch',
  'tr',
  'true',
  'truncate',
  'uname',
  'uniq',
  'wc',
  'whoami',
]

// Two runs may start together on one machine: the second waits for the folder to be whole.
const made = new Map<string, Promise<string>>()

/** The folder; made on the first call. A tool that the host lacks is left out. */
export function makeToolbox(folder: string): Promise<string> {
  const bin = join(folder, 'bin')
  const making = made.get(bin) ?? fill(bin)
  made.set(bin, making)
  return making
}

async function fill(bin: string): Promise<string> {
  if (existsSync(bin)) return bin
  await mkdir(bin, { recursive: true })
  await symlink(process.execPath, join(bin, 'node'))
  for (const tool of tools) {
    const found = locate(tool)
    if (found !== null) await symlink(found, join(bin, tool))
  }
  return bin
}

function locate(tool: string): string | null {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/bin', '/bin']
  return (
    folders
      .filter((folder) => folder.startsWith('/'))
      .map((folder) => join(folder, tool))
      .find((path) => existsSync(path)) ?? null
  )
}
