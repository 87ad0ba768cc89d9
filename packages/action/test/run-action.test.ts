import { describe, expect, jest, test } from '@jest/globals'
import { commands, runStep } from './step.ts'

// Each test starts processes, on machines that may be busy.
jest.setTimeout(20_000)

describe('a step that succeeds', () => {
  test('writes outputs, summary, state and notice, and ends with 0', async () => {
    const step = await runStep({ inputs: { labels: ' a, b\nc ,', times: '3' } })
    expect(step).toMatchObject({
      exitCode: 0,
      outputs: { labels: 'a+b+c', text: 'two\nlines' },
      state: { before: 'blue=100' },
    })
    expect(step.summary).toBe(
      '## probe-action: taxi done\n\n| times | labels |\n| --- | --- |\n| 3 | a,b,c |\n',
    )
    expect(commands(step.log, 'notice')).toEqual(['::notice::look here'])
    expect(commands(step.log, 'error')).toEqual([])
  })

  test('may end with an exit code of its own', async () => {
    const step = await runStep({ inputs: { what: 'hold' } })
    expect(step.exitCode).toBe(3)
    expect(step.summary).toContain('## probe-action: taxi held')
    expect(commands(step.log, 'error')).toEqual([])
  })

  test('works without a runner: outputs and summary are printed', async () => {
    const step = await runStep({ onRunner: false, inputs: { labels: 'a' } })
    expect(step.exitCode).toBe(0)
    expect(step.log).toContain('output labels=a\n')
    expect(step.log).toContain('## probe-action: taxi done')
    expect(step.log).not.toMatch(/^::/m)
  })
})

describe('a step that fails', () => {
  test('tells every wrong input in one annotation, and does nothing', async () => {
    const step = await runStep({
      inputs: { what: 'leap', times: '10', 'dry-run': 'yes', labels: 'x' },
    })
    const [annotation, ...more] = commands(step.log, 'error')
    expect(more).toEqual([])
    expect(annotation?.replaceAll('%0A', '\n').split('\n')).toEqual([
      '::error title=probe-action%3A ACTION_BAD_INPUT::3 problems with the inputs:',
      expect.stringMatching(/^- input what: found "leap"; wanted succeed, fail, .* or fetch$/),
      '- input times: found "10"; wanted a whole number from 1 to 9',
      '- input dry-run: found "yes"; wanted true or false',
      'Correct the inputs or files named above.',
    ])
    expect(step).toMatchObject({ exitCode: 1, outputs: {} })
    expect(step.summary).toContain('## probe-action: not started\n')
    expect(step.summary).toContain('\n- input times: found "10"; wanted a whole number')
  })

  test('writes outputs and summary before it fails, with one inert annotation', async () => {
    const step = await runStep({ inputs: { what: 'fail' } })
    expect(step).toMatchObject({ exitCode: 1, outputs: { until: 'here' } })
    expect(commands(step.log, 'error')).toEqual([
      expect.stringContaining('::no token%0A::error::from a message%0AGive the job'),
    ])
    expect(step.summary).toContain('## probe-action: taxi\\|&lt;b&gt;\\` refused\n')
    expect(step.summary).toContain('What was done.')
    expect(step.summary).toContain('`ACTION_NO_OIDC`')
  })

  test('a bug says where to report it; its stack is for the debug log', async () => {
    const env = { GITHUB_ACTION_REPOSITORY: 'owner/sluice' }
    const step = await runStep({ inputs: { what: 'break' }, env })
    expect(step.exitCode).toBe(1)
    expect(commands(step.log, 'error')).toEqual([
      expect.stringContaining(
        'TypeError: x is not a function%0APlease report it at https://github.com/owner/sluice/issues',
      ),
    ])
    expect(commands(step.log, 'debug')).toEqual([expect.stringContaining('probe-action.ts')])
    expect(step.summary).toContain('## probe-action: failed\n')
  })

  test('an error that nobody waited for fails the step at once', async () => {
    const step = await runStep({ inputs: { what: 'reject-later' } })
    expect(step.exitCode).toBe(1)
    expect(commands(step.log, 'error')).toEqual([expect.stringContaining('nobody waited')])
  })
})

