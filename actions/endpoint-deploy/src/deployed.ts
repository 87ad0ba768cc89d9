// What a deploy hands on: the target document, outputs and summary.
import { writeDocument, type Ports, type Report } from '@sluice/action'
import { canonicalJson } from '@sluice/documents'
import { TARGET_SCHEMA, type Observation, type RevisionMark, type Target } from '@sluice/rollout'
import type { Config } from './config.ts'
import { activeSlot } from './decide.ts'
import { renderFacts, renderSlots, renderTraffic, renderWrites, type Looks } from './report.ts'
import type { Pinned, Site } from './site.ts'

export interface Deployed {
  readonly config: Config
  readonly ports: Ports
  readonly subject: Site<unknown>['subject']
  readonly pinned: Omit<Pinned<unknown>, 'workload'>
  readonly mark: RevisionMark
  readonly slot: string
}

export function dryRunReport(
  deployed: Deployed,
  { before, writes }: { readonly before: Observation; readonly writes: readonly string[] },
): Report {
  return {
    ending: 'dry run',
    subject: deployed.subject.endpoint,
    outputs: outputsOf(deployed, { look: before, changed: false }),
    summary: [facts(deployed), renderSlots({ before, after: before }), renderWrites(writes)].join(
      '\n',
    ),
  }
}

export async function doneReport(
  deployed: Deployed,
  end: { readonly looks: Looks; readonly changed: boolean },
): Promise<Report> {
  const { subject, pinned, mark, slot, ports } = deployed
  const target: Target = {
    schema: TARGET_SCHEMA,
    ...subject,
    slot,
    revision: mark,
    revisionDigest: pinned.revision.revisionDigest,
    contents: pinned.contents,
  }
  const { path } = await writeDocument({ name: 'target', document: target }, ports)
  return {
    ending: end.changed ? 'deployed' : 'unchanged',
    subject: subject.endpoint,
    outputs: {
      ...outputsOf(deployed, { look: end.looks.after, changed: end.changed }),
      target: canonicalJson(target),
      'target-file': path,
    },
    summary: [facts(deployed), renderSlots(end.looks)].join('\n'),
  }
}

function outputsOf(
  { config, subject, pinned, mark, slot }: Deployed,
  { look, changed }: { readonly look: Observation; readonly changed: boolean },
): Report['outputs'] {
  const active = activeSlot(look, config.slots)
  return {
    slot,
    revision: mark,
    'revision-digest': pinned.revision.revisionDigest,
    traffic: renderTraffic(look),
    endpoint: subject.endpoint,
    changed: String(changed),
    ...(active !== null && { 'active-slot': active }),
    ...(pinned.label !== null && { [pinned.label.word]: pinned.label.text }),
  }
}

function facts({ config, subject, pinned, mark, slot }: Deployed): string {
  const { environment, commit, allowRejected } = config
  return renderFacts({
    mark,
    revisionDigest: pinned.revision.revisionDigest,
    label: pinned.label,
    slot,
    endpoint: subject.endpoint,
    environment,
    commit,
    allowRejected,
  })
}
