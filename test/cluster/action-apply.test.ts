// Modes apply and diff as a user sees them: outputs, summary, log and annotations of the built action.
import { beforeAll, describe, expect, test } from '@jest/globals'
import {
  budget,
  configMap,
  levelsOf,
  runApply,
  service,
  web,
  type StepAsk,
} from './action-bench.ts'
import { useCluster } from './harness.ts'
import type { K8sEnd } from './step/k8s-step.ts'

const cluster = useCluster()
const shop = [configMap('conf', { level: 'info' }), budget('web'), service('web'), web()]

const run = (namespace: string, ask: Partial<StepAsk> = {}): Promise<K8sEnd> =>
  runApply(cluster, { namespace, objects: shop, ...ask })

/** What is live of every kind that the suite uses, with versions: `ConfigMap conf 123`. */
async function liveIn(namespace: string): Promise<string> {
  const path = '{range .items[*]}{.kind} {.metadata.name} {.metadata.resourceVersion}{"\\n"}{end}'
  const kinds = 'configmaps,services,poddisruptionbudgets,deployments'
  const { stdout } = await cluster.kubectl('get', kinds, '-n', namespace, '-o', `jsonpath=${path}`)
  return stdout
}

function patchConf(namespace: string, patch: object) {
  const text = JSON.stringify(patch)
  return cluster.kubectl('patch', 'cm', 'conf', '-n', namespace, '--type=merge', '-p', text)
}

const levelIn = async (namespace: string): Promise<string> =>
  (await cluster.kubectl('get', 'cm', 'conf', '-n', namespace, '-o', 'jsonpath={.data.level}'))
    .stdout

describe('a set that is applied', () => {
  let namespace: string
  let first: K8sEnd
  let again: K8sEnd
  beforeAll(async () => {
    namespace = await cluster.namespace()
    first = await run(namespace)
    again = await run(namespace)
  })

  test('is ready, and says so shortly', () => {
    expect(first).toMatchObject({
      exitCode: 0,
      annotations: [],
      headings: [`## k8s-apply: ${namespace} ready`],
      outputs: {
        outcome: 'ready',
        changed: 'true',
        created: '4',
        configured: '0',
        unchanged: '0',
        deleted: '0',
        failed: '0',
      },
    })
    expect(first.summary).toContain('4 objects: 4 created.')
    expect(first.lines).toContain(`Deployment ${namespace}/web created`)
    expect(first.lines.join('\n')).toMatch(/web: ready after \d/)
  })

  test('has one entry per object in the output and the same in the file', () => {
    const entries = JSON.parse(first.outputs['result'] ?? '') as readonly object[]
    expect(entries).toHaveLength(4)
    expect(entries[3]).toEqual({
      group: 'apps',
      version: 'v1',
      kind: 'Deployment',
      namespace,
      name: 'web',
      action: 'created',
      verdict: 'ready',
      reason: '',
      message: '',
      seconds: expect.any(Number),
    })
    expect(first.resultFile).toBe(first.outputs['result'])
  })

  test('needs nothing when it is applied again', () => {
    expect(again).toMatchObject({
      exitCode: 0,
      annotations: [],
      headings: [`## k8s-apply: ${namespace} unchanged`],
      outputs: { outcome: 'unchanged', changed: 'false', unchanged: '4', created: '0' },
    })
    expect(again.lines.filter((line) => line !== '')).toEqual(['4 of 4 objects unchanged'])
    expect(again.summary.trim().split('\n')).toHaveLength(3)
  })
})

