// The scenarios: what people do, and what the cloud does to them. What must come of each stands in
// docs/rehearsal.md, not here.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { registerVersion } from './cloud.ts'
import { mergePromotion } from '../promotion.ts'
import type { Scenario } from '../scenario.ts'
import { PERSON } from '../site.ts'
import type { AzureStage, AzureStageOptions } from './stage.ts'

export interface AzureScenario extends Scenario<AzureStage> {
  readonly setting?: Pick<AzureStageOptions, 'liveBefore' | 'refuseUpload'>
}

export const scenarios: readonly AzureScenario[] = [
  {
    name: 'happy',
    about: 'the first model goes from a push to production',
    review: 'ask',
    play: async (stage) => {
      await pushChange(stage)
      await mergePromotion(stage)
      return []
    },
  },
  {
    name: 'second-promotion',
    about: 'the next model version takes the other slot, in steps',
    review: 'ask',
    play: async (stage) => {
      await pushChange(stage)
      await mergePromotion(stage)
      await trainVersion(stage, '2')
      await mergePromotion(stage)
      return []
    },
  },
  {
    name: 'bad-model',
    about: 'a model that answers errors with status 200 is stopped in staging',
    review: 'none',
    setting: { liveBefore: true },
    play: async (stage) => {
      await trainVersion(stage, '3')
      return []
    },
  },
  {
    name: 'reject',
    about: 'the reviewer says no, and production stays as it is',
    review: 'reject',
    setting: { liveBefore: true },
    play: async (stage) => {
      await trainVersion(stage, '2')
      await mergePromotion(stage)
      return []
    },
  },
  {
    name: 'rerun',
    about: 'every job of a finished promotion runs again, and nothing changes',
    review: 'ask',
    play: playRerun,
  },
  {
    name: 'later-step-fails',
    about: 'a step after the swap fails, and the old weights come back',
    review: 'none',
    setting: {
      liveBefore: true,
      refuseUpload: () => 'Failed to CreateArtifact: (503) the artifact service is not available',
    },
    play: async (stage) => {
      await trainVersion(stage, '2')
      return []
    },
  },
]

/** A commit on `integration` that touches the model's files. */
async function pushChange(stage: AzureStage): Promise<void> {
  const { touch } = stage.options.description
  const text = await readFile(join(stage.options.repository, touch), 'utf8')
  stage.narrate(`push to integration: ${PERSON} changes ${touch}`)
  await stage.person.push({
    branch: 'integration',
    message: `touch ${touch}`,
    files: { [touch]: `${text.trimEnd()}\n\n` },
  })
  await stage.settle()
}

/** A training pipeline registers a version, and somebody starts staging for it. */
async function trainVersion(stage: AzureStage, version: string): Promise<void> {
  const { staging, production, stagingWorkflow } = stage.options.description
  for (const one of [staging, production]) {
    registerVersion(stage.azure.state, one, { name: staging.model, version })
  }
  stage.narrate(`version ${version} of ${staging.model} registered`)
  stage.narrate(`staging started by hand for version ${version}`)
  await stage.person.dispatch(stagingWorkflow, {
    ref: 'integration',
    inputs: { 'model-version': version },
  })
  await stage.settle()
}

async function playRerun(stage: AzureStage): Promise<readonly string[]> {
  await pushChange(stage)
  await mergePromotion(stage)
  const before = stage.twin.log.last
  const runs = stage.runs.map((result) => result.run)
  for (const run of runs) {
    stage.narrate(`all jobs of run ${run.id} started again by ${PERSON}`)
    await stage.rerun(run)
  }
  const exchanges = stage.twin.log.since(before)
  const writes = exchanges.filter(
    ({ face, method, path }) =>
      (face === 'arm' && (method === 'PUT' || method === 'PATCH' || method === 'DELETE')) ||
      face === 'blob' ||
      (face === 'github' && isWrite(method) && !/\/(statuses\/|pending_deployments)/.test(path)),
  )
  return writes.map(({ face, method, path }) => `a re-run wrote: ${face} ${method} ${path}`)
}

const isWrite = (method: string): boolean => method !== 'GET' && method !== 'HEAD'
