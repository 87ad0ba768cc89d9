// What a user sees of a failed apply, and of its way back.
import { describe, expect, test } from '@jest/globals'
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
const crash = web({ annotations: { 'test/fate': 'crash', 'test/log': 'first\nno such model' } })

const run = (namespace: string, ask: Omit<StepAsk, 'namespace'>): Promise<K8sEnd> =>
  runApply(cluster, { namespace, ...ask })

const dataOf = async (namespace: string, name: string): Promise<string> => {
  const what = ['get', 'cm', name, '-n', namespace, '--ignore-not-found', '-o', 'jsonpath={.data}']
  return (await cluster.kubectl(...what)).stdout
}

describe('pods that crash', () => {
  test('fail the step early, with reason, exit code and last log lines', async () => {
    const namespace = await cluster.namespace()
    const step = await run(namespace, { objects: [configMap('conf'), budget('web'), crash] })
    expect(step).toMatchObject({
      exitCode: 1,
      headings: [`## k8s-apply: ${namespace} failed`],
      outputs: { outcome: 'failed', changed: 'true', created: '3', failed: '1' },
    })
    expect(step.seconds).toBeLessThan(25)
    expect(levelsOf(step)).toEqual(['error'])
    expect(step.annotations[0]?.title).toBe('k8s-apply: K8S_APPLY_NOT_READY')
    expect(step.annotations[0]?.message).toMatch(
      /^1 object cannot become ready:\n- Deployment .*\/web: CrashLoopBackOff: pod web-\S+: container web: it ends with exit code 1; restarted \d+ times\nSee the reason .*`on-failure: undo`.*$/,
    )
    expect(step.summary).toMatch(/### Deployment .*\/web: CrashLoopBackOff/)
    expect(step.summary).toContain('no such model')
    expect(step.lines).toContain('    | no such model')
  })

  test('and are not sent again: a second run waits for them and fails the same', async () => {
    const namespace = await cluster.namespace()
    const objects = [budget('web'), crash]
    await run(namespace, { objects })
    const step = await run(namespace, { objects, inputs: { 'on-failure': 'undo' } })
    expect(step).toMatchObject({
      exitCode: 1,
      outputs: { outcome: 'failed', changed: 'false', unchanged: '2', failed: '1' },
    })
    expect(levelsOf(step)).toEqual(['notice', 'error'])
    expect(step.annotations[0]?.message).toMatch(/^nothing is put back: this run changed nothing/)
    expect(step.annotations[1]?.title).toBe('k8s-apply: K8S_APPLY_NOT_READY')
  })
})

describe('on-failure: undo', () => {
  const before = [configMap('conf', { level: 'info' }), budget('web'), service('web'), web()]
  const inputs = { 'on-failure': 'undo' }

  test('puts back what changed and deletes what it made', async () => {
    const namespace = await cluster.namespace()
    await run(namespace, { objects: before })
    const objects = [
      configMap('conf', { level: 'debug' }),
      configMap('new', { a: '1' }),
      budget('web'),
      service('web'),
      crash,
    ]
    const step = await run(namespace, { objects, inputs })
    expect(step).toMatchObject({
      exitCode: 1,
      headings: [`## k8s-apply: ${namespace} undone`],
      outputs: { outcome: 'undone', changed: 'true', unchanged: '2', failed: '0' },
    })
    expect(step.annotations).toEqual([
      {
        level: 'error',
        title: 'k8s-apply: K8S_APPLY_UNDONE',
        message: expect.stringMatching(
          /^The state before is back and healthy, because 1 object cannot become ready:\n- Deployment .*CrashLoopBackOff.*\nSee why the new state failed, mend it, run again\.$/,
        ),
      },
    ])
    expect(step.summary).toContain('made by this run, deleted again')
    expect(step.summary).toContain('as before this run (CrashLoopBackOff')
    expect(await dataOf(namespace, 'conf')).toBe('{"level":"info"}')
    expect(await dataOf(namespace, 'new')).toBe('')
    const again = await run(namespace, { objects: before })
    expect(again.outputs).toMatchObject({ outcome: 'unchanged', changed: 'false' })
  })

  test('keeps a claim that it made, and says so', async () => {
    const namespace = await cluster.namespace()
    const claim = {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'data' },
      spec: {
        accessModes: ['ReadWriteOnce'],
        storageClassName: 'later',
        resources: { requests: { storage: '1Gi' } },
      },
    }
    const invalid = web({ annotations: { 'test/fate': 'invalid-image' } })
    const step = await run(namespace, { objects: [claim, budget('web'), invalid], inputs })
    expect(step).toMatchObject({
      exitCode: 1,
      outputs: { outcome: 'undone', changed: 'true', created: '1' },
    })
    expect(step.summary).toMatch(/PersistentVolumeClaim .*\| created \|.*Kept: .*is kept, because/)
    const left = await cluster.kubectl('get', 'pvc,pdb,deploy', '-n', namespace, '-o', 'name')
    expect(left.stdout.trim()).toBe('persistentvolumeclaim/data')
  })

  test('also after a refusal of a later object', async () => {
    const namespace = await cluster.namespace()
    await run(namespace, { objects: before })
    const wrong = { ...service('web', { ports: [{ port: 0 }] }) }
    const objects = [configMap('conf', { level: 'debug' }), budget('web'), wrong, web()]
    const step = await run(namespace, { objects, inputs })
    expect(step.outputs).toMatchObject({ outcome: 'undone', changed: 'true', failed: '1' })
    expect(step.annotations.at(-1)?.message).toMatch(
      /^The state before is back and healthy, because 1 object refused:\n- Service .*\/web: Invalid: .*spec\.ports\[0\]\.port/,
    )
    expect(await dataOf(namespace, 'conf')).toBe('{"level":"info"}')
  })

  test('after a smoke check that fails', async () => {
    const namespace = await cluster.namespace()
    await run(namespace, { objects: before })
    const objects = [...before.slice(0, 3), web({ annotations: { 'test/http-status': '404' } })]
    const step = await run(namespace, {
      objects,
      inputs: {
        ...inputs,
        smoke: '/health',
        'smoke-target': 'service/web:80',
        'timeout-seconds': '12',
      },
    })
    expect(step.outputs).toMatchObject({ outcome: 'undone', configured: '1' })
    expect(step.annotations[0]?.message).toMatch(
      /^The state before is back and healthy, because 1 of 1 checks failed:\n- \/health 404, wanted 200; /,
    )
    expect(step.summary).toContain('| check | answer |')
  })

  test('that fails itself names what is wrong, and why it was to come back', async () => {
    const namespace = await cluster.namespace()
    await run(namespace, { objects: before })
    const to = await cluster.faultProxy()
    let writes = 0
    to.script([
      {
        fault: {
          kind: 'answer',
          status: 403,
          body: JSON.stringify({
            kind: 'Status',
            apiVersion: 'v1',
            status: 'Failure',
            reason: 'Forbidden',
            code: 403,
            message: 'a policy says no',
          }),
        },
        method: 'PATCH',
        path: /\/configmaps\/conf$/,
        where: () => (writes += 1) > 1,
        times: 9,
      },
    ])
    const objects = [configMap('conf', { level: 'debug' }), ...before.slice(1, 3), crash]
    const step = await run(namespace, { objects, inputs, to })
    expect(step).toMatchObject({
      exitCode: 1,
      headings: [`## k8s-apply: ${namespace} failed`],
      outputs: { outcome: 'failed', changed: 'true', failed: '1' },
    })
    expect(levelsOf(step)).toEqual(['error'])
    expect(step.annotations[0]?.title).toBe('k8s-apply: K8S_APPLY_UNDO_FAILED')
    expect(step.annotations[0]?.message).toMatch(
      /^The state before could not be brought back whole:\n- ConfigMap .*\/conf: Forbidden: not restored: .*a policy says no\n- it was to come back because 1 object cannot become ready: .*\nLook at the objects named/,
    )
    expect(await dataOf(namespace, 'conf')).toBe('{"level":"debug"}')
  })
})

test('pods that never become ready end at the time limit, with what was awaited', async () => {
  const namespace = await cluster.namespace()
  const objects = [budget('web'), web({ annotations: { 'test/fate': 'never' } })]
  const step = await run(namespace, { objects, inputs: { 'timeout-seconds': '4' } })
  expect(step).toMatchObject({
    exitCode: 1,
    outputs: { outcome: 'failed', changed: 'true', created: '2', failed: '1' },
  })
  expect(step.annotations[0]?.title).toBe('k8s-apply: K8S_APPLY_TIMEOUT')
  expect(step.annotations[0]?.message).toMatch(
    /^1 object not ready in time:\n- Deployment .*\/web: LessAvailable: 0 of 2 updated pods available; pod web-\S+: container web: runs, but is not ready\nLook at what it waited for\. Run again to wait on, or give more time\.$/,
  )
  expect(step.seconds).toBeLessThan(20)
})
