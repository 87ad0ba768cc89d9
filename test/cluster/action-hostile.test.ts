// Texts of others stay texts: no workflow command, no Markdown, no escape sequence.
import { describe, expect, test } from '@jest/globals'
import { budget, configMap, everythingOf, runApply, service, web } from './action-bench.ts'
import { useCluster } from './harness.ts'

const cluster = useCluster()

const ESCAPE = '\u001b[2J\u001b]8;;https://evil.example\u0007'
const HOSTILE = [
  '::error title=gone::pwned',
  '  ::set-output name=outcome::ready',
  '##[error]pwned',
  '::add-mask::a',
  '::stop-commands::x',
  `${ESCAPE}red`,
  '</code><img src=x onerror=alert(1)> | [link](https://evil.example) **bold** `tick`',
  '# heading\r::warning::after a return',
].join('\n')

/** Everything that a terminal or a browser would act on. */
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f\u0080-\u009f]/

describe('hostile texts', () => {
  test('in log lines and messages of pods', async () => {
    const namespace = await cluster.namespace()
    const fate = { 'test/fate': 'crash', 'test/log': HOSTILE }
    const objects = [budget('web'), web({ annotations: fate })]
    const step = await runApply(cluster, { namespace, objects })
    expect(step.annotations).toEqual([
      expect.objectContaining({ level: 'error', title: 'k8s-apply: K8S_APPLY_NOT_READY' }),
    ])
    expect(step.masked).not.toContain('a')
    expect(everythingOf(step)).toContain('pwned')
    expect(step.lines.filter((line) => CONTROL.test(line))).toEqual([])
    expect(step.lines.filter((line) => /^\s*::(?!error title=k8s-apply)/.test(line))).toEqual([])
    expect(step.lines.filter((line) => line.includes('##['))).toEqual([])
    expect(step.headings).toHaveLength(1)
    expect(step.summary).not.toMatch(/<img|(?<!\\)\]\(https|\*\*bold/)
    expect(step.summary.split('\n').filter((line) => /^#+ heading/.test(line))).toEqual([])
  })

  test('in answers of smoke checks', async () => {
    const namespace = await cluster.namespace()
    const objects = [budget('web'), service('web'), web()]
    const inputs = {
      smoke: '/%0A::error::x?<img>|**b** = 201 "::error::wanted <b>"',
      'smoke-target': 'service/web:80',
      'timeout-seconds': '8',
    }
    const step = await runApply(cluster, { namespace, objects, inputs })
    expect(step.annotations.map(({ title }) => title)).toEqual([
      'k8s-apply: K8S_APPLY_SMOKE_FAILED',
    ])
    expect(step.summary).not.toMatch(/<img|<b>|\*\*b/)
    expect(step.headings).toHaveLength(1)
  })

  test('in refusals of the server, in names and in values', async () => {
    const namespace = await cluster.namespace()
    const name = 'a.**b**.<img>\n::error::x'
    const objects = [
      configMap(name, { a: '1' }),
      { ...configMap('labels'), metadata: { name: 'labels', labels: { app: HOSTILE } } },
    ]
    const step = await runApply(cluster, { namespace, objects })
    expect(step.exitCode).toBe(1)
    expect(step.annotations).toHaveLength(1)
    expect(step.annotations[0]?.message.split('\n')).toEqual([
      '2 objects refused:',
      expect.stringMatching(/^- ConfigMap .*: Invalid: /),
      expect.stringMatching(/^- ConfigMap .*labels: Invalid: /),
      expect.stringMatching(/^See the reason/),
    ])
    expect(step.headings).toHaveLength(1)
    expect(step.summary).not.toMatch(/<img|(?<!\\)\]\(https|\*\*b/)
    expect(step.lines.filter((line) => CONTROL.test(line))).toEqual([])
  })

  test('in a diff', async () => {
    const namespace = await cluster.namespace()
    const data = { a: HOSTILE, '::b': `${ESCAPE}` }
    const objects = [configMap('conf', { a: HOSTILE, b: ESCAPE })]
    const refused = await runApply(cluster, { namespace, objects: [configMap('conf', data)] })
    expect(refused.exitCode).toBe(1)
    const step = await runApply(cluster, { namespace, objects, inputs: { mode: 'diff' } })
    expect(step).toMatchObject({ exitCode: 0, annotations: [] })
    expect(step.lines.filter((line) => CONTROL.test(line))).toEqual([])
    const own = step.summary.split('\n').filter((line) => !line.startsWith('    '))
    expect(own.join('\n')).not.toMatch(/pwned|evil|<img/)
    expect(step.headings).toHaveLength(1)
  })

  test('in inputs', async () => {
    const namespace = await cluster.namespace()
    const inputs = {
      mode: '::error::x\n## y',
      application: '<img src=x>',
      'smoke-target': 'https://a:b@evil.example/**x**',
      'fail-early': '::stop-commands::x',
    }
    const step = await runApply(cluster, { namespace, objects: [configMap('a')], inputs })
    expect(step.annotations).toHaveLength(1)
    expect(step.headings).toHaveLength(1)
    expect(step.summary).not.toMatch(/<img|\*\*x/)
  })
})
