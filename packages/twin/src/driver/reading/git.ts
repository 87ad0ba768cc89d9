// Reading a real repository without a work tree.
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const execute = promisify(execFile)

export interface GitCall {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
}

/** Stdout; throws Error with git's stderr. */
export async function git(args: readonly string[], call: GitCall = {}): Promise<string> {
  try {
    const { stdout } = await execute('git', [...args], {
      ...(call.cwd !== undefined && { cwd: call.cwd }),
      env: {
        PATH: process.env['PATH'] ?? '',
        LC_ALL: 'C',
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_CONFIG_GLOBAL: '/dev/null',
        ...call.env,
      },
      maxBuffer: 64 * 1024 * 1024,
    })
    return stdout
  } catch (error) {
    const { stderr } = error as { stderr?: string }
    throw new Error(`git ${args[0]}: ${stderr?.trim() || String(error)}`, { cause: error })
  }
}

/** The text of a file at a commit, or null when the commit has no such file. */
export async function readAt(
  gitDirectory: string,
  sha: string,
  path: string,
): Promise<string | null> {
  const listed = await git(['--git-dir', gitDirectory, 'ls-tree', '--name-only', sha, '--', path])
  if (listed.trim() === '') return null
  return git(['--git-dir', gitDirectory, 'show', `${sha}:${path}`])
}

/** Paths of all files below a folder at a commit. */
export async function listAt(
  gitDirectory: string,
  sha: string,
  folder: string,
): Promise<readonly string[]> {
  const listed = await git([
    '--git-dir',
    gitDirectory,
    'ls-tree',
    '-r',
    '-z',
    '--name-only',
    sha,
    '--',
    folder,
  ])
  return listed.split('\0').filter((path) => path !== '')
}

/** Writes the files of a commit into a folder, without git metadata. */
export async function exportAt(gitDirectory: string, sha: string, folder: string): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'driver-index-'))
  const env = { GIT_INDEX_FILE: join(scratch, 'index') }
  try {
    await mkdir(folder, { recursive: true })
    await git(['--git-dir', gitDirectory, 'read-tree', sha], { env })
    await git(['--git-dir', gitDirectory, '--work-tree', folder, 'checkout-index', '--all'], {
      env,
      cwd: folder,
    })
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}
