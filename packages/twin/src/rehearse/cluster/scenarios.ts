// The scenarios on Kubernetes. What must come of each stands in docs/rehearsal.md, not here.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunResult } from '../../driver/result.ts'
import type { Scenario } from '../scenario.ts'
import { PERSON } from '../site.ts'
import { isWrite } from './api-recorder.ts'
import { putTag } from './description.ts'
import { imagesOf } from './kube-object.ts'
import { observeObjects } from './outcome.ts'
import type { ClusterStage } from './stage.ts'

export const clusterScenarios: readonly Scenario<ClusterStage>[] = [
  {
    name: 'kubernetes-apply',
    about:
      'manifests are applied to a real control plane; a missing image is taken back; a re-run writes nothing',
    review: 'none',
    play: playApply,
  },
]

async function playApply(stage: ClusterStage): Promise<readonly string[]> {
  const { good, missing } = stage.options.description.tags
  const first = await pushTag(stage, good)
  const before = await liveImages(stage)
  stage.narrate(`no registry has version ${missing}`)
  await pushTag(stage, missing)
  const after = await liveImages(stage)
  return [
    ...(before === after ? [] : [`images before the bad version: ${before}; after it: ${after}`]),
    ...(first === null ? ['a push to main started no workflow'] : await rerunQuietly(stage, first)),
  ]
}

/** A commit on `main` that changes the image's tag. The last run that it started; null when none did. */
async function pushTag(stage: ClusterStage, tag: string): Promise<RunResult | null> {
  const { manifest, image } = stage.options.description
  const text = await readFile(join(stage.options.repository, manifest), 'utf8')
  const ran = stage.runs.length
  stage.narrate(`push to main: ${PERSON} sets ${image}:${tag} in ${manifest}`)
  await stage.person.push({
    branch: 'main',
    message: `${image}:${tag}`,
    files: { [manifest]: putTag(text, image, tag) },
  })
  await stage.settle()
  return stage.runs.slice(ran).at(-1) ?? null
}

async function liveImages(stage: ClusterStage): Promise<string> {
  const images = (await observeObjects(stage)).flatMap(imagesOf)
  return images.join(', ') || 'none'
}

async function rerunQuietly(stage: ClusterStage, green: RunResult): Promise<readonly string[]> {
  const calls = stage.api.calls.length
  stage.narrate(`all jobs of run ${green.run.id} started again by ${PERSON}`)
  await stage.rerun(green.run)
  return stage.api.calls
    .slice(calls)
    .filter(isWrite)
    .map(({ method, path }) => `a re-run wrote: ${method} ${path}`)
}