describe('a cancelled step', () => {
  const LIMIT = 5000

  test.each(['SIGINT', 'SIGTERM'] as const)('%s ends waits at once', async (signal) => {
    const step = await runStep({ inputs: { what: 'wait' }, signals: [signal] })
    expect(step.exitCode).toBe(1)
    expect(step.stoppedAfter).toBeLessThan(LIMIT / 2)
    expect(step.summary).toContain('## probe-action: cancelled\n')
    expect(commands(step.log, 'error')).toEqual([
      expect.stringContaining(`ACTION_CANCELLED::cancelled by ${signal}`),
    ])
  })

  test('reports what was done, with its own exit code', async () => {
    const step = await runStep({ inputs: { what: 'wait-reporting' }, signals: ['SIGINT'] })
    expect(step).toMatchObject({ exitCode: 2, outputs: { traffic: 'blue=100' } })
    expect(step.summary).toContain('## probe-action: taxi cancelled\n')
    expect(commands(step.log, 'error')).toHaveLength(1)
  })

  test('ends in time even when its work does not stop', async () => {
    const step = await runStep({ inputs: { what: 'hang' }, signals: ['SIGINT'] })
    expect(step.exitCode).toBe(1)
    expect(step.stoppedAfter).toBeLessThan(LIMIT)
    expect(step.summary).toContain('## probe-action: cancelled\n')
    expect(step.log).toContain('did not stop within')
  })

  test('a second signal ends it without waiting', async () => {
    const step = await runStep({ inputs: { what: 'hang' }, signals: ['SIGINT', 'SIGTERM'] })
    expect(step.exitCode).toBe(1)
    expect(step.stoppedAfter).toBeLessThan(LIMIT / 2)
  })
})

describe('the post step', () => {
  const post = (before: Readonly<Record<string, string>>) =>
    runStep({
      inputs: { what: 'changed since then' },
      post: true,
      env: before,
    })

  test('knows the saved state, ignores the inputs, and reports', async () => {
    const step = await post({ STATE_before: 'blue=100' })
    expect(step.exitCode).toBe(0)
    expect(step.log).toContain('post knows {"before":"blue=100"}')
    expect(step.summary).toBe('## probe-action: taxi restored\n\nblue=100\n')
  })

  test('never runs the action, not even when main was killed before it saved anything', async () => {
    const step = await runStep({ post: true, inputs: { what: 'succeed' } })
    expect(step).toMatchObject({ exitCode: 0, summary: '', outputs: {} })
  })

  test('without anything to do it is silent', async () => {
    expect(await post({})).toMatchObject({ exitCode: 0, summary: '' })
  })

  test.each([
    ['fail', 0, 'traffic is not back'],
    ['unproven', 2, 'traffic is not back'],
    ['throw', 0, 'post broke'],
  ])('%s: warns, and ends with %d', async (before, exitCode, message) => {
    const step = await post({ STATE_before: before })
    expect(step.exitCode).toBe(exitCode)
    expect(commands(step.log, 'warning')).toEqual([expect.stringContaining(message)])
    expect(commands(step.log, 'error')).toEqual([])
  })
})

describe('what is printed', () => {
  test('a secret is masked by the runner and hidden by us', async () => {
    const step = await runStep({ inputs: { what: 'leak', 'github-token': 'ghs_hush' } })
    expect(commands(step.log, 'add-mask')).toEqual([
      '::add-mask::ghs_hush',
      '::add-mask::found-secret',
    ])
    const printed = step.log.replaceAll(/^::add-mask::.*$/gm, '')
    expect(printed).toContain('token *** ***')
    expect(`${printed}${step.summary}`).not.toMatch(/ghs_hush|found-secret/)
    expect(commands(step.log, 'warning')).toHaveLength(2)
  })

  test('without a runner no secret is printed at all', async () => {
    const inputs = { what: 'leak', 'github-token': 'ghs_hush' }
    const step = await runStep({ onRunner: false, inputs })
    expect(step.log).toContain('output token=***')
    expect(step.log).not.toMatch(/ghs_hush|found-secret/)
  })

  test('hostile text is no command and no Markdown', async () => {
    const detail =
      'x\n::set-output name=a::b\n  ::error::c ##[error]d\r::stop-commands::e | @team <img>'
    const step = await runStep({ inputs: { what: 'shout', detail } })
    const taken = step.log
      .split('\n')
      .filter((line) => /^\s*::(?!warning::)|^(?!::).*##\[/.test(line))
    expect(taken).toEqual([])
    expect(commands(step.log, 'warning')).toHaveLength(1)
    expect(step.summary.split('\n')).toHaveLength(7)
    expect(step.summary).not.toMatch(/<img|@team|(?<!\\)\| @/)
  })
})
