// The licences of everything that a bundle carries. ncc can write such a file, but each chunk of a
// bundle overwrites the one before.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './repository.ts'
import { vendoredPackages, vendorFile } from './vendor.ts'

/** The part of webpack's statistics that names modules; concatenated ones hold others. */
export interface ModuleStatistics {
  readonly name?: string
  readonly modules?: readonly ModuleStatistics[]
}

/** One section per package in the bundle, by folder; throws where a package states no licence. */
export function renderLicences(statistics: ModuleStatistics): string {
  const folders = [...new Set(packageFolders(statistics))].sort()
  return [
    'This bundle carries the packages below. Sluice itself is under the Apache License 2.0, see LICENSE\nat the root of its repository.',
    ...folders.map(renderPackage),
  ].join(`\n\n${'-'.repeat(80)}\n\n`)
}

function packageFolders({ name, modules }: ModuleStatistics): readonly string[] {
  const inside = (modules ?? []).flatMap(packageFolders)
  // It was made of packages before; its own path names none of them.
  if (name?.endsWith(vendorFile) === true) return [...inside, ...vendoredPackages()]
  const folder = /^.*\bnode_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(
    name?.split('!').at(-1) ?? '',
  )?.[0]
  return folder === undefined ? inside : [...inside, folder.replace(/^\.\//, '')]
}

function renderPackage(folder: string): string {
  const read = (file: string): string => readFileSync(join(root, folder, file), 'utf8')
  const manifest = JSON.parse(read('package.json')) as {
    readonly name: string
    readonly version: string
    readonly license?: string
  }
  const texts = readdirSync(join(root, folder))
    .filter((file) => /^(licen[cs]e|notice|copying)(\.|$|-)/i.test(file))
    .sort()
    .map((file) => read(file).replaceAll('\r\n', '\n').trim())
  if (manifest.license === undefined && texts.length === 0)
    throw new Error(`${folder} states no licence: it cannot be in a bundle`)
  return [
    `${manifest.name} ${manifest.version}: ${manifest.license ?? 'see below'}`,
    ...texts,
  ].join('\n\n')
}
