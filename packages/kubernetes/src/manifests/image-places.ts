// Where objects hold images.
import type { Path } from '@sluice/documents'
import { bad, good, type Problem, type Result } from '@sluice/rollout'
import type { KubeObject } from '../object.ts'
import { isRecord } from '../record.ts'
import { listOf, valueAt, type Json } from './json.ts'
import { findPodTemplates, kindKey } from './pod-template.ts'

export interface FoundImage {
  readonly path: Path
  readonly image: string
}

/** `Kind.group:a.b[].c` */
export interface ImagePath {
  /** As `kindKey` has it. */
  readonly kind: string
  /** Names of members; '[]' stands for each item of a list. */
  readonly parts: readonly string[]
}

const KIND = /^[A-Z][A-Za-z0-9]*(?:\.[a-z0-9.-]+)?$/
const MEMBER = /^[A-Za-z_][A-Za-z0-9_-]*(?:\[\])*$/

export function parseImagePaths(texts: readonly string[]): Result<readonly ImagePath[]> {
  const problems: Problem[] = []
  const paths = texts.flatMap((text) => {
    const [kind = '', place = ''] = text.trim().split(':', 2)
    const members = place.split('.')
    if (!KIND.test(kind) || !members.every((member) => MEMBER.test(member))) {
      const message = `found "${text}"; wanted Kind.group:path, such as Rollout.argoproj.io:spec.template.spec.containers[].image`
      problems.push({ where: 'image-paths', message })
      return []
    }
    const parts = members.flatMap((member) => member.replaceAll('[]', '.[]').split('.'))
    return [{ kind: kind.includes('.') ? kind : `${kind}.`, parts }]
  })
  return problems.length > 0 ? bad(...problems) : good(paths)
}

const CONTAINERS = ['initContainers', 'containers', 'ephemeralContainers'] as const

/** Images of the pod that it makes, image volumes too, and those at the listed paths. */
export function findImages(object: KubeObject, paths: readonly ImagePath[]): readonly FoundImage[] {
  const own = findPodTemplates(object).flatMap(({ spec, specPath }) => imagesOf(spec, specPath))
  const listed = paths
    .filter(({ kind }) => kind === kindKey(object))
    .flatMap(({ parts }) => followParts(object, parts))
  const seen = new Set<string>()
  return [...own, ...listed].filter(({ path }) => {
    const key = JSON.stringify(path)
    return seen.has(key) ? false : seen.add(key)
  })
}

function imagesOf(spec: Json, specPath: Path): readonly FoundImage[] {
  const containers = CONTAINERS.flatMap((list) =>
    listOf(spec[list]).map((_, index): Path => [list, index, 'image']),
  )
  const volumes = listOf(spec['volumes']).map((_, index): Path => [
    'volumes',
    index,
    'image',
    'reference',
  ])
  return [...containers, ...volumes].flatMap((below) => {
    const image = valueAt(spec, below)
    return typeof image === 'string' ? [{ path: [...specPath, ...below], image }] : []
  })
}

function followParts(
  value: unknown,
  parts: readonly string[],
  path: Path = [],
): readonly FoundImage[] {
  const [part, ...rest] = parts
  if (part === undefined) return typeof value === 'string' ? [{ path, image: value }] : []
  if (part === '[]') {
    return listOf(value).flatMap((item, index) => followParts(item, rest, [...path, index]))
  }
  if (!isRecord(value) || !Object.hasOwn(value, part)) return []
  return followParts(value[part], rest, [...path, part])
}
