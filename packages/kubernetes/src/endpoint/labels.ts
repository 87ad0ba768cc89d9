// Labels of Kubernetes: reading them, comparing them, showing them. Pure.
import { isRecord } from '../record.ts'

export type Labels = Readonly<Record<string, string>>

/** The texts of an object; nothing else of it. */
export const labelsIn = (value: unknown): Labels =>
  Object.fromEntries(
    Object.entries(isRecord(value) ? value : {}).filter(
      (pair): pair is [string, string] => typeof pair[1] === 'string',
    ),
  )

export const bears = (labels: Labels, wanted: Labels): boolean =>
  Object.entries(wanted).every(([key, value]) => labels[key] === value)

/** As a label selector: `app=mon-app,version=blue`. */
export const renderLabels = (labels: Labels): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',')
