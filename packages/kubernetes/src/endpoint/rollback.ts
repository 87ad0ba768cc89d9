// How a person takes a write back without us: a patch, and the command that sends it. Pure.
import { allTo, split, type Rollback } from '@sluice/rollout'
import type { KubeObject } from '../object.ts'
import { isRecord } from '../record.ts'
import type { BackEnd, Scaling, TrafficScene } from './back-ends/back-end.ts'
import { annotationsFor, marksOf } from './marks.ts'
import type { Site } from './site.ts'
import { wantedReplicas } from './slot-health.ts'
import type { KubernetesSlot } from './slot.ts'

type Json = Readonly<Record<string, unknown>>

/**
 * The merge patch that gives every field which `patch` names the value that it had in `before`.
 * Annotations go one by one: others may have come to stand beside ours.
 */
export function inversePatch(patch: Json, before: Json): Json {
  return Object.fromEntries(
    Object.entries(patch).map(([key, value]) => {
      const had = Object.hasOwn(before, key) ? before[key] : undefined
      if (isRecord(value) && (isRecord(had) || key === 'annotations')) {
        return [key, inversePatch(value, isRecord(had) ? had : {})]
      }
      return [key, had ?? null]
    }),
  )
}

/**
 * The patch with every field that a later step of the same rollout can set, so that the way back of
 * the first step is one from every later step, too. Values beside those of `patch` mean nothing.
 */
export function reachOf(backEnd: Pick<BackEnd, 'write'>, scene: TrafficScene, patch: Json): Json {
  // A revision that is taken back meanwhile stays so.
  const { rejected: _, ...marks } = marksOf(scene.object)
  const has = Object.entries(annotationsFor(marks)).filter(([, value]) => value !== null)
  const own = has.length === 0 ? {} : { metadata: { annotations: Object.fromEntries(has) } }
  const [first, second] = scene.slots
  const later = [
    allTo(first),
    allTo(second),
    // Small shares can need other units than all and nothing.
    ...[split(first, 1, second), split(second, 1, first)].flatMap((one) =>
      one.ok ? [one.value] : [],
    ),
  ].map((weights) => backEnd.write(scene, { weights, match: null, mirror: {} }))
  const patches = later.flatMap((one) => (one.ok ? [one.value.patch] : []))
  return [own, ...patches, patch].reduce(union, {})
}

const union = (one: Json, other: Json): Json => ({
  ...one,
  ...Object.fromEntries(
    Object.entries(other).map(([key, value]) => {
      const has = one[key]
      return [key, isRecord(has) && isRecord(value) ? union(has, value) : value]
    }),
  ),
})

export interface Written {
  readonly before: KubeObject
  /** Everything that was written or can be by a later step, marks as well (`reachOf`). */
  readonly patch: Json
  readonly scalings: readonly Scaling[]
  /** Slots as they were before. */
  readonly found: readonly KubernetesSlot[]
}

/**
 * Marks are taken back with the weights: what is left is the state before, which the next run
 * understands. Pods that the weights of before need come first, those too many go last.
 */
export function rollbackOf({ place, settings, backEnd }: Site, written: Written): Rollback {
  const patch = inversePatch(written.patch, written.before)
  const { group, plural } = backEnd.resource
  const common = [
    'kubectl',
    ...(settings.context === null ? [] : ['--context', settings.context]),
    '--namespace',
    place.namespace,
  ]
  const send = [
    'patch',
    group === '' ? plural : `${plural}.${group}`,
    place.trafficObject,
    '--type',
    'merge',
    '--patch',
    JSON.stringify(patch),
  ]
  const scales = written.scalings.flatMap(({ slot, replicas }) => {
    const deployment = written.found.find((one) => one.slot === slot)?.deployment ?? null
    if (deployment === null) return []
    const had = wantedReplicas(deployment)
    const words = ['scale', `deployment/${deployment.metadata.name ?? ''}`, `--replicas=${had}`]
    return [{ grows: had > replicas, words }]
  })
  const commands = [
    ...scales.filter(({ grows }) => grows).map(({ words }) => words),
    send,
    ...scales.filter(({ grows }) => !grows).map(({ words }) => words),
  ]
  const command = commands.map((words) => [...common, ...words].map(quote).join(' ')).join(' && ')
  return { patch, command }
}

/** For a POSIX shell; nothing in single quotes is special to it. JSON has no line breaks. */
const quote = (word: string): string =>
  /^[A-Za-z0-9_./:=@,-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
