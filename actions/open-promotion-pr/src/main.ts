import {
  bullets,
  code,
  link,
  readDocument,
  table,
  type Action,
  type Cell,
  type Ports,
  type Report,
} from '@sluice/action'
import type { Evidence } from '@sluice/evidence'
import {
  acceptEvidence,
  lockEntryFor,
  promote,
  repositoryOf,
  type PromotionResult,
} from '@sluice/github'
import type { PromotionConfig } from './config.ts'

export const main: Action<PromotionConfig>['main'] = async (config, ports) => {
  const { document: evidence, digest } = await readDocument<'evidence', Evidence>(
    {
      kind: 'evidence',
      input: 'evidence-file',
      given: config.evidence,
      digest: config.evidenceDigest,
    },
    ports,
  )
  acceptEvidence(evidence, ports.sha256)
  const { base, testedCommit, testedBranch, lockPath, reviewers, labels } = config
  const result = await promote(
    repositoryOf(config.repository, {
      request: ports.github(config.token),
      signal: ports.signal,
    }),
    {
      wish: {
        base,
        testedCommit,
        testedBranch,
        lockPath,
        name: evidence.target.name,
        entry: lockEntryFor(evidence, { evidenceDigest: digest, testedCommit }),
      },
      evidence,
      head: config.head,
      // The run, not the attempt: a re-run with the same evidence leaves the text as it is.
      runUrl: ports.run.runUrl.replace(/\/attempts\/\d+$/, ''),
      title: config.title,
      companions: { reviewers, labels },
      dryRun: config.dryRun,
      sha256: ports.sha256,
    },
  )
  tell(ports.log, config, result)
  return report(config, evidence, result)
}

function tell(log: Ports['log'], { dryRun }: PromotionConfig, result: PromotionResult): void {
  const { operation, headSha, statusAllowed, reason } = result
  for (const note of result.notes) log.info(note)
  for (const warning of result.warnings) log.warning(warning)
  if (operation === 'none' && !dryRun) log.notice(`Nothing to promote: ${reason}`)
  if (headSha === null || reason === '') return
  if (statusAllowed) log.notice(reason)
  else log.warning(reason)
}

function report(config: PromotionConfig, evidence: Evidence, result: PromotionResult): Report {
  const { pull, headSha, writes } = result
  const heading = config.dryRun ? 'It would write' : 'Written'
  const list = writes.length === 0 ? 'Nothing.\n' : bullets(writes)
  return {
    subject: evidence.target.name,
    ending: config.dryRun ? 'dry run' : result.operation,
    outputs: {
      ...(pull === null ? {} : { number: String(pull.number), url: pull.url }),
      ...(headSha === null ? {} : { 'head-sha': headSha }),
      operation: result.operation,
      'status-allowed': String(result.statusAllowed),
      reason: result.reason,
      changed: String(result.changed),
    },
    summary: `${table(['', ''], rowsOf(config, evidence, result))}\n${heading}:\n\n${list}`,
  }
}

const rowsOf = (
  config: PromotionConfig,
  evidence: Evidence,
  { pull, headSha, statusAllowed, reason }: PromotionResult,
): readonly (readonly Cell[])[] => [
  ['Pull request', pull === null ? 'none' : link(`#${pull.number}`, pull.url)],
  ['Base', code(config.base)],
  ['Tested commit', code(config.testedCommit)],
  ['Revision', code(evidence.target.revisionDigest)],
  ['Head', headSha === null ? 'none' : code(headSha)],
  ['Status of the tested commit holds for the head', statusAllowed ? 'yes' : 'no'],
  ...(reason === '' ? [] : [['Reason', reason]]),
]
