// Which line each part of a JSON text stands on. The text was read before: it is JSON.
import { lineBelow, type LineTree } from './line-tree.ts'

interface Level {
  readonly tree: LineTree
  readonly isList: boolean
  /** Items so far. */
  count: number
  /** Of the member that is read; null before its key. */
  member: LineTree | null
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],\n]|[^\s{}[\],":]+/g

export function readJsonLines(text: string): LineTree {
  const root: LineTree = { line: 0, below: null }
  const levels: Level[] = []
  let line = 0
  for (const [token] of text.matchAll(TOKEN)) {
    const level = levels.at(-1)
    if (token === '\n') line++
    else if (token === '}' || token === ']') levels.pop()
    else if (token === ',') {
      if (level !== undefined) level.member = null
    } else if (level !== undefined && !level.isList && level.member === null) {
      level.member = lineBelow(level.tree, JSON.parse(token) as string, line)
    } else {
      const tree = beginValue(level ?? null, { root, line })
      if (token === '{' || token === '[') {
        levels.push({ tree, isList: token === '[', count: 0, member: null })
      }
    }
  }
  return root
}

function beginValue(
  level: Level | null,
  { root, line }: { readonly root: LineTree; readonly line: number },
): LineTree {
  if (level === null) {
    root.line = line
    return root
  }
  return level.member ?? lineBelow(level.tree, level.count++, line)
}
