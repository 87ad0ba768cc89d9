// Which line each part of a value stands on. Made only when somebody asks.

/** Lines count from 0 within their document. */
export interface LineTree {
  line: number
  below: Map<string, LineTree> | null
}

/** A new branch for a key or an index. */
export function lineBelow(tree: LineTree, part: string | number, line: number): LineTree {
  const branch: LineTree = { line, below: null }
  tree.below ??= new Map()
  tree.below.set(String(part), branch)
  return branch
}

/** The line of what is at `path`; of its nearest parent when it is not there. */
export function lineAt(tree: LineTree, path: readonly (string | number)[]): number {
  let here = tree
  for (const part of path) {
    const next = here.below?.get(String(part))
    if (next === undefined) return here.line
    here = next
  }
  return here.line
}
