// A three-way merge by whole files: pure, and never cleverer than it can prove.
import type { Tree, TreeEntry } from './trees.ts'

export interface MergeInput {
  readonly ancestor: Tree
  readonly tested: Tree
  readonly base: Tree
  /** The one path that is rewritten afterwards: base's version is taken. */
  readonly lockPath: string
}

export type Merge =
  | { readonly ok: true; readonly tree: Tree }
  | { readonly ok: false; readonly conflicts: readonly string[] }

/** A path that both sides changed in different ways is a conflict, even where lines would not touch. */
export function mergeTrees({ ancestor, tested, base, lockPath }: MergeInput): Merge {
  const tree = new Map<string, TreeEntry>()
  const conflicts = new Set<string>()
  for (const path of new Set([...ancestor.keys(), ...tested.keys(), ...base.keys()])) {
    const [before, ours, theirs] = [ancestor.get(path), tested.get(path), base.get(path)]
    const settled =
      path === lockPath || same(before, theirs) || same(before, ours) || same(ours, theirs)
    if (!settled) conflicts.add(path)
    const chosen = path === lockPath || same(before, ours) ? theirs : ours
    if (chosen !== undefined) tree.set(path, chosen)
  }
  for (const path of foldersThatAreFiles(new Set([...tree.keys(), lockPath]))) conflicts.add(path)
  return conflicts.size === 0 ? { ok: true, tree } : { ok: false, conflicts: [...conflicts].sort() }
}

/** Paths, the lock's apart, at which the two trees differ; sorted. */
export function pathsThatDiffer(one: Tree, other: Tree, lockPath: string): readonly string[] {
  return [...new Set([...one.keys(), ...other.keys()])]
    .filter((path) => path !== lockPath && !same(one.get(path), other.get(path)))
    .sort()
}

const same = (one: TreeEntry | undefined, other: TreeEntry | undefined): boolean =>
  one?.sha === other?.sha && one?.mode === other?.mode

function foldersThatAreFiles(paths: ReadonlySet<string>): readonly string[] {
  return [...paths].filter((path) =>
    path
      .split('/')
      .slice(0, -1)
      .some((_, depth, parts) => paths.has(parts.slice(0, depth + 1).join('/'))),
  )
}
