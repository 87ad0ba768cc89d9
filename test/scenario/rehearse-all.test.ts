// What `npm run rehearse:all` makes of an exit code of ./rehearse.
import { expect, test } from '@jest/globals'
import { judgeRehearsal } from '../../scripts/rehearsal-verdict.ts'

test.each([
  [0, undefined, 'passed', 'as expected'],
  [1, undefined, 'failed', 'ended with 1'],
  [2, 'true', 'failed', 'ended with 2'],
  [3, undefined, 'skipped', 'skipped'],
  [3, '', 'skipped', 'skipped'],
  [3, 'false', 'skipped', 'skipped'],
  [3, 'true', 'failed', 'could not begin, and CI is set'],
  [3, '1', 'failed', 'could not begin, and CI is set'],
] as const)('exit code %p with CI %p: %s', (code, ci, verdict, text) =>
  expect(judgeRehearsal(code, ci)).toEqual({ verdict, text }),
)
