// The templates that a workload had: ReplicaSets of a Deployment or Rollout, ControllerRevisions of
// the others.
import { canonicalJson } from '@sluice/documents'
import type { Answer, ApiServer } from '../connection/api-server.ts'
import { fieldAt, isRecord, withoutNulls } from '../record.ts'
import type { KubeObject } from '../object.ts'
import { workloadKindOf, type Target } from './workload.ts'

export const CHANGE_CAUSE = 'kubernetes.io/change-cause'

export type Template = Readonly<Record<string, unknown>>

export interface Revision {
  readonly number: number
  /** Of the ReplicaSet or ControllerRevision; stays the same when its number moves on. */
  readonly name: string
  /** As it would stand in the workload. */
  readonly template: Template
  /** '' when nobody gave one. */
  readonly changeCause: string
  readonly images: readonly string[]
  /** RFC 3339 */
  readonly created: string
  /** Is this the template that the workload has now? */
  readonly current: boolean
}

/** Oldest number first. A refusal when they may not be listed. */
export async function observeRevisions(
  api: ApiServer,
  { id, object }: Target,
): Promise<Answer<readonly Revision[]>> {
  const kind = workloadKindOf(id)
  const resource = kind === null ? null : (await api.resources()).preferred('apps', kind.history)
  if (kind === null || resource === null) return { ok: true, value: [] }
  const labelSelector = renderSelector(fieldAt(object, ['spec', 'selector']))
  const listed = await api.list(resource, { namespace: id.namespace, labelSelector })
  if (!listed.ok) return listed
  const now = fieldAt(object, ['spec', 'template'])
  const revisions = listed.value.items
    .filter(({ metadata }) =>
      metadata.ownerReferences?.some(
        ({ uid, controller }) => uid === object.metadata.uid && controller === true,
      ),
    )
    .flatMap((item) => parseRevision(item, kind))
    .sort((a, b) => a.number - b.number)
  // Of two with the same template the newest is the one in use.
  const current = revisions.findLast(({ template }) => sameTemplate(template, now))
  return { ok: true, value: revisions.map((one) => ({ ...one, current: one === current })) }
}

type Kind = NonNullable<ReturnType<typeof workloadKindOf>>

function parseRevision(item: KubeObject, kind: Kind): readonly Revision[] {
  const annotations = item.metadata.annotations ?? {}
  const recorded = kind.history === 'ReplicaSet'
  const number = recorded ? Number(annotations[kind.revisionAnnotation]) : Number(item['revision'])
  const path = recorded ? ['spec', 'template'] : ['data', 'spec', 'template']
  const found = fieldAt(item, path)
  if (!Number.isInteger(number) || !isRecord(found)) return []
  const template = withoutAdded(found, kind.hashLabel)
  return [
    {
      number,
      name: item.metadata.name ?? '',
      template,
      changeCause: annotations[CHANGE_CAUSE] ?? '',
      images: imagesOf(template),
      created: item.metadata.creationTimestamp ?? '',
      current: false,
    },
  ]
}

/** Without what controllers put in: the hash label, and the `$patch` of a ControllerRevision. */
function withoutAdded(recorded: Template, hashLabel: string): Template {
  const { $patch: _, metadata, ...rest } = recorded
  if (!isRecord(metadata)) return metadata === undefined ? rest : { metadata, ...rest }
  const { labels, ...others } = metadata
  if (!isRecord(labels)) return { metadata, ...rest }
  const { [hashLabel]: __, ...own } = labels
  return { metadata: { ...others, labels: own }, ...rest }
}

const imagesOf = (template: Template): readonly string[] =>
  ['initContainers', 'containers']
    .flatMap((list) => {
      const found = fieldAt(template, ['spec', list])
      return Array.isArray(found) ? found.filter(isRecord) : []
    })
    .flatMap(({ image }) => (typeof image === 'string' ? image : []))

/** Recorded templates carry nulls that live ones lack. */
export const sameTemplate = (a: unknown, b: unknown): boolean =>
  canonicalJson(withoutNulls(a) ?? null) === canonicalJson(withoutNulls(b) ?? null)

const OPERATORS: Readonly<Record<string, (key: string, values: string) => string>> = {
  In: (key, values) => `${key} in (${values})`,
  NotIn: (key, values) => `${key} notin (${values})`,
  Exists: (key) => key,
  DoesNotExist: (key) => `!${key}`,
}

/** `{matchLabels, matchExpressions}` as the query of a list. */
export function renderSelector(selector: unknown): string {
  const labels = fieldAt(selector, ['matchLabels'])
  const expressions = fieldAt(selector, ['matchExpressions'])
  const plain = Object.entries(isRecord(labels) ? labels : {}).map(
    ([key, value]) => `${key}=${String(value)}`,
  )
  const others = (Array.isArray(expressions) ? expressions.filter(isRecord) : []).flatMap(
    ({ key, operator, values }) => {
      const list = Array.isArray(values) ? values.join(',') : ''
      return OPERATORS[String(operator)]?.(String(key), list) ?? []
    },
  )
  return [...plain, ...others].join(',')
}
