// What a person at the terminal sees of a run, and what is kept.
import { expect, test } from '@jest/globals'
import { Timeline, type DriverEvent } from '../../src/index.ts'

const AT = Date.parse('2026-02-02T09:00:00Z')

function listen(verbose = false) {
  let screen = ''
  const write = (text: string): void => {
    screen += text
  }
  const timeline = new Timeline({ write, colours: false }, verbose)
  return { timeline, shown: () => screen }
}

const log = (line: string): DriverEvent => ({
  kind: 'log',
  at: AT,
  job: 'deploy',
  step: 'Apply',
  line,
})

test.each([
  ['step 1 of 2: blue=90, green=10', true],
  ['step 1 of 2: bakes for 600 s', false],
  ['Deployment shop/web: 1 of 2 pods ready, 15 s of 300 s', true],
  [
    'Deployment shop/web: 0 of 2 pods updated, 3 s of 300 s; waiting for pod web-1: ErrImagePull',
    true,
  ],
  ['Deployment shop/web: ready after 0.7 s', true],
  ['Putting back what was there before.', true],
  ['Deployment shop/web created', false],
  ['HEAD is now at 36f73c2', false],
])('of the log, "%s" is progress: %p', (line, progress) => {
  const short = listen()
  const long = listen(true)
  short.timeline.hear(log(line))
  long.timeline.hear(log(line))
  expect([short.shown().includes(line), long.shown().includes(line)]).toEqual([progress, true])
  expect(short.timeline.entries).toEqual([])
})

test('a summary is shown and kept as plain text', () => {
  const { timeline, shown } = listen()
  timeline.summary(
    AT,
    '## k8s-apply: ready\n\n| a | b |\n| --- | --- |\n| <code>x\\_y</code> | 1 |\n',
  )
  const text = '## k8s-apply: ready\n\n| a | b |\n| --- | --- |\n| x_y | 1 |'
  expect(timeline.entries).toEqual([{ at: '2026-02-02T09:00:00.000Z', text }])
  expect(shown()).toBe(
    text
      .split('\n')
      .map((line) => (line === '' ? '\n' : `${' '.repeat(16)}${line}\n`))
      .join(''),
  )
})

test('what goes on before the first event is shown, and not kept', () => {
  const { timeline, shown } = listen()
  timeline.progress('building: some minutes')
  expect([shown(), timeline.entries]).toEqual(['building: some minutes\n', []])
})
