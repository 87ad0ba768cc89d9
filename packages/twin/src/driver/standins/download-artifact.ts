// Stand-in for actions/download-artifact, within one run.
import { join, resolve } from 'node:path'
import { matchesPattern } from '../reading/pattern.ts'
import { artifactScope } from './artifact-scope.ts'
import type { Artifact } from './artifact-store.ts'
import { flagOf, inputsNamed, refuseInputs, valueOf } from './input-rule.ts'
import type { StandIn, StandInCall } from './stand-in.ts'

export const downloadArtifact: StandIn = {
  inputs: inputsNamed(
    'name',
    'artifact-ids',
    'path',
    'pattern',
    'merge-multiple',
    'github-token',
    'repository',
    'run-id',
    'skip-decompress',
    'digest-mismatch',
  ),
  postIf: null,
  run: download,
}

async function download(call: StandInCall): Promise<'success' | 'failure'> {
  const { inputs, step, host } = call
  const { run, services } = host.request
  refuseInputs('actions/download-artifact', inputs, {
    'github-token': [],
    repository: [services.github.slug],
    'run-id': [String(run.id)],
    'skip-decompress': ['false'],
  })
  const name = valueOf(inputs, 'name')
  const ids = valueOf(inputs, 'artifact-ids')
  if (name !== '' && ids !== '')
    throw new Error(
      "Inputs 'name' and 'artifact-ids' cannot be used together. Please specify only one.",
    )
  const visible = await services.artifacts.list(artifactScope(host.request))
  const chosen = choose(visible, { name, ids, pattern: valueOf(inputs, 'pattern') })
  const folder = resolve(step.job.facts.folders.workspace, valueOf(inputs, 'path') || '.')
  const flat =
    name !== '' || (ids !== '' && chosen.length === 1) || flagOf(inputs, 'merge-multiple', false)
  for (const artifact of chosen) {
    await services.artifacts.download(artifact, flat ? folder : join(folder, artifact.name))
    step.channel.line(`Artifact ${artifact.name} (ID ${artifact.id}) downloaded`)
  }
  step.outputs.push({ name: 'download-path', value: folder })
  return 'success'
}

function choose(
  visible: readonly Artifact[],
  wanted: { readonly name: string; readonly ids: string; readonly pattern: string },
): readonly Artifact[] {
  if (wanted.name !== '') {
    // Two attempts may have left one of the same name. GitHub does not promise which one comes: here
    // it is the older one, so that a workflow which relies on the newer one fails at home.
    const found = visible.find((artifact) => artifact.name === wanted.name)
    if (found === undefined)
      throw new Error(`Unable to download artifact(s): Artifact not found for name: ${wanted.name}`)
    return [found]
  }
  if (wanted.ids !== '') {
    return wanted.ids.split(',').map((id) => {
      const found = visible.find((artifact) => String(artifact.id) === id.trim())
      if (found === undefined)
        throw new Error(`Unable to download artifact(s): no artifact has the ID ${id.trim()}`)
      return found
    })
  }
  return visible.filter(
    (artifact) => wanted.pattern === '' || matchesPattern(wanted.pattern, artifact.name),
  )
}
