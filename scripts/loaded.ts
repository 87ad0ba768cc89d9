// How much code one run of a bundle can load: adapters of two platforms never meet in one run.

export interface CodeFile {
  /** `index.js`, or `<number>.index.js` for a chunk. */
  readonly path: string
  readonly text: string
  readonly bytes: number
}

const PLATFORMS = ['azureml', 'kubernetes'] as const
type Platform = (typeof PLATFORMS)[number]

/** Bytes of the largest set that a run can load: everything but what only the other platform asks for. */
export function loadedBytes(files: readonly CodeFile[]): number {
  const entries = files.filter(({ path }) => !isChunk(path))
  const sets = PLATFORMS.map((platform) => reachable(entries, { files, platform }))
  return Math.max(...sets.map((set) => set.reduce((total, { bytes }) => total + bytes, 0)))
}

const isChunk = (path: string): boolean => /^\d+\.index\.js$/.test(path)

/** Where an adapter begins; what lies behind it is asked for by chunks of its own. */
const belongsTo = (file: CodeFile, platform: Platform): boolean =>
  isChunk(file.path) && new RegExp(`\\bpackages/${platform}/lib/`).test(file.text)

function reachable(
  entries: readonly CodeFile[],
  { files, platform }: { readonly files: readonly CodeFile[]; readonly platform: Platform },
): readonly CodeFile[] {
  const others = PLATFORMS.filter((one) => one !== platform)
  const byPath = new Map(files.map((file) => [file.path, file]))
  const found = new Set(entries)
  for (const file of found) {
    for (const path of importsOf(file)) {
      const next = byPath.get(path)
      if (next !== undefined && !others.some((other) => belongsTo(next, other))) found.add(next)
    }
  }
  return [...found]
}

/** ncc asks for a chunk by `__nccwpck_require__.e(<number>)`. */
const importsOf = ({ text }: CodeFile): readonly string[] =>
  [...text.matchAll(/\.e\((?:\/\* import\(\)[^*]*\*\/ ?)?(\d+)\)/g)].map(
    ([, number]) => `${number}.index.js`,
  )
