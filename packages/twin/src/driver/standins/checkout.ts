// Stand-in for actions/checkout: a real fetch from the real repository.
import { mkdir } from 'node:fs/promises'
import { relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { git } from '../reading/git.ts'
import { flagOf, inputsNamed, refuseInputs, valueOf } from './input-rule.ts'
import type { StandIn, StandInCall } from './stand-in.ts'

const name = 'actions/checkout'

export const checkout: StandIn = {
  inputs: inputsNamed(
    'repository',
    'ref',
    'token',
    'ssh-key',
    'ssh-known-hosts',
    'ssh-strict',
    'ssh-user',
    'persist-credentials',
    'path',
    'clean',
    'filter',
    'sparse-checkout',
    'sparse-checkout-cone-mode',
    'fetch-depth',
    'fetch-tags',
    'show-progress',
    'lfs',
    'submodules',
    'set-safe-directory',
    'github-server-url',
    'allow-unsafe-pr-checkout',
  ),
  postIf: 'always()',
  run: (call) => (call.stage === 'post' ? forget(call) : fetchAndCheckOut(call)),
}

async function fetchAndCheckOut(call: StandInCall): Promise<'success' | 'failure'> {
  const { inputs, step, host } = call
  const { github } = host.request.services
  refuseInputs(name, inputs, {
    repository: [github.slug],
    'ssh-key': [],
    filter: [],
    'sparse-checkout': [],
    lfs: ['false'],
    submodules: ['false'],
    'github-server-url': [host.request.machine.urls.server],
  })
  const folder = folderOf(call)
  await mkdir(folder, { recursive: true })
  const say = (line: string): void => step.channel.line(line)
  const inFolder = (args: readonly string[]): Promise<string> => git(args, { cwd: folder })
  await inFolder(['init', '--quiet', '--initial-branch=main'])
  await setOrigin(call, inFolder)
  const wanted = await wantedCommit(call)
  const depth = Number(valueOf(inputs, 'fetch-depth') || '1')
  if (!Number.isInteger(depth) || depth < 0)
    throw new Error(`Input 'fetch-depth' must be a whole number`)
  const tags = flagOf(inputs, 'fetch-tags', false) || depth === 0
  const specs =
    depth === 0
      ? ['+refs/heads/*:refs/remotes/origin/*', '+refs/tags/*:refs/tags/*', wanted.sha]
      : [
          wanted.branch === null
            ? wanted.sha
            : `+${wanted.sha}:refs/remotes/origin/${wanted.branch}`,
        ]
  await inFolder([
    'fetch',
    '--quiet',
    '--no-recurse-submodules',
    tags ? '--tags' : '--no-tags',
    ...(depth === 0 ? [] : [`--depth=${depth}`]),
    pathToFileURL(github.gitDirectory).href,
    ...specs,
  ])
  if (wanted.branch === null)
    await inFolder(['checkout', '--quiet', '--force', '--detach', wanted.sha])
  else {
    const remote = `refs/remotes/origin/${wanted.branch}`
    await inFolder(['update-ref', remote, wanted.sha])
    await inFolder(['checkout', '--quiet', '--force', '-B', wanted.branch, remote])
  }
  say(`HEAD is now at ${wanted.sha}`)
  if (flagOf(inputs, 'persist-credentials', true)) await persist(call, inFolder)
  step.outputs.push({ name: 'ref', value: wanted.ref }, { name: 'commit', value: wanted.sha })
  return 'success'
}

type InFolder = (args: readonly string[]) => Promise<string>

const serverOf = (call: StandInCall): string => call.host.request.machine.urls.server

async function setOrigin(call: StandInCall, inFolder: InFolder): Promise<void> {
  const { slug } = call.host.request.services.github
  const remotes = await inFolder(['remote'])
  const verb = remotes.split('\n').includes('origin') ? ['set-url'] : ['add']
  await inFolder(['remote', ...verb, 'origin', `${serverOf(call)}/${slug}`])
}

// Without `ref` it is the run's commit on the run's branch; a name is looked up, a commit is detached.
async function wantedCommit(
  call: StandInCall,
): Promise<{ readonly sha: string; readonly branch: string | null; readonly ref: string }> {
  const { run, services } = call.host.request
  const ref = valueOf(call.inputs, 'ref')
  const branchOf = (full: string): string | null =>
    full.startsWith('refs/heads/') ? full.slice('refs/heads/'.length) : null
  if (ref === '') return { sha: run.sha, branch: branchOf(run.ref), ref: run.ref }
  if (/^[0-9a-f]{40}$/i.test(ref)) return { sha: ref, branch: null, ref }
  for (const full of ref.startsWith('refs/') ? [ref] : [`refs/heads/${ref}`, `refs/tags/${ref}`]) {
    const found = await git([
      '--git-dir',
      services.github.gitDirectory,
      'for-each-ref',
      '--format=%(objectname)',
      full,
    ])
    if (found.trim() !== '') return { sha: found.trim(), branch: branchOf(full), ref }
  }
  throw new Error(`A branch or tag with the name '${ref}' could not be found`)
}

function folderOf(call: StandInCall): string {
  const { workspace } = call.step.job.facts.folders
  const folder = resolve(workspace, valueOf(call.inputs, 'path') || '.')
  if (relative(workspace, folder).startsWith('..')) {
    throw new Error(`Repository path '${folder}' is not under '${workspace}'`)
  }
  return folder
}

const headerKey = (call: StandInCall): string => `http.${serverOf(call)}/.extraheader`

async function persist(call: StandInCall, inFolder: InFolder): Promise<void> {
  const github = call.step.scope.contexts.github as Record<string, string>
  const token = valueOf(call.inputs, 'token') || (github['token'] ?? '')
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64')
  call.step.job.masker.add(basic)
  await inFolder(['config', '--local', headerKey(call), `AUTHORIZATION: basic ${basic}`])
}

/** The post stage: no token stays in the workspace. */
async function forget(call: StandInCall): Promise<'success' | 'failure'> {
  const folder = folderOf(call)
  const configured = await git(['config', '--local', '--name-only', '--list'], { cwd: folder })
  const key = headerKey(call).toLowerCase()
  if (configured.toLowerCase().split('\n').includes(key)) {
    await git(['config', '--local', '--unset-all', headerKey(call)], { cwd: folder })
  }
  return 'success'
}
