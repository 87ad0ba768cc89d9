// Which rights are missing, asked before anything is changed.
import { isRecord, recordsIn, textsIn } from '../record.ts'
import { readAnswer } from './answers.ts'
import type { Right } from './api-server.ts'
import type { Session } from './session.ts'

interface Rule {
  readonly verbs: readonly string[]
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly resourceNames: readonly string[]
}

type Verdict = 'given' | 'missing' | 'open'

const REVIEW = '/apis/authorization.k8s.io/v1'

/**
 * One request per namespace tells most of it; what that leaves open (rights in the whole cluster,
 * authorizers that cannot list their rules) is asked right by right. No answer counts as given.
 */
export async function findMissingRights(
  session: Session,
  rights: readonly Right[],
): Promise<readonly Right[]> {
  const namespaces = [...new Set(rights.flatMap(({ namespace }) => namespace ?? []))]
  const told = new Map(
    await Promise.all(
      namespaces.map(
        async (namespace) => [namespace, await readRules(session, namespace)] as const,
      ),
    ),
  )
  const ask = askOnce(session)
  const verdicts = await Promise.all(
    rights.map(async (right) => {
      const rules = right.namespace === null ? undefined : told.get(right.namespace)
      const verdict = decideRight(right, rules ?? null)
      return verdict === 'open' ? ask(right) : verdict
    }),
  )
  return rights.filter((_, at) => verdicts[at] === 'missing')
}

export interface Rules {
  readonly rules: readonly Rule[]
  /** An authorizer did not list its rules. */
  readonly incomplete: boolean
}

export function decideRight(right: Right, known: Rules | null): Verdict {
  if (known === null) return 'open'
  const granting = known.rules.filter((rule) => grants(rule, right))
  if (granting.some(({ resourceNames }) => resourceNames.length === 0)) return 'given'
  // A rule for named objects alone does not give the right to all of them.
  const named = new Set(granting.flatMap(({ resourceNames }) => resourceNames))
  if (right.names?.every((name) => named.has(name)) === true) return 'given'
  return known.incomplete ? 'open' : 'missing'
}

/** To all objects, or to some by name. */
function grants(rule: Rule, { verb, group, resource }: Right): boolean {
  const sub = resource.includes('/') ? `*/${resource.slice(resource.indexOf('/') + 1)}` : resource
  return (
    [verb, '*'].some((one) => rule.verbs.includes(one)) &&
    [group, '*'].some((one) => rule.apiGroups.includes(one)) &&
    [resource, sub, '*'].some((one) => rule.resources.includes(one))
  )
}

async function readRules(session: Session, namespace: string): Promise<Rules | null> {
  const status = await review(session, 'SelfSubjectRulesReview', { namespace })
  const rules = status?.['resourceRules']
  if (status === null || !Array.isArray(rules)) return null
  return {
    incomplete: status['incomplete'] !== false,
    rules: recordsIn(rules).map((rule) => ({
      verbs: textsIn(rule['verbs']),
      apiGroups: textsIn(rule['apiGroups']),
      resources: textsIn(rule['resources']),
      resourceNames: textsIn(rule['resourceNames']),
    })),
  }
}

/** Several parts of a run need the same right. */
function askOnce(session: Session): (right: Right) => Promise<Verdict> {
  const asked = new Map<string, Promise<Verdict>>()
  return (right) => {
    const { verb, group, resource, namespace } = right
    const key = JSON.stringify([verb, group, resource, namespace])
    const known = asked.get(key) ?? askRight(session, right)
    asked.set(key, known)
    return known
  }
}

async function askRight(session: Session, right: Right): Promise<Verdict> {
  const [resource = '', subresource] = right.resource.split('/')
  const status = await review(session, 'SelfSubjectAccessReview', {
    resourceAttributes: {
      verb: right.verb,
      group: right.group,
      resource,
      ...(subresource !== undefined && { subresource }),
      ...(right.namespace !== null && { namespace: right.namespace }),
    },
  })
  return status?.['allowed'] === false ? 'missing' : 'given'
}

/** The `status` of a review; null when the server does not answer with one. */
async function review(
  session: Session,
  kind: 'SelfSubjectRulesReview' | 'SelfSubjectAccessReview',
  spec: unknown,
): Promise<Readonly<Record<string, unknown>> | null> {
  const answer = await session.send({
    method: 'POST',
    path: `${REVIEW}/${kind.toLowerCase()}s`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ apiVersion: 'authorization.k8s.io/v1', kind, spec }),
    // A question: nothing is kept.
    retry: 'safe',
  })
  const read = readAnswer(answer, { request: kind, secret: false })
  const status = read.ok ? read.value['status'] : null
  return isRecord(status) ? status : null
}
