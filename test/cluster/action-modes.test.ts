// The other modes of k8s-apply as a user sees them.
import { beforeAll, describe, expect, test } from '@jest/globals'
import { budget, configMap, runApply, service, web, type StepAsk } from './action-bench.ts'
import { useCluster } from './harness.ts'
import type { K8sEnd } from './step/k8s-step.ts'

const cluster = useCluster()
const shop = [configMap('conf'), budget('web'), service('web'), web()]
const onWeb = (mode: string, more: Readonly<Record<string, string>> = {}) => ({
  mode,
  objects: 'deployment/web',
  ...more,
})

const run = (namespace: string, ask: Omit<StepAsk, 'namespace'> = {}): Promise<K8sEnd> =>
  runApply(cluster, { namespace, objects: shop, ...ask })

const webIn = async (namespace: string, path: string): Promise<string> =>
  (await cluster.kubectl('get', 'deploy', 'web', '-n', namespace, '-o', `jsonpath=${path}`)).stdout

const imageIn = (namespace: string) => webIn(namespace, '{.spec.template.spec.containers[0].image}')

describe('status', () => {
  test('of what is ready, gone, and failing', async () => {
    const namespace = await cluster.namespace()
    const inputs = { mode: 'status' }
    const gone = await run(namespace, { inputs, objects: [configMap('conf')] })
    expect(gone).toMatchObject({ exitCode: 1, outputs: { outcome: 'failed', failed: '1' } })
    expect(gone.annotations[0]?.message).toMatch(
      /^1 object not there:\n- ConfigMap .*\/conf: NotFound: it is not there\nSee the reason .* nothing was changed\.$/,
    )
    await run(namespace, { inputs: { application: 'shop' } })
    const ready = await run(namespace, {
      objects: [],
      inputs: { ...inputs, application: 'shop', manifests: '' },
    })
    expect(ready).toMatchObject({
      exitCode: 0,
      annotations: [],
      headings: ['## k8s-apply: shop ready'],
      outputs: { outcome: 'ready', changed: 'false', unchanged: '4' },
    })
    expect(ready.summary).toContain('4 objects: 4 ready.')
    expect(ready.summary).toContain(`Deployment ${namespace}&#47;web`)
    expect(ready.lines).toContain(`Deployment ${namespace}/web ready`)

    const failing = [budget('web'), web({ annotations: { 'test/fate': 'crash' } })]
    await run(namespace, { objects: failing, inputs: { wait: 'false' } })
    await run(namespace, { objects: failing })
    const failed = await run(namespace, { inputs, objects: failing })
    expect(failed).toMatchObject({
      exitCode: 1,
      headings: [`## k8s-apply: ${namespace} failed`],
      outputs: { outcome: 'failed', changed: 'false', failed: '1' },
    })
    expect(failed.summary).toContain('2 objects: 1 ready, 1 failed.')
    expect(failed.summary).toContain('Last log lines:')
    expect(failed.lines.join('\n')).toMatch(/^ {4}\| fatal: cannot open/m)
    expect(failed.annotations[0]?.message).toMatch(/CrashLoopBackOff/)
  })
})

