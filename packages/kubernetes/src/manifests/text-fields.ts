// Places where the server takes texts only, and where YAML easily makes something else of them.
import type { Path } from '@sluice/documents'
import { isRecord } from '../record.ts'
import { describeValue, listOf, mappingAt, type Json } from './json.ts'
import { findPodTemplates, kindKey, type PodTemplate } from './pod-template.ts'

export interface NoText {
  readonly path: Path
  readonly message: string
}

const NAMES: readonly Path[] = [
  ['metadata', 'labels'],
  ['metadata', 'annotations'],
]

const DATA: Readonly<Record<string, readonly Path[]>> = {
  'ConfigMap.': [['data'], ['binaryData']],
  'Secret.': [['data'], ['stringData']],
}

/** Labels, annotations, data and variables that are numbers, booleans or worse. */
export function findNoTexts(object: Json): readonly NoText[] {
  const key = kindKey(object)
  const data = Object.hasOwn(DATA, key) ? (DATA[key] ?? []) : []
  const own = [...NAMES, ...data].flatMap((path) => notTexts(object, path))
  return [...own, ...findPodTemplates(object).flatMap((template) => inTemplate(object, template))]
}

function inTemplate(object: Json, { path, specPath, spec }: PodTemplate): readonly NoText[] {
  const names = path === null ? [] : NAMES.map((below) => [...path, ...below])
  const texts = [...names, [...specPath, 'nodeSelector']].flatMap((at) => notTexts(object, at))
  const variables = ['initContainers', 'containers'].flatMap((list) =>
    listOf(spec[list]).flatMap((container, index) =>
      inContainer(container, [...specPath, list, index]),
    ),
  )
  return [...texts, ...variables]
}

function inContainer(container: unknown, path: Path): readonly NoText[] {
  const variables = isRecord(container) ? listOf(container['env']) : []
  return variables.flatMap((variable, index) =>
    isRecord(variable) ? judge(variable['value'], [...path, 'env', index, 'value']) : [],
  )
}

const notTexts = (object: Json, path: Path): readonly NoText[] =>
  Object.entries(mappingAt(object, path) ?? {}).flatMap(([key, value]) =>
    judge(value, [...path, key]),
  )

function judge(value: unknown, path: Path): readonly NoText[] {
  // The server takes null for an empty text.
  if (typeof value === 'string' || value === null || value === undefined) return []
  const quotes = typeof value === 'object' ? '' : ': put quotes around it'
  const message = `${path.join('.')}: found ${describeValue(value)}; wanted a text${quotes}`
  return [{ path, message }]
}
