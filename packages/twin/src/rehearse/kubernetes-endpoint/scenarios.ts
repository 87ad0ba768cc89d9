// The scenarios of an endpoint on Kubernetes. What must come of each stands in docs/rehearsal.md.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { putTag } from '../cluster/description.ts'
import { mergePromotion } from '../promotion.ts'
import type { Scenario } from '../scenario.ts'
import { PERSON } from '../site.ts'
import { IDLE_SLOT } from './live-before.ts'
import type { EndpointStage, EndpointStageOptions } from './stage.ts'

export interface EndpointScenario extends Scenario<EndpointStage> {
  readonly setting: Pick<EndpointStageOptions, 'backEnd' | 'steps'>
}

const CANARY_STEPS = '10,50,100'

export const endpointScenarios: readonly EndpointScenario[] = [
  {
    name: 'kubernetes-blue-green',
    about:
      'a new version takes the place of the live one in staging, then in production, all at once',
    review: 'ask',
    setting: { backEnd: 'service', steps: '100' },
    play: async (stage) => {
      await promote(stage, stage.options.description.tags.good)
      return refusedRights(stage)
    },
  },
  {
    name: 'kubernetes-canary',
    about: 'the same through a gateway: 10, 50, 100 percent of the requests',
    review: 'ask',
    setting: { backEnd: 'http-route', steps: CANARY_STEPS },
    play: async (stage) => {
      await promote(stage, stage.options.description.tags.good)
      return [...refusedRights(stage), ...checkSteps(stage)]
    },
  },
  {
    name: 'kubernetes-switch-back',
    about: 'the new version fails at the public address, and the traffic goes back by itself',
    review: 'ask',
    setting: { backEnd: 'service', steps: '100' },
    play: async (stage) => {
      await promote(stage, stage.options.description.tags.failing)
      return [...refusedRights(stage), ...(await checkReturn(stage))]
    },
  },
]

/** A commit on `integration` that changes the image, and the merge of what staging proposes then. */
async function promote(stage: EndpointStage, tag: string): Promise<void> {
  const { manifest, image } = stage.options.description
  const text = await readFile(join(stage.options.repository, manifest), 'utf8')
  stage.narrate(`push to integration: ${PERSON} sets ${image}:${tag} in ${manifest}`)
  await stage.person.push({
    branch: 'integration',
    message: `${image}:${tag}`,
    files: { [manifest]: putTag(text, image, tag) },
  })
  await stage.settle()
  await mergePromotion(stage)
}

/** The accounts have what their jobs need: nothing was refused to them. */
const refusedRights = ({ api }: EndpointStage): readonly string[] => [
  ...new Set(
    api.calls
      .filter(({ status }) => status === 403)
      .map(({ method, path }) => `the account of a job may not ${method} ${path}`),
  ),
]

/** The route of production had these weights of the new version, and no others. */
function checkSteps({ routes, options }: EndpointStage): readonly string[] {
  const { production, endpoint } = options.description
  const weights = routes
    .historyOf(production.namespace, endpoint)
    .map(
      (backends) =>
        backends.find(({ service }) => service === `${endpoint}-${IDLE_SLOT}`)?.weight ?? 0,
    )
  const found = weights.filter((weight, i) => weight !== weights[i - 1]).join(',')
  const wanted = `0,${CANARY_STEPS}`
  return found === wanted ? [] : [`weights of production: found ${found}; wanted ${wanted}`]
}

/** Users met the fault, and meet it no more. */
async function checkReturn({ publicAddress, options }: EndpointStage): Promise<readonly string[]> {
  const bad = publicAddress.statuses.filter((status) => status >= 500).length
  const { path, tags } = options.description
  const { status } = await fetch(`${publicAddress.origin}${path}`, { method: 'POST', body: '{}' })
  return [
    ...(bad > 0 ? [] : [`nobody asked version ${tags.failing} at the public address`]),
    ...(status === 200 ? [] : [`the public address answers ${status} after the return`]),
  ]
}
