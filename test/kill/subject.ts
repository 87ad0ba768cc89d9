// What the kill test moves: a rollout of revision 2 into slot green, with the documents that allow it.
import { createHash } from 'node:crypto'
import { digestOf, renderDocument } from '@sluice/documents'
import { makeEvidence, type EvidenceParts } from '@sluice/evidence'
import { renderRevisionMark, TARGET_SCHEMA, type Target } from '@sluice/rollout'

export const PLACE = {
  subscription: '11111111-2222-3333-4444-555555555555',
  resourceGroup: 'taxi-rg',
  workspace: 'taxi-ws',
} as const
export const ENDPOINT = 'taxi-fare'
/** Weights of green, and how long each is watched. */
export const STEPS = [50, 100] as const
export const BAKE_SECONDS = 60

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

const contentsOf = (version: number) => ({
  model: `taxi-model:${version}`,
  environment: 'taxi-env:1',
  code: sha256('score.py'),
})

const digestOfVersion = (version: number): string => digestOf(contentsOf(version), sha256)

/** As the slot bears it. */
export const markOf = (version: number): string =>
  renderRevisionMark({
    revisionDigest: digestOfVersion(version),
    configDigest: sha256('one instance'),
  })

const target: Target = {
  schema: TARGET_SCHEMA,
  platform: 'azureml',
  place: PLACE,
  endpoint: ENDPOINT,
  name: 'taxi-fare',
  slot: 'green',
  revision: markOf(2),
  revisionDigest: digestOfVersion(2),
  contents: contentsOf(2),
}

/** Ten answers, all as expected. */
function passingParts(): EvidenceParts {
  const request = {
    name: 'requests/trip.json',
    body: '{"data": []}',
    contentType: 'application/json',
  }
  const answer = { status: 200, body: '[12.5]', answeredBy: 'green', latencyMs: 8, detail: '' }
  return {
    target,
    samples: Array.from({ length: 10 }, () => ({ request, answer })),
    policy: {
      expectations: [],
      gate: {
        minimumSamples: 10,
        maximumFailureShare: 0,
        maximumUnansweredShare: 0.5,
        maximumP95Ms: null,
      },
    },
    policyDigest: null,
  }
}

/** Path to text: the files that the workflow hands to traffic-swap. */
export function documents(): Readonly<Record<string, string>> {
  const evidence = makeEvidence(passingParts(), sha256)
  if (evidence.verdict !== 'pass') throw new Error(evidence.reasons.join('; '))
  return { 'target.json': renderDocument(target), 'evidence.json': renderDocument(evidence) }
}
