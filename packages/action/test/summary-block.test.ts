import { expect, test } from '@jest/globals'
import { renderSection } from '../src/report-files.ts'

test('a summary may begin with a block of code: its blanks stay', () => {
  const summary = '\n    REVISION  IMAGES\n    1         web:1\n'
  const report = { subject: 'web', ending: 'unchanged', outputs: {}, summary }
  expect(renderSection({ action: 'k8s-apply', report })).toBe(
    '## k8s-apply: web unchanged\n\n    REVISION  IMAGES\n    1         web:1\n',
  )
})
