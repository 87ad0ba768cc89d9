// How a person takes a write back without us: a patch, and the command that sends it. Pure.
import type { Rollback } from '@sluice/rollout'
import type { KubeObject } from '../object.ts'
import { isRecord } from '../record.ts'
import type { Scaling } from './back-ends/back-end.ts'
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

export interface Written {
  readonly before: KubeObject
  /** Everything that was written, marks as well; without the resourceVersion. */
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
