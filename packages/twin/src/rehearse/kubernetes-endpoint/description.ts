// What a rehearsal must know of a repository that serves a model on Kubernetes: its `rehearsal.yml`.
import { join } from 'node:path'
import type { RehearsalModels } from '../../azure/behaviours.ts'
import { problemsOfModels } from '../azure/model-shapes.ts'
import { findTag } from '../cluster/description.ts'
import { objectOf, readDescriptionFile, readText, textOf } from '../description-file.ts'
import { RehearsalRefused } from '../refusal.ts'

export interface EndpointPlace {
  readonly namespace: string
  /** What an administrator applies first: absolute path. */
  readonly access: string
  /** GitHub environment to the ServiceAccount whose kubeconfig is its secret. */
  readonly accounts: Readonly<Record<string, string>>
  /** Deployment, Service and route of this environment: absolute paths. */
  readonly manifests: readonly string[]
}

export interface EndpointDescription {
  /** Name of the Service, and of the route. */
  readonly endpoint: string
  readonly staging: EndpointPlace
  readonly production: EndpointPlace
  /** File whose image changes, relative; a change of it on `integration` starts staging. */
  readonly manifest: string
  /** Without tag. */
  readonly image: string
  /** Of a request. */
  readonly path: string
  readonly tags: { readonly live: string; readonly good: string; readonly failing: string }
  /** What each version answers, by image and tag. */
  readonly versions: RehearsalModels
  /** The same at the public address, where it is something else there. */
  readonly atPublicAddress: RehearsalModels
}

const EXAMPLE = 'examples/kubernetes-churn/rehearsal.yml'

/** Throws RehearsalRefused that names file and key. */
export async function readEndpointDescription(repository: string): Promise<EndpointDescription> {
  const { path: file, value } = await readDescriptionFile(repository, {
    path: EXAMPLE,
    settings: 'environments, manifest, image and versions',
  })
  const environments = objectOf(value['environments'], 'environments', file)
  const readPlace = (name: string): Promise<EndpointPlace> =>
    readEndpointPlace(environments[name], { name, repository, file })
  const image = textOf(value['image'], 'image', file)
  const tags = objectOf(value['tags'], 'tags', file)
  return {
    endpoint: textOf(value['endpoint'], 'endpoint', file),
    staging: await readPlace('staging'),
    production: await readPlace('production'),
    manifest: await readManifestPath(value['manifest'], { image, repository, file }),
    image,
    path: textOf(value['path'], 'path', file),
    tags: {
      live: textOf(tags['live'], 'tags.live', file),
      good: textOf(tags['good'], 'tags.good', file),
      failing: textOf(tags['failing'], 'tags.failing', file),
    },
    versions: readVersions(value['versions'], { key: 'versions', image, file }),
    atPublicAddress: readVersions(value['public'] ?? {}, { key: 'public', image, file }),
  }
}

interface Place {
  readonly repository: string
  /** The rehearsal.yml, for messages. */
  readonly file: string
}

async function readEndpointPlace(
  value: unknown,
  { name, repository, file }: Place & { readonly name: string },
): Promise<EndpointPlace> {
  const where = `environments.${name}`
  const entry = objectOf(value, where, file)
  const there = async (path: unknown, key: string): Promise<string> => {
    const absolute = join(repository, textOf(path, `${where}.${key}`, file))
    await readText(absolute, `rehearsal.yml names it at ${where}.${key}`)
    return absolute
  }
  const manifests = entry['manifests']
  if (!Array.isArray(manifests) || manifests.length === 0) {
    throw new RehearsalRefused(`${file}: ${where}.manifests must be a list of files`)
  }
  const accounts = objectOf(entry['accounts'], `${where}.accounts`, file)
  return {
    namespace: textOf(entry['namespace'], `${where}.namespace`, file),
    access: await there(entry['access'], 'access'),
    accounts: Object.fromEntries(
      Object.keys(accounts).map((environment) => [
        environment,
        textOf(accounts[environment], `${where}.accounts.${environment}`, file),
      ]),
    ),
    manifests: await Promise.all(manifests.map((path: unknown) => there(path, 'manifests'))),
  }
}

async function readManifestPath(
  value: unknown,
  { image, repository, file }: Place & { readonly image: string },
): Promise<string> {
  const manifest = textOf(value, 'manifest', file)
  const path = join(repository, manifest)
  const text = await readText(path, 'rehearsal.yml names it at manifest')
  if (findTag(text, image) !== null) return manifest
  throw new RehearsalRefused(
    `${path} has no \`image: ${image}:TAG\`; rehearsal.yml names it at image`,
  )
}

function readVersions(
  value: unknown,
  { key, image, file }: { readonly key: string; readonly image: string; readonly file: string },
): RehearsalModels {
  const versions = objectOf(value, key, file)
  const problems = problemsOfModels({ [key]: versions }).map((problem) =>
    problem.replace(/^models\./, ''),
  )
  if (problems.length > 0) {
    throw new RehearsalRefused(problems.map((problem) => `${file}: ${problem}`).join('\n'))
  }
  return { [image]: versions } as unknown as RehearsalModels
}
