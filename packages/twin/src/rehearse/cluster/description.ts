// What a rehearsal must know of a repository that deploys to Kubernetes: its `rehearsal.yml`.
import { join } from 'node:path'
import { objectOf, readDescriptionFile, readText, textOf } from '../description-file.ts'
import { RehearsalRefused } from '../refusal.ts'

export interface ClusterDescription {
  /** Where the application lives. */
  readonly namespace: string
  /** What the workflows may do; null: everything. */
  readonly access: { readonly file: string; readonly serviceAccount: string } | null
  /** File whose image changes; a change of it on `main` starts the workflow. */
  readonly manifest: string
  /** Without tag. */
  readonly image: string
  readonly tags: { readonly good: string; readonly missing: string }
}

const EXAMPLE = 'examples/kubernetes-demo/rehearsal.yml'

/** Throws RehearsalRefused that names file and key. */
export async function readClusterDescription(repository: string): Promise<ClusterDescription> {
  const { path: file, value } = await readDescriptionFile(repository, {
    path: EXAMPLE,
    settings: 'namespace, manifest and image',
  })
  const tags = objectOf(value['tags'], 'tags', file)
  const manifest = textOf(value['manifest'], 'manifest', file)
  const image = textOf(value['image'], 'image', file)
  const text = await readText(join(repository, manifest), 'rehearsal.yml names it at manifest')
  if (findTag(text, image) === null) {
    throw new RehearsalRefused(
      `${join(repository, manifest)} has no \`image: ${image}:TAG\`; rehearsal.yml names it at image`,
    )
  }
  return {
    namespace: textOf(value['namespace'], 'namespace', file),
    access: value['access'] === undefined ? null : await readAccess({ repository, file, value }),
    manifest,
    image,
    tags: {
      good: textOf(tags['good'], 'tags.good', file),
      missing: textOf(tags['missing'], 'tags.missing', file),
    },
  }
}

async function readAccess(given: {
  readonly repository: string
  readonly file: string
  readonly value: Readonly<Record<string, unknown>>
}): Promise<ClusterDescription['access']> {
  const path = join(given.repository, textOf(given.value['access'], 'access', given.file))
  await readText(path, 'rehearsal.yml names it at access')
  return {
    file: path,
    serviceAccount: textOf(given.value['service-account'], 'service-account', given.file),
  }
}

/** The tag of this image in a manifest; null when the manifest does not name it with one. */
export const findTag = (manifest: string, image: string): string | null =>
  patternOf(image).exec(manifest)?.[2] ?? null

/** The manifest with another tag, and every other byte as it was. */
export const putTag = (manifest: string, image: string, tag: string): string =>
  manifest.replace(patternOf(image), (_, before: string) => `${before}${tag}`)

const patternOf = (image: string): RegExp =>
  new RegExp(
    `(image:[ \\t]+["']?${image.replaceAll(/[.*+?^$(){}|[\]\\]/g, String.raw`\$&`)}:)([\\w][\\w.-]*)`,
    'g',
  )
