// Orders for promotions of evidence that passed, and the refusals that they end in.
import { lockEntryFor, type PromotionOrder } from '@sluice/github'
import { SluiceError } from '@sluice/rollout'
import {
  digestOfEvidence,
  passingEvidence,
  sha256,
  type EvidenceWish,
} from '../../../test/doubles/promoted-evidence.ts'

export const LOCK = 'revision.lock.json'

export interface Wish extends EvidenceWish {
  readonly testedCommit: string
  readonly dryRun?: boolean
  readonly reviewers?: readonly string[]
  readonly labels?: readonly string[]
  readonly base?: string
  readonly testedBranch?: string
}

export function orderFor(wish: Wish): PromotionOrder {
  const { testedCommit, dryRun = false, reviewers = [], labels = [], base = 'main' } = wish
  const evidence = passingEvidence(wish)
  return {
    wish: {
      base,
      testedCommit,
      testedBranch: wish.testedBranch ?? null,
      lockPath: LOCK,
      name: evidence.target.name,
      entry: lockEntryFor(evidence, { evidenceDigest: digestOfEvidence(evidence), testedCommit }),
    },
    evidence,
    head: 'integration',
    runUrl: 'https://github.com/ada/taxi/actions/runs/7',
    title: null,
    companions: { reviewers, labels },
    dryRun,
    sha256,
  }
}

/** The error that a promise ends in; anything else fails the test. */
export const refusalIn = async (promise: Promise<unknown>): Promise<SluiceError> => {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (!(error instanceof SluiceError)) throw new Error(`wanted a refusal, found ${String(error)}`)
  return error
}
