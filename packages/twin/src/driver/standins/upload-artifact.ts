// Stand-in for actions/upload-artifact.
import { glob, lstat } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import type { ArtifactFile } from './artifact-store.ts'
import { artifactScope } from './artifact-scope.ts'
import { flagOf, inputsNamed, refuseInputs, valueOf } from './input-rule.ts'
import type { StandIn, StandInCall } from './stand-in.ts'

export const uploadArtifact: StandIn = {
  inputs: inputsNamed(
    'name',
    'path',
    'if-no-files-found',
    'retention-days',
    'compression-level',
    'overwrite',
    'include-hidden-files',
    'archive',
  ),
  postIf: null,
  run: upload,
}

async function upload(call: StandInCall): Promise<'success' | 'failure'> {
  const { inputs, step, host } = call
  refuseInputs('actions/upload-artifact', inputs, { archive: ['true'] })
  const name = valueOf(inputs, 'name') || 'artifact'
  const paths = valueOf(inputs, 'path')
  if (paths === '') throw new Error('Input required and not supplied: path')
  const bad = /["<>:|*?\r\n\\/]/.exec(name)?.[0]
  if (bad !== undefined) {
    throw new Error(
      `The artifact name is not valid: ${name}. Contains the following character: ${JSON.stringify(bad)}`,
    )
  }
  const search = {
    workspace: step.job.facts.folders.workspace,
    hidden: flagOf(inputs, 'include-hidden-files', false),
  }
  const files = await findFiles(paths, search)
  if (files.length === 0) return nothingFound(call, paths)
  const refusal = host.request.refuseUpload?.(name) ?? null
  if (refusal !== null) throw new Error(refusal)
  const scope = artifactScope(host.request)
  const overwrite = flagOf(inputs, 'overwrite', false)
  const artifact = await host.request.services.artifacts.upload(scope, { name, files, overwrite })
  const { machine, run, services } = host.request
  const url = `${machine.urls.server}/${services.github.slug}/actions/runs/${run.id}/artifacts/${artifact.id}`
  step.channel.line(
    `Artifact ${name} has been successfully uploaded! ${files.length} file(s), ID ${artifact.id}`,
  )
  step.outputs.push(
    { name: 'artifact-id', value: String(artifact.id) },
    { name: 'artifact-url', value: url },
  )
  return 'success'
}

function nothingFound(call: StandInCall, paths: string): 'success' | 'failure' {
  const message = `No files were found with the provided path: ${paths}. No artifacts will be uploaded.`
  const rule = valueOf(call.inputs, 'if-no-files-found') || 'warn'
  if (rule === 'error') throw new Error(message)
  if (rule === 'warn') call.step.channel.annotate('warning', message)
  else if (rule === 'ignore') call.step.channel.line(message)
  else throw new Error(`Unrecognized if-no-files-found input: ${rule}`)
  return 'success'
}

interface Search {
  readonly workspace: string
  readonly hidden: boolean
}

/** One path a line, `!` takes out. Paths in the artifact are relative to what all searches share. */
async function findFiles(paths: string, search: Search): Promise<readonly ArtifactFile[]> {
  const lines = paths
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  const wanted = lines.filter((line) => !line.startsWith('!'))
  const found = new Map<string, true>()
  for (const line of wanted)
    for (const file of await expand(resolve(search.workspace, line))) found.set(file, true)
  for (const line of lines.filter((other) => other.startsWith('!'))) {
    for (const file of await expand(resolve(search.workspace, line.slice(1)))) found.delete(file)
  }
  const files = [...found.keys()].filter(
    (file) => search.hidden || !isHidden(relative(search.workspace, file)),
  )
  if (files.length === 0) return []
  const roots = wanted.map((line) => fixedPart(resolve(search.workspace, line)))
  const only = files[0]
  const root = roots.length === 1 && roots[0] === only ? dirname(only ?? '') : sharedFolder(roots)
  return files.map((from) => ({ from, path: relative(root, from) }))
}

// A folder stands for everything below it.
async function expand(pattern: string): Promise<readonly string[]> {
  const files: string[] = []
  for await (const match of glob(pattern)) {
    const facts = await lstat(match)
    if (facts.isDirectory())
      files.push(...(await expand(join(match, '*'))), ...(await expand(join(match, '.*'))))
    else files.push(match)
  }
  return files
}

function fixedPart(path: string): string {
  const parts = path.split(sep)
  const wild = parts.findIndex((part) => /[*?[]/.test(part))
  return wild < 0 ? path : parts.slice(0, wild).join(sep)
}

function sharedFolder(paths: readonly string[]): string {
  const [first = [], ...others] = paths.map((path) => path.split(sep))
  const shared = first.findIndex((part, at) => others.some((other) => other[at] !== part))
  return (shared < 0 ? first : first.slice(0, shared)).join(sep) || sep
}

const isHidden = (path: string): boolean =>
  path.split(sep).some((part) => part.startsWith('.') && part !== '..')
