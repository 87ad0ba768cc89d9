import { describe, expect, test } from '@jest/globals'
import { mergeTrees, pathsThatDiffer } from '../src/merge.ts'
import type { Tree } from '../src/trees.ts'

/** `a1 b2`: path a with content 1, path b with content 2; `a1x` is executable. */
const tree = (text: string): Tree =>
  new Map(
    text
      .split(' ')
      .filter((word) => word !== '')
      .map((word) => {
        const [, path = '', sha = '', x = ''] = /^(\S+?)(\d)(x?)$/.exec(word) ?? []
        return [path, { mode: x === 'x' ? '100755' : '100644', type: 'blob' as const, sha }]
      }),
  )

const text = (merged: Tree): string =>
  [...merged]
    .map(([path, { sha, mode }]) => `${path}${sha}${mode === '100755' ? 'x' : ''}`)
    .sort()
    .join(' ')

describe('merging by whole files', () => {
  test.each([
    { what: 'nothing changed', ancestor: 'a1', tested: 'a1', base: 'a1', merged: 'a1' },
    { what: 'tested changed', ancestor: 'a1', tested: 'a2', base: 'a1', merged: 'a2' },
    { what: 'base changed', ancestor: 'a1', tested: 'a1', base: 'a2', merged: 'a2' },
    { what: 'both the same', ancestor: 'a1', tested: 'a2', base: 'a2', merged: 'a2' },
    { what: 'tested added', ancestor: '', tested: 'a1', base: '', merged: 'a1' },
    { what: 'base added', ancestor: '', tested: '', base: 'a1', merged: 'a1' },
    { what: 'tested removed', ancestor: 'a1 b1', tested: 'b1', base: 'a1 b1', merged: 'b1' },
    { what: 'base removed', ancestor: 'a1 b1', tested: 'a1 b1', base: 'b1', merged: 'b1' },
    { what: 'both removed', ancestor: 'a1 b1', tested: 'b1', base: 'b1', merged: 'b1' },
    { what: 'a mode', ancestor: 'a1', tested: 'a1x', base: 'a1', merged: 'a1x' },
    {
      what: 'the lock on both',
      ancestor: 'lock1',
      tested: 'lock2',
      base: 'lock3',
      merged: 'lock3',
    },
    { what: 'the lock removed on base', ancestor: 'lock1', tested: 'lock2', base: '', merged: '' },
    { what: 'the lock on tested only', ancestor: '', tested: 'lock2', base: '', merged: '' },
    { what: 'a file made a folder', ancestor: 'a1', tested: 'a1', base: 'a/b1', merged: 'a/b1' },
  ])('$what', ({ ancestor, tested, base, merged }) => {
    const result = mergeTrees({
      ancestor: tree(ancestor),
      tested: tree(tested),
      base: tree(base),
      lockPath: 'lock',
    })
    expect(result).toMatchObject({ ok: true })
    expect(result.ok && text(result.tree)).toBe(merged)
  })

  test.each([
    { what: 'both changed', ancestor: 'a1', tested: 'a2', base: 'a3', conflicts: ['a'] },
    { what: 'both added', ancestor: '', tested: 'a2', base: 'a3', conflicts: ['a'] },
    { what: 'changed and removed', ancestor: 'a1', tested: 'a2', base: '', conflicts: ['a'] },
    { what: 'removed and changed', ancestor: 'a1', tested: '', base: 'a2', conflicts: ['a'] },
    { what: 'mode and content', ancestor: 'a1', tested: 'a1x', base: 'a2', conflicts: ['a'] },
    { what: 'file and folder', ancestor: '', tested: 'a1', base: 'a/b/c1', conflicts: ['a/b/c'] },
    { what: 'lock and folder', ancestor: '', tested: 'lock/b1', base: '', conflicts: ['lock/b'] },
    { what: 'several', ancestor: 'a1 b1', tested: 'b2 a2', base: 'a3 b3', conflicts: ['a', 'b'] },
  ])('$what is a conflict', ({ ancestor, tested, base, conflicts }) => {
    const result = mergeTrees({
      ancestor: tree(ancestor),
      tested: tree(tested),
      base: tree(base),
      lockPath: 'lock',
    })
    expect(result).toEqual({ ok: false, conflicts })
  })

  test('tells the paths that differ, the lock apart', () => {
    const differ = pathsThatDiffer(tree('a1 b1 c1x lock1'), tree('a1 b2 c1 d1 lock2'), 'lock')
    expect(differ).toEqual(['b', 'c', 'd'])
  })
})