describe('drift', () => {
  test('is shown by diff, left alone by a dry run, and set back by apply', async () => {
    const namespace = await cluster.namespace()
    await run(namespace)
    await patchConf(namespace, { data: { level: null } })
    const before = await liveIn(namespace)
    const diff = await run(namespace, { inputs: { mode: 'diff' } })
    const dryRun = await run(namespace, { inputs: { 'dry-run': 'true' } })
    expect(await liveIn(namespace)).toBe(before)
    expect(diff).toMatchObject({
      exitCode: 0,
      outputs: { outcome: 'differs', changed: 'true', configured: '1', unchanged: '3' },
    })
    expect(diff.summary).toContain('    + data.level: "info"')
    expect(dryRun).toMatchObject({ exitCode: 0, outputs: { outcome: 'planned', changed: 'true' } })

    const applied = await run(namespace)
    expect(applied.outputs).toMatchObject({ outcome: 'ready', configured: '1', unchanged: '3' })
    expect(await levelIn(namespace)).toBe('info')
    const none = await run(namespace, { inputs: { mode: 'diff' } })
    expect(none).toMatchObject({ exitCode: 0, outputs: { outcome: 'unchanged', changed: 'false' } })
  })

  test('of a field that somebody else owns now is refused by name, and taken with force', async () => {
    const namespace = await cluster.namespace()
    await run(namespace)
    await patchConf(namespace, { data: { level: 'debug' } })
    const refused = await run(namespace)
    expect(refused).toMatchObject({
      exitCode: 1,
      outputs: { outcome: 'failed', changed: 'false', failed: '1' },
    })
    expect(levelsOf(refused)).toEqual(['error'])
    expect(refused.annotations[0]).toMatchObject({ title: 'k8s-apply: K8S_APPLY_REFUSED' })
    expect(refused.annotations[0]?.message).toBe(
      `1 object refused:\n- ConfigMap ${namespace}/conf: Conflict: others own fields of ConfigMap ${namespace}/conf: .data.level (kubectl-patch); take them out of the manifest, or set force-conflicts: true to take them over\nSee the reason of each object, mend it, run again: what was applied stays and is not sent twice.`,
    )
    expect(refused.summary).toContain('1 refused')
    const diff = await run(namespace, { inputs: { mode: 'diff' } })
    expect(diff.annotations[0]?.message).toMatch(
      /^1 object would be refused:[^]*nothing was changed\.$/,
    )

    const forced = await run(namespace, { inputs: { 'force-conflicts': 'true' } })
    expect(forced.outputs).toMatchObject({ outcome: 'ready', configured: '1' })
    expect(await levelIn(namespace)).toBe('info')
  })
})

test('an image entry replaces the image and says where', async () => {
  const namespace = await cluster.namespace()
  const step = await run(namespace, { inputs: { images: 'example/web:1.1.0' } })
  expect(step.exitCode).toBe(0)
  expect(step.lines.join('\n')).toMatch(
    /kubernetes\/all\.yml:\d+: image example\/web:1\.0\.0 becomes example\/web:1\.1\.0/,
  )
  const image = 'jsonpath={.spec.template.spec.containers[0].image}'
  const live = await cluster.kubectl('get', 'deploy', 'web', '-n', namespace, '-o', image)
  expect(live.stdout).toBe('example/web:1.1.0')
  const none = await run(namespace, { inputs: { images: 'example/other:1.1.0' } })
  expect(none).toMatchObject({ exitCode: 1, outputs: {} })
  expect(none.annotations[0]?.message).toMatch(/example\/other/)
})

test('what left an application goes when all else is ready', async () => {
  const namespace = await cluster.namespace()
  const inputs = { application: 'shop' }
  await run(namespace, { inputs, objects: [...shop, configMap('old')] })
  const planned = await run(namespace, { inputs: { ...inputs, mode: 'diff' } })
  expect(planned.outputs).toMatchObject({ outcome: 'differs', deleted: '1' })
  const step = await run(namespace, { inputs })
  expect(step).toMatchObject({
    exitCode: 0,
    annotations: [],
    headings: ['## k8s-apply: shop ready'],
    outputs: { outcome: 'ready', changed: 'true', deleted: '1', unchanged: '4', failed: '0' },
  })
  expect(step.lines).toContain(`ConfigMap ${namespace}/old pruned`)
  expect(await liveIn(namespace)).not.toMatch(/ConfigMap old/)
})

