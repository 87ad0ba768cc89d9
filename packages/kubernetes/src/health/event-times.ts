// Events are written in two forms; either may leave the other's times out.
import type { KubeObject } from '../object.ts'
import { numberAt, parseTime, valueAt } from './fields.ts'

/** Milliseconds since 1970; null when it does not tell. */
export const firstTime = (event: KubeObject): number | null =>
  parseTime(event['firstTimestamp']) ??
  parseTime(event['eventTime']) ??
  parseTime(event.metadata.creationTimestamp)

export const lastTime = (event: KubeObject): number | null =>
  parseTime(valueAt(event, 'series.lastObservedTime')) ??
  parseTime(event['lastTimestamp']) ??
  firstTime(event)

export const countOf = (event: KubeObject): number =>
  Math.max(1, numberAt(event, 'count', 0), numberAt(event, 'series.count', 0))

/** Oldest first, by when it was last seen. */
export const byTime = (a: KubeObject, b: KubeObject): number =>
  (lastTime(a) ?? 0) - (lastTime(b) ?? 0)
