// The one error of a run: which code, and what it says.
import { describe, expect, test } from '@jest/globals'
import { failureOf } from '../src/failure.ts'
import { row } from './rows.ts'

const refused = row('a', { action: 'refused', verdict: 'failed', reason: 'Invalid', message: 'no' })
const failed = row('b', { verdict: 'failed', reason: 'CrashLoopBackOff', message: 'pod b-1' })
const late = row('c', { verdict: 'timeout', reason: 'LessAvailable', message: '0 of 2' })
const gone = row('d', { verdict: 'gone', reason: 'NotFound', message: 'it is not there' })

test.each([
  [[row('a', { verdict: 'ready' }), row('b', { verdict: 'paused' })]],
  [[row('a', { action: 'deleted', verdict: 'gone' })]],
  [[row('a', { action: 'skipped' })]],
  [[]],
])('no failure in %j', (rows) => {
  expect(failureOf(rows)).toBeNull()
})

describe('codes and messages', () => {
  test.each([
    [
      [refused, failed, late],
      'K8S_APPLY_REFUSED',
      '1 object refused, 1 cannot become ready, 1 not ready in time:\n- ConfigMap shop/a: Invalid: no\n- ConfigMap shop/b: CrashLoopBackOff: pod b-1\n- ConfigMap shop/c: LessAvailable: 0 of 2',
    ],
    [
      [failed, late],
      'K8S_APPLY_NOT_READY',
      '1 object cannot become ready, 1 not ready in time:\n- ConfigMap shop/b: CrashLoopBackOff: pod b-1\n- ConfigMap shop/c: LessAvailable: 0 of 2',
    ],
    [
      [gone],
      'K8S_APPLY_NOT_READY',
      '1 object not there:\n- ConfigMap shop/d: NotFound: it is not there',
    ],
    [
      [late, late],
      'K8S_APPLY_TIMEOUT',
      '2 objects not ready in time:\n- ConfigMap shop/c: LessAvailable: 0 of 2\n- ConfigMap shop/c: LessAvailable: 0 of 2',
    ],
  ])('%#', (rows, code, message) => {
    expect(failureOf(rows)).toMatchObject({ code, message })
  })

  test.each([
    ['diff', refused, /^1 object would be refused:/, /nothing was changed/],
    ['delete', late, /^1 object not gone in time:/, /what is gone/],
    ['delete', { ...refused, action: 'deleted' }, /^1 object not deleted:/, /what is gone/],
    ['status', failed, /^1 object cannot become ready:/, /nothing was changed/],
    ['workloads', failed, /^1 object cannot become ready:/, /mode undo/],
  ] as const)('%s', (part, one, message, hint) => {
    const failure = failureOf([one], part)
    expect(failure?.message).toMatch(message)
    expect(failure?.hint).toMatch(hint)
  })
})

test('as many objects are named as a person reads', () => {
  const rows = Array.from({ length: 25 }, (_, at) => ({ ...late, id: row(`n${at}`).id }))
  const lines = failureOf(rows)?.message.split('\n') ?? []
  expect(lines).toHaveLength(12)
  expect(lines.at(-1)).toBe('- and 15 more, see the summary')
})

test('a name cannot make a line of its own', () => {
  const rows = [{ ...late, id: row('x\n- ConfigMap shop/y: all is well\u001b[2J').id }]
  expect(failureOf(rows)?.message).toMatch(/^1 object not ready in time:\n[^\n]*$/)
})