test('without a wait the outcome is applied, whatever comes of it', async () => {
  const namespace = await cluster.namespace()
  const objects = [budget('web'), web({ annotations: { 'test/fate': 'never' } })]
  const step = await run(namespace, { objects, inputs: { wait: 'false' } })
  expect(step).toMatchObject({
    exitCode: 0,
    annotations: [],
    outputs: { outcome: 'applied', changed: 'true', created: '2' },
  })
  expect(step.seconds).toBeLessThan(20)
  const again = await run(namespace, { objects, inputs: { wait: 'false' } })
  expect(again.outputs).toMatchObject({ outcome: 'unchanged', changed: 'false' })
})

test('a load balancer is awaited only when asked for', async () => {
  const namespace = await cluster.namespace()
  const objects = [service('web', { type: 'LoadBalancer' })]
  const plain = await run(namespace, { objects })
  expect(plain.outputs).toMatchObject({ outcome: 'ready' })
  const inputs = { 'wait-load-balancer': 'true', 'timeout-seconds': '3' }
  const awaited = await run(namespace, { objects, inputs })
  expect(awaited).toMatchObject({ exitCode: 1, outputs: { outcome: 'failed', failed: '1' } })
  expect(awaited.annotations[0]?.title).toBe('k8s-apply: K8S_APPLY_TIMEOUT')
  expect(awaited.annotations[0]?.message).toMatch(/^1 object not ready in time:\n- Service .*web/)
})

test('strict-practices refuses, with every line at once, before anything is written', async () => {
  const namespace = await cluster.namespace()
  const objects = [web({ image: 'example/web' })]
  const noticed = await run(namespace, { objects, inputs: { mode: 'diff' } })
  expect(levelsOf(noticed)).toEqual(['notice', 'notice'])
  const step = await run(namespace, { objects, inputs: { 'strict-practices': 'true' } })
  expect(step).toMatchObject({ exitCode: 1, outputs: {} })
  expect(levelsOf(step)).toEqual(['error'])
  expect(step.annotations[0]?.message).toMatch(
    /2 problems with the manifests:\n- kubernetes\/all\.yml:\d+: .*\(disruption-budget\)\n- kubernetes\/all\.yml:\d+: .*\(moving-tag\)\n.*nothing was written\.$/,
  )
  expect(await liveIn(namespace)).not.toMatch(/Deployment/)
})

describe('smoke', () => {
  const smoke = { smoke: '/health\n/api = 200 "example/web"', 'smoke-target': 'service/web:80' }

  test('goes through the API server, and its answers are told', async () => {
    const namespace = await cluster.namespace()
    const step = await run(namespace, { inputs: smoke })
    expect(step).toMatchObject({ exitCode: 0, outputs: { outcome: 'ready' } })
    expect(step.lines).toEqual(
      expect.arrayContaining(['smoke: /health 200, as wanted', 'smoke: /api 200, as wanted']),
    )
    expect(step.summary).toContain('| check | answer | tries | seconds |')
  })

  test('that fails leaves the new state and says what was answered', async () => {
    const namespace = await cluster.namespace()
    const objects = [
      budget('web'),
      service('web'),
      web({ annotations: { 'test/http-status': '404' } }),
    ]
    const inputs = { ...smoke, 'timeout-seconds': '10' }
    const step = await run(namespace, { objects, inputs })
    expect(step).toMatchObject({
      exitCode: 1,
      outputs: { outcome: 'failed', changed: 'true', created: '3' },
    })
    expect(step.annotations[0]?.title).toBe('k8s-apply: K8S_APPLY_SMOKE_FAILED')
    expect(step.annotations[0]?.message).toMatch(
      /^2 of 2 checks failed:\n- \/health 404, wanted 200; .*\n- \/api 404, wanted 200 with "example\/web"; .*\nLook at the answer that is shown; the new state is live\.$/,
    )
  })
})
