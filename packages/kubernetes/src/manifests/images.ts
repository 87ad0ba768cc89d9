// The input `images`: other versions of images than the manifests have. Pure.
import { didYouMean, type Path } from '@sluice/documents'
import { bad, good, type Problem, type Result } from '@sluice/rollout'
import type { KubeObject } from '../object.ts'
import { parseImageEntries, type ImageEntry } from './image-entries.ts'
import { findImages, parseImagePaths, type FoundImage } from './image-places.ts'
import { parseImageReference, repositoryOf } from './image-reference.ts'
import { renderSource, type Manifest } from './manifest.ts'

export interface ReplacedImage {
  /** `kubernetes/web.yml:12` */
  readonly where: string
  readonly from: string
  readonly to: string
}

export interface ReplacedImages {
  readonly manifests: readonly Manifest[]
  readonly replaced: readonly ReplacedImage[]
}

export interface ImageOptions {
  /** More places of images: `Kind.group:spec.image`, with `[]` behind a list. */
  readonly paths?: readonly string[]
}

/**
 * Replaces images by their repository (`nginx` is `docker.io/library/nginx`). An entry that fits no
 * image is a problem. Nothing else of an object changes.
 */
export function replaceImages(
  manifests: readonly Manifest[],
  entries: readonly string[],
  options: ImageOptions = {},
): Result<ReplacedImages> {
  const read = parseImageEntries(entries)
  const paths = parseImagePaths(options.paths ?? [])
  const problems = [read, paths].flatMap((result) => (result.ok ? [] : result.problems))
  if (!read.ok || !paths.ok) return bad(...problems)
  const images = manifests.map(({ object }) => findImages(object, paths.value))
  const unused = findUnused(read.value, images.flat())
  if (unused.length > 0) return bad(...unused)
  const replaced: ReplacedImage[] = []
  const changed = manifests.map((manifest, index) => {
    let { object } = manifest
    for (const { path, image } of images[index] ?? []) {
      const to = newImage(image, read.value)
      if (to === null || to === image) continue
      object = withValue(object, path, to) as KubeObject
      replaced.push({ where: renderSource(manifest.source, path), from: image, to })
    }
    return object === manifest.object ? manifest : { ...manifest, object }
  })
  return good({ manifests: changed, replaced })
}

function newImage(image: string, entries: readonly ImageEntry[]): string | null {
  const old = parseImageReference(image)
  if (old === null) return null
  const entry = entries.find(({ repository }) => repository === repositoryOf(old))
  if (entry === undefined) return null
  if (!entry.keepsVersion) return entry.image
  const tag = old.tag === null ? '' : `:${old.tag}`
  return `${entry.image}${tag}${old.digest === null ? '' : `@${old.digest}`}`
}

function findUnused(
  entries: readonly ImageEntry[],
  images: readonly FoundImage[],
): readonly Problem[] {
  const known = new Set(
    images.flatMap(({ image }) => {
      const reference = parseImageReference(image)
      return reference === null ? [] : [repositoryOf(reference)]
    }),
  )
  return entries
    .filter(({ repository }) => !known.has(repository))
    .map(({ text, repository }) => {
      const rest =
        known.size === 0
          ? 'the manifests hold no image'
          : didYouMean(repository, [...known].toSorted())
      return { where: 'images', message: `\`${text}\` fits no image (${repository}); ${rest}` }
    })
}

/** A copy with one value changed; what is not on the way is shared. */
function withValue(holder: unknown, path: Path, value: unknown): unknown {
  const [part, ...rest] = path
  if (part === undefined) return value
  if (Array.isArray(holder)) {
    const items: readonly unknown[] = holder
    return items.map((item, index) => (index === part ? withValue(item, rest, value) : item))
  }
  const members = holder as Readonly<Record<string, unknown>>
  return { ...members, [part]: withValue(members[part], rest, value) }
}
