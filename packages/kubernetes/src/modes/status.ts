// How everything stands now, without a write.
import type { ApplicationSet } from '../apply/application-set.ts'
import { readRecord } from '../apply/application-set-record.ts'
import { inLanes } from '../apply/lanes.ts'
import { observeMembers, type Member } from '../apply/prune.ts'
import type { ObjectReport, ObjectVerdict } from '../apply/report.ts'
import type { ApiServer } from '../connection/api-server.ts'
import { defaultEarlyOptions } from '../health/early/early-options.ts'
import { defaultStatusOptions } from '../health/status/health-status.ts'
import { statusOf } from '../health/status/status.ts'
import type { Verdict } from '../health/verdict.ts'
import { waitForReady } from '../health/wait/wait.ts'
import { inertLine } from '../health/inert-text.ts'
import type { PlacedManifest } from '../manifests/manifest.ts'
import { keyOf, type ObjectId } from '../object.ts'
import type { KubernetesPorts } from '../ports.ts'

export interface StatusPorts extends KubernetesPorts {
  readonly api: ApiServer
}

export interface Standing {
  /** `ready`, `failed`, `paused` or `gone`; `none` with a reason: not ready yet. */
  readonly reports: readonly ObjectReport[]
  /** Of what is not ready: with the evidence of its pods. */
  readonly verdicts: readonly Verdict[]
}

/** What is not ready is looked at for so long, to learn the reasons of its pods. */
const LOOK_SECONDS = 2

/** How each object of the manifests stands. What is not there is `gone`. */
export async function observeManifests(
  ports: StatusPorts,
  placed: readonly PlacedManifest[],
): Promise<Standing> {
  const named = placed.filter(({ object }) => object.metadata.name !== undefined)
  const looked = await inLanes(named, async ({ id }): Promise<Member | ObjectReport> => {
    const answer = await ports.api.get(id)
    if (!answer.ok) {
      const { reason, message } = answer.refusal
      return row(id, { verdict: 'none', reason, message: `cannot be read: ${message}` })
    }
    if (answer.value !== null) return { id, object: answer.value }
    return row(id, { verdict: 'gone', reason: 'NotFound', message: 'it is not there' })
  })
  const members = looked.flatMap((one) => ('object' in one ? [one] : []))
  const { reports, verdicts } = await judge(ports, members)
  const judged = new Map(reports.map((report) => [keyOf(report.id), report]))
  return {
    reports: looked.flatMap((one) => ('object' in one ? (judged.get(keyOf(one.id)) ?? []) : one)),
    verdicts,
  }
}

/** How each member of an application stands; nothing for one without a record. Throws as `readRecord`. */
export async function observeApplication(
  ports: StatusPorts,
  set: ApplicationSet,
): Promise<Standing> {
  const record = await readRecord(ports.api, set)
  const { members, unlisted, unseenKinds } = await observeMembers(ports.api, set, record)
  for (const line of [...unlisted, ...unseenKinds]) {
    ports.log.notice(inertLine(`status could not look for ${line}`))
  }
  return judge(ports, members)
}

async function judge(ports: StatusPorts, members: readonly Member[]): Promise<Standing> {
  const open = members.filter((member) => !isReady(ports, member))
  const verdicts = open.length === 0 ? [] : await explain(ports, open)
  const found = new Map(verdicts.map((verdict) => [keyOf(verdict.id), verdict]))
  return {
    reports: members.map(({ id }) => {
      const verdict = found.get(keyOf(id))
      if (verdict === undefined) return row(id, { verdict: 'ready', reason: '', message: '' })
      const { reason, message } = verdict
      return row(id, { verdict: verdictOf(verdict), reason, message })
    }),
    verdicts: verdicts.filter(({ verdict }) => verdict !== 'ready'),
  }
}

const isReady = ({ clock }: StatusPorts, { object }: Member): boolean => {
  const now = clock.now()
  const context = {
    now,
    since: now,
    // Nothing was written by this run, so no status is too old to count.
    written: null,
    lateClasses: new Set<string>(),
    options: defaultStatusOptions,
  }
  return statusOf(object, context).state === 'ready'
}

/** Only a wait can time out: here it says that something is under way. */
const verdictOf = ({ verdict }: Verdict): ObjectVerdict =>
  verdict === 'timeout' ? 'none' : verdict

const explain = (ports: StatusPorts, members: readonly Member[]): Promise<readonly Verdict[]> =>
  waitForReady(
    members.map(({ id, object }) => ({
      id,
      uid: object.metadata.uid ?? '',
      since: Date.parse(object.metadata.creationTimestamp ?? '') || ports.clock.now(),
      object,
      written: false,
    })),
    {
      api: ports.api,
      ports,
      options: {
        started: ports.clock.now(),
        timeoutSeconds: LOOK_SECONDS,
        early: defaultEarlyOptions,
        status: defaultStatusOptions,
        steadySeconds: 0,
        stopAtFirstFailure: false,
      },
    },
  )

const row = (
  id: ObjectId,
  seen: Pick<ObjectReport, 'verdict' | 'reason' | 'message'>,
): ObjectReport => ({ id, action: 'unchanged', seconds: 0, ...seen })
