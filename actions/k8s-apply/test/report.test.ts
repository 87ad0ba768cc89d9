// Outputs and summary of a run, from its rows.
import { describe, expect, test } from '@jest/globals'
import { reportRun, type RunEnd } from '../src/report.ts'
import { row } from './rows.ts'

async function reported(end: Partial<RunEnd>) {
  const files = new Map<string, string>()
  const ports = {
    run: { documents: '/documents' },
    log: { hide: (text: string) => text.replaceAll('sesame99', '***') },
    files: {
      writeText: (path: string, text: string) => {
        files.set(path, text)
        return Promise.resolve()
      },
    },
  } as unknown as Parameters<typeof reportRun>[1]
  const whole = { outcome: 'ready', subject: 'shop', rows: [], changed: false, ...end } as const
  return { report: await reportRun(whole, ports), files }
}

test('masked values reach neither the output nor the file', async () => {
  const rows = [
    row('a', { verdict: 'failed', reason: 'Error', message: 'login "sesame99" failed' }),
  ]
  const { report, files } = await reported({ rows, outcome: 'failed' })
  expect(JSON.parse(report.outputs['result'] ?? '')).toMatchObject([
    { message: 'login "***" failed' },
  ])
  expect([...files.values()].join()).not.toContain('sesame99')
})

test('every row is counted once, and the file holds what the output holds', async () => {
  const rows = [
    row('a', { action: 'created', verdict: 'ready' }),
    row('b', { action: 'replaced', verdict: 'failed' }),
    row('c', { action: 'pruned', verdict: 'gone' }),
    row('d', { verdict: 'ready' }),
    row('e', { action: 'refused', verdict: 'failed' }),
    row('f', { action: 'unknown' }),
  ]
  const { report, files } = await reported({ rows, changed: true, outcome: 'failed' })
  expect(report).toMatchObject({ subject: 'shop', ending: 'failed' })
  expect(report.outputs).toMatchObject({
    created: '1',
    configured: '1',
    deleted: '1',
    unchanged: '1',
    failed: '2',
    changed: 'true',
    outcome: 'failed',
    'result-file': '/documents/k8s-apply.json',
  })
  expect(files.get('/documents/k8s-apply.json')).toBe(report.outputs['result'])
})

describe('the summary', () => {
  test('has no table when nothing is to be told', async () => {
    const { report } = await reported({ rows: [row('a', { verdict: 'ready' }), row('b')] })
    expect(report.summary).toBe('2 objects: 2 unchanged.')
  })

  test('leaves out what needed nothing, and shows trouble first', async () => {
    const rows = [
      row('quiet', { verdict: 'ready' }),
      row('made', { action: 'created', verdict: 'ready' }),
      row('wrong', { action: 'refused', verdict: 'failed', reason: 'Invalid', message: '<b>|' }),
      row('said', { message: 'it is paused already' }),
    ]
    const { summary } = (await reported({ rows })).report
    const names = [...summary.matchAll(/<code>ConfigMap shop&#47;(\w+)/g)].map(([, name]) => name)
    expect(names).toEqual(['wrong', 'made', 'said'])
    expect(summary).toContain('1 more needed nothing.')
    expect(summary).toContain('Invalid: &lt;b&gt;\\|')
  })

  test('of a look shows every row, counted by how it stands', async () => {
    const rows = [row('a', { verdict: 'ready' }), row('b', { reason: 'Creating' })]
    const { summary } = (await reported({ rows, isLook: true })).report
    expect(summary).toMatch(/^2 objects: 1 ready, 1 not ready yet\./)
    expect(summary.split('\n').filter((line) => line.startsWith('| <code>'))).toHaveLength(2)
  })

  test('is no longer than a person reads', async () => {
    const rows = Array.from({ length: 150 }, (_, at) => row(`n${at}`, { action: 'created' }))
    const { summary } = (await reported({ rows })).report
    expect(summary.split('\n').filter((line) => line.startsWith('| <code>'))).toHaveLength(100)
    expect(summary).toContain('50 more are in the result file.')
  })

  test('of a mode that has a text of its own says nothing of objects', async () => {
    const { summary } = (await reported({ detail: 'Revisions:' })).report
    expect(summary).toBe('Revisions:')
  })
})
