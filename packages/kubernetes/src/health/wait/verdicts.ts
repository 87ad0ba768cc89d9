// From an ending to a verdict: with evidence where something is wrong.
import type { KubeObject } from '../../object.ts'
import { conditionOf } from '../fields.ts'
import { observeEvidence } from '../evidence.ts'
import { inertLine } from '../inert-text.ts'
import type { Evidence } from '../verdict.ts'
import { isWorkload, lookAtPods, type Ending, type Item } from './item.ts'
import { detailsOf } from './look.ts'
import type { Details } from './sources.ts'
import { openItems, type World } from './world.ts'

/** Reading logs takes requests; nobody reads the evidence of more. */
const MOST_WITH_EVIDENCE = 10
/** The server has so long to tell of the pods before the verdict is given without them. */
const DETAILS_SECONDS = 2
const LOOK_SECONDS = 0.1

/** Gives every open item that has an ending its verdict. */
export async function concludeEnded(world: World): Promise<void> {
  const ended = openItems(world).flatMap((item) =>
    item.ending === null ? [] : [{ item, ending: item.ending }],
  )
  await conclude(world, ended)
}

/** The end of the wait: every open item gets the verdict of how it stands. */
export async function concludeOpen(world: World, why: 'deadline' | 'failure'): Promise<void> {
  const first = world.items.find(({ verdict }) => verdict !== null && isBad(verdict.verdict))
  const open = openItems(world).map((item) => ({ item, ending: endingNow(world, item, why) }))
  const blamed = first === undefined ? '' : ` ${first.awaited.id.kind} ${first.awaited.id.name}`
  const note = `; not awaited further, because${blamed} failed`
  await conclude(
    world,
    open.map(({ item, ending }) => ({
      item,
      ending:
        why === 'failure' && ending.verdict !== 'ready'
          ? { ...ending, message: `${ending.message}${note}` }
          : ending,
    })),
  )
}

const isBad = (verdict: Ending['verdict']): boolean => verdict === 'failed' || verdict === 'gone'

/** The best reason that is known: what is wrong with its pods, else what it says itself. */
function endingNow(world: World, item: Item, why: 'deadline' | 'failure'): Ending {
  const { status, early } = item
  // No time is left to see whether it stays so.
  if (status.reason === 'Settling') return { verdict: 'ready', reason: '', message: '' }
  const doom = early.dooms[0]
  const pod =
    doom?.pod === null || doom === undefined ? '' : `pod ${doom.pod.metadata.name ?? ''}: `
  const cause = doom === undefined ? early.warnings[0] : `${pod}${doom.message || doom.reason}`
  const trouble = world.sources?.feedOf(item.awaited.id)?.trouble() ?? null
  const unread = trouble === null ? '' : `the server could not be asked: ${trouble}`
  const message = [status.message, cause ?? '', unread].filter((text) => text !== '').join('; ')
  const reason = doom?.reason ?? (status.reason || 'NotReady')
  return { verdict: 'timeout', reason: why === 'failure' ? 'NotAwaited' : reason, message }
}

interface Ended {
  readonly item: Item
  readonly ending: Ending
}

async function conclude(world: World, ended: readonly Ended[]): Promise<void> {
  const now = world.ports.clock.now()
  const needy = ended.filter(
    ({ item, ending }) =>
      (isBad(ending.verdict) || ending.verdict === 'timeout') &&
      ending.verdict !== 'gone' &&
      item.object !== null &&
      isWorkload(item.object),
  )
  const shown = new Set(needy.slice(0, MOST_WITH_EVIDENCE).map(({ item }) => item))
  await Promise.all(
    ended.map(async ({ item, ending }) => {
      const evidence = shown.has(item) ? await evidenceOf(world, item) : []
      item.verdict = {
        id: item.awaited.id,
        verdict: ending.verdict,
        reason: inertLine(ending.reason, 100),
        message: inertLine(ending.message),
        seconds: Math.max(0, Math.round((now - item.awaited.since) / 100) / 10),
        evidence,
      }
      if (isBad(ending.verdict)) world.failedAt ??= now
      world.progress.tellVerdict(item)
    }),
  )
}

async function evidenceOf(world: World, item: Item): Promise<readonly Evidence[]> {
  const { object, awaited } = item
  const details = detailsOf(world, object)
  if (object === null || details === null) return []
  await untilLoaded(world, details)
  const times = world.times()
  lookAtPods(item, details, { times, options: world.options })
  const { newest, dooms } = item.early
  const unready = (newest?.pods ?? []).filter((pod) => conditionOf(pod, 'Ready')?.status !== 'True')
  const pods = [...unready, ...(newest?.ended ?? []).toSorted(byName)]
  return observeEvidence(
    { api: world.api, notice: world.notice, namespace: awaited.id.namespace ?? '' },
    {
      workload: object,
      maker: newest?.maker ?? object,
      pods,
      dooms,
      events: details.events(),
      since: awaited.since,
    },
  )
}

const byName = (a: KubeObject, b: KubeObject): number =>
  (a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1

async function untilLoaded({ ports }: World, details: Details): Promise<void> {
  for (let left = DETAILS_SECONDS; left > 0 && !details.isLoaded(); left -= LOOK_SECONDS) {
    await ports.clock.sleep(LOOK_SECONDS, ports.signal)
  }
}
