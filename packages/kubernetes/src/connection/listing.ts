// All pages of a list.
import { renderApiVersion, type KubeObject } from '../object.ts'
import { isRecord, textOf } from '../record.ts'
import { describeMany, given, readAnswer, refused } from './answers.ts'
import type { Answer, ObjectList, Resource, Selection } from './api-server.ts'
import { collectionPath, withQuery } from './paths.ts'
import type { Session } from './session.ts'

const PAGE = 500

/** One page after the other; when the server forgot where a list was, all of it at once. */
export async function listObjects(
  session: Session,
  resource: Resource,
  selection: Selection,
): Promise<Answer<ObjectList>> {
  const items: KubeObject[] = []
  let resourceVersion: string | null = null
  let next: string | undefined
  let limit: number | undefined = PAGE
  for (;;) {
    const read = await readPage(session, { resource, selection, limit, next })
    if (!read.ok) {
      if (read.refusal.status !== 410 || next === undefined) return read
      items.length = 0
      resourceVersion = null
      next = undefined
      limit = undefined
      continue
    }
    items.push(...read.value.items)
    resourceVersion ??= read.value.resourceVersion
    next = read.value.next
    if (next === undefined) return given({ items, resourceVersion })
  }
}

interface PageQuery {
  readonly resource: Resource
  readonly selection: Selection
  readonly limit: number | undefined
  readonly next: string | undefined
}

interface Page extends ObjectList {
  readonly next: string | undefined
}

async function readPage(
  session: Session,
  { resource, selection, limit, next }: PageQuery,
): Promise<Answer<Page>> {
  const { namespace, labelSelector, fieldSelector } = selection
  const request = describeMany('LIST', resource, namespace)
  const path = withQuery(collectionPath(resource, namespace), {
    limit,
    continue: next,
    labelSelector,
    fieldSelector,
  })
  const read = readAnswer(await session.send({ method: 'GET', path }), request)
  if (!read.ok) return read
  const { metadata, items } = read.value
  const facts = isRecord(metadata) ? metadata : {}
  if (!Array.isArray(items) && items !== null && items !== undefined) {
    return refused({
      status: 200,
      reason: 'NoList',
      message: 'the answer is no list of objects',
      causes: [],
      request: request.request,
    })
  }
  return given({
    items: (items ?? []).filter(isRecord).map((item) => completed(item, resource)),
    resourceVersion: textOf(facts['resourceVersion']),
    next: textOf(facts['continue']) || undefined,
  })
}

/** Items of built-in kinds come without their apiVersion and kind. */
const completed = (item: Readonly<Record<string, unknown>>, resource: Resource): KubeObject =>
  ({
    apiVersion: renderApiVersion(resource.group, resource.version),
    kind: resource.kind,
    ...item,
  }) as unknown as KubeObject