describe('a rollout by hand', () => {
  let namespace: string
  beforeAll(async () => {
    namespace = await cluster.namespace()
    await run(namespace)
    await run(namespace, { inputs: { images: 'example/web:1.1.0' } })
  })

  test('history shows revisions with their images', async () => {
    const step = await run(namespace, { inputs: onWeb('history'), objects: [] })
    expect(step).toMatchObject({ exitCode: 0, annotations: [], outputs: { changed: 'false' } })
    expect(step.summary).toMatch(/\n\nRevisions:\n\n {4}Deployment .*\n {6}REVISION .*IMAGES/)
    expect(step.lines.join('\n')).toMatch(
      /1 .*example\/web:1\.0\.0.*\n.*2 \(current\).*web:1\.1\.0/,
    )
  })

  test('undo goes back, and twice is once', async () => {
    const step = await run(namespace, { inputs: onWeb('undo'), objects: [] })
    expect(step.outputs).toMatchObject({ outcome: 'ready', changed: 'true', configured: '1' })
    expect(step.summary).toContain('to revision 1 (example/web:1.0.0)')
    expect(await imageIn(namespace)).toBe('example/web:1.0.0')
    const again = await run(namespace, { inputs: onWeb('undo', { revision: '3' }), objects: [] })
    expect(again.outputs).toMatchObject({ outcome: 'unchanged', changed: 'false' })
  })

  test('restart makes new pods of the same template', async () => {
    const dry = await run(namespace, {
      inputs: onWeb('restart', { 'dry-run': 'true' }),
      objects: [],
    })
    expect(dry.outputs).toMatchObject({ outcome: 'planned', changed: 'true' })
    const generation = await webIn(namespace, '{.metadata.generation}')
    const step = await run(namespace, { inputs: onWeb('restart'), objects: [] })
    expect(step).toMatchObject({
      exitCode: 0,
      annotations: [],
      outputs: { outcome: 'ready', changed: 'true', configured: '1' },
    })
    expect(step.lines.join('\n')).toMatch(/web restarted\n[^]*web: ready after/)
    expect(Number(await webIn(namespace, '{.metadata.generation}'))).toBe(Number(generation) + 1)
  })

  test('scale changes the number of pods', async () => {
    const inputs = onWeb('scale', { replicas: '3' })
    const step = await run(namespace, { inputs, objects: [] })
    expect(step.outputs).toMatchObject({ outcome: 'ready', changed: 'true' })
    expect(step.summary).toContain('2 -&gt; 3 replicas')
    const again = await run(namespace, { inputs, objects: [] })
    expect(again.outputs).toMatchObject({ outcome: 'unchanged', changed: 'false' })
  })

  test('what is paused is not awaited, and keeps what left its set; resume ends it', async () => {
    const inputs = { application: 'shop' }
    await run(namespace, { inputs, objects: [...shop, configMap('old')] })
    const paused = await run(namespace, { inputs: onWeb('pause'), objects: [] })
    expect(paused).toMatchObject({ exitCode: 0, outputs: { outcome: 'paused', changed: 'true' } })
    const again = await run(namespace, { inputs: onWeb('pause'), objects: [] })
    expect(again.outputs).toMatchObject({ outcome: 'unchanged', changed: 'false' })
    expect(again.summary).toContain('it is paused already')

    const objects = [...shop.slice(0, 3), web({ image: 'example/web:1.2.0' })]
    const step = await run(namespace, { inputs, objects })
    expect(step).toMatchObject({
      exitCode: 0,
      headings: ['## k8s-apply: shop paused'],
      outputs: { outcome: 'paused', changed: 'true', deleted: '0' },
      annotations: [
        {
          level: 'notice',
          message: 'nothing is removed while a workload is paused: its old pods may need it',
        },
      ],
    })
    const old = await cluster.kubectl('get', 'cm', 'old', '-n', namespace)
    expect(old.code).toBe(0)
    const resumed = await run(namespace, { inputs: onWeb('resume'), objects: [] })
    expect(resumed.outputs).toMatchObject({ outcome: 'ready', changed: 'true' })
    const after = await run(namespace, { inputs, objects })
    expect(after.outputs).toMatchObject({ outcome: 'ready', deleted: '1' })
  })
})

test('targets that are not there are refused all at once', async () => {
  const namespace = await cluster.namespace()
  const objects = 'deployment/nothing, statefulset/nobody'
  const step = await run(namespace, { objects: [], inputs: { mode: 'restart', objects } })
  expect(step).toMatchObject({ exitCode: 1, outputs: {} })
  expect(step.annotations[0]?.title).toBe('k8s-apply: KUBERNETES_TARGET_INVALID')
  expect(step.annotations[0]?.message).toMatch(/2 problems[^]*nothing[^]*nobody/)
})

describe('delete', () => {
  test('of what the manifests name, and again', async () => {
    const namespace = await cluster.namespace()
    await run(namespace)
    const planned = await run(namespace, { inputs: { mode: 'delete', 'dry-run': 'true' } })
    expect(planned.outputs).toMatchObject({ outcome: 'planned', changed: 'true', deleted: '4' })
    const step = await run(namespace, { inputs: { mode: 'delete' } })
    expect(step).toMatchObject({
      exitCode: 0,
      annotations: [],
      headings: [`## k8s-apply: ${namespace} deleted`],
      outputs: { outcome: 'deleted', changed: 'true', deleted: '4', failed: '0' },
    })
    expect(step.lines).toContain(`Deployment ${namespace}/web deleted`)
    const again = await run(namespace, { inputs: { mode: 'delete' } })
    expect(again).toMatchObject({
      exitCode: 0,
      outputs: { outcome: 'unchanged', changed: 'false', deleted: '0', failed: '0' },
    })
  })

  test('of an application, its record included', async () => {
    const namespace = await cluster.namespace()
    await run(namespace, { inputs: { application: 'shop' } })
    const inputs = { mode: 'delete', application: 'shop', manifests: '' }
    const step = await run(namespace, { objects: [], inputs })
    expect(step).toMatchObject({
      exitCode: 0,
      headings: ['## k8s-apply: shop deleted'],
      outputs: { outcome: 'deleted', changed: 'true', failed: '0' },
    })
    const left = await cluster.kubectl('get', 'cm,svc,pdb,deploy', '-n', namespace, '-o', 'name')
    expect(left.stdout.trim()).toBe('configmap/kube-root-ca.crt')
  })

  test('that a finalizer holds fails at the time limit and names it', async () => {
    const namespace = await cluster.namespace()
    const held = { ...configMap('held'), metadata: { name: 'held', finalizers: ['example.com/x'] } }
    await run(namespace, { objects: [held] })
    const inputs = { mode: 'delete', 'timeout-seconds': '3' }
    const step = await run(namespace, { objects: [held], inputs })
    expect(step).toMatchObject({ exitCode: 1, outputs: { outcome: 'failed', failed: '1' } })
    expect(step.annotations[0]?.message).toMatch(
      /^1 object not gone in time:\n- ConfigMap .*\/held: .*example\.com\/x/,
    )
  })
})
