// Rules about where code stands that oxlint has no rule for. Pure over a folder's files.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { isBuiltin } from 'node:module'
import { listFiles, listFolders } from './repository.ts'

export interface Finding {
  /** Relative to the checkout. */
  readonly file: string
  /** `sluice/<rule>` */
  readonly rule: string
  readonly message: string
}

interface Room {
  /** `packages/rollout`, `actions/commit-status`, `cli/doctor` */
  readonly folder: string
  /** Package names that its package.json declares. */
  readonly declared: readonly string[]
  readonly name: string
  /** Folders named in its tsconfig's references, relative to the checkout. */
  readonly references: readonly string[]
}

interface Source {
  readonly path: string
  readonly text: string
}

const vagueName = /^(utils?|helpers?|common|misc)([.-].*)?$/
const switchOff = /\b(oxlint|eslint)-disable|@ts-(ignore|nocheck|expect-error)/
const importedText =
  /(?:^|\n)\s*(?:import|export)\b[^'"\n;]*(?:\{[^}]*\}[^'"\n;]*)?from\s*['"]([^'"]+)['"]|(?:^|\n)\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/g

/** Every breach of the structural rules below `root`. */
export function findStructuralBreaches(root: string): readonly Finding[] {
  const rooms = ['packages', 'actions', 'cli'].flatMap((kind) =>
    listFolders(join(root, kind)).map((name) => readRoom(root, `${kind}/${name}`)),
  )
  const places = [...rooms.map((room) => room.folder), 'scripts', 'test']
  const sources = places.flatMap((place) => readSources(root, place))
  return [
    ...sources.flatMap(checkName),
    ...sources.flatMap(checkSwitchOff),
    ...rooms.flatMap((room) =>
      sources
        .filter((source) => source.path.startsWith(`${room.folder}/src/`))
        .flatMap((source) => [
          ...checkReach(room, source),
          ...checkDeclared(room, source),
          ...checkClock(room, source),
        ]),
    ),
  ]
}

function readSources(root: string, place: string): readonly Source[] {
  return listFiles(join(root, place), ['node_modules', 'lib', 'lint-fixtures', 'fixtures'])
    .filter((path) => /\.(ts|mts|cts|js|mjs|cjs)$/.test(path))
    .map((path) => `${place}/${path}`)
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
}

function readRoom(root: string, folder: string): Room {
  const read = (file: string): Record<string, unknown> => {
    const path = join(root, folder, file)
    return existsSync(path)
      ? (JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>)
      : {}
  }
  const manifest = read('package.json')
  const references = (read('tsconfig.json')['references'] ?? []) as readonly { path: string }[]
  return {
    folder,
    name: typeof manifest['name'] === 'string' ? manifest['name'] : '',
    declared: Object.keys((manifest['dependencies'] ?? {}) as Record<string, string>),
    references: references.map((reference) => normalize(join(folder, reference.path))),
  }
}

function checkName({ path }: Source): readonly Finding[] {
  const vague = path.split('/').find((part) => vagueName.test(part))
  return vague === undefined
    ? []
    : [
        {
          file: path,
          rule: 'sluice/vague-name',
          message: `"${vague}" says nothing: name the noun.`,
        },
      ]
}

function checkSwitchOff({ path, text }: Source): readonly Finding[] {
  // This file must name what it looks for.
  if (path === 'scripts/structure.ts') return []
  const found = switchOff.exec(text)
  return found === null
    ? []
    : [{ file: path, rule: 'sluice/no-switch-off', message: `Mend the cause, not "${found[0]}".` }]
}

function checkReach(room: Room, source: Source): readonly Finding[] {
  return importsOf(source)
    .filter((name) => name.startsWith('.'))
    .filter(
      (name) => !normalize(join(dirname(source.path), name)).startsWith(`${room.folder}/src/`),
    )
    .map((name) => ({
      file: source.path,
      rule: 'sluice/no-reach-outside',
      message: `"${name}" leaves ${room.folder}/src: import the package by its name.`,
    }))
}

/** `#name` is the package's own: its package.json says where that leads. */
function checkDeclared(room: Room, source: Source): readonly Finding[] {
  return importsOf(source)
    .filter((name) => !/^[.#]/.test(name) && !isBuiltin(name))
    .map((name) =>
      name
        .split('/')
        .slice(0, name.startsWith('@') ? 2 : 1)
        .join('/'),
    )
    .filter((name) => name !== room.name)
    .flatMap((name) => [
      ...(room.declared.includes(name) ? [] : [`"${name}" is not in ${room.folder}/package.json.`]),
      ...(refers(room, name)
        ? []
        : [`"${name}" is not in ${room.folder}/tsconfig.json references.`]),
    ])
    .map((message) => ({ file: source.path, rule: 'sluice/declared-import', message }))
}

function refers(room: Room, name: string): boolean {
  return !name.startsWith('@sluice/') || room.references.includes(`packages/${name.slice(8)}`)
}

/** `Date` is not an effect when it reads a text; without arguments it is a clock. */
function checkClock(room: Room, source: Source): readonly Finding[] {
  const free = room.folder === 'packages/action' || room.folder === 'packages/twin'
  return free || room.folder.startsWith('cli/') || !/\bnew Date\(\s*\)/.test(source.text)
    ? []
    : [
        {
          file: source.path,
          rule: 'sluice/no-clock',
          message: '`new Date()` reads a clock: take one.',
        },
      ]
}

function importsOf({ text }: Source): readonly string[] {
  return [...text.matchAll(importedText)].map((match) => match[1] ?? match[2] ?? match[3] ?? '')
}
