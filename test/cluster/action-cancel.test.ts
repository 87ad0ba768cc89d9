// A run that is cut short, by a signal or by a server that goes away, says what is live by then.
import { describe, expect, test } from '@jest/globals'
import type { ChildProcess } from 'node:child_process'
import { budget, configMap, runApply, web, type StepAsk } from './action-bench.ts'
import { useCluster, type ProxiedRequest, type ProxyInUse } from './harness.ts'
import type { K8sEnd } from './step/k8s-step.ts'

const cluster = useCluster()
const never = web({ annotations: { 'test/fate': 'never' } })

interface Cancelled {
  readonly step: K8sEnd
  /** From the signal to the end. */
  readonly seconds: number
}

/** Does something once, at the first line that matches. */
async function atLine(
  ask: StepAsk,
  wanted: RegExp,
  act: (child: ChildProcess) => void,
): Promise<Cancelled> {
  let at = Infinity
  const onLine = (line: string, child: ChildProcess): void => {
    if (at !== Infinity || !wanted.test(line)) return
    at = performance.now()
    act(child)
  }
  const step = await runApply(cluster, { ...ask, onLine })
  return { step, seconds: (performance.now() - at) / 1000 }
}

/** SIGINT at the first such request, which is never answered. */
async function atRequest(
  ask: StepAsk,
  isWanted: (request: ProxiedRequest) => boolean,
): Promise<Cancelled> {
  const to: ProxyInUse = await cluster.faultProxy()
  let child: ChildProcess | null = null
  let at = Infinity
  to.onEach(async (moment, request) => {
    if (moment === 'after' || at !== Infinity || !isWanted(request)) return 'go-on'
    // What was sent beside it has its answer by then.
    await new Promise((resolve) => setTimeout(resolve, 500))
    at = performance.now()
    child?.kill('SIGINT')
    return new Promise(() => undefined)
  })
  const onChild = (one: ChildProcess): void => {
    child = one
  }
  const step = await runApply(cluster, { ...ask, to, onChild })
  return { step, seconds: (performance.now() - at) / 1000 }
}

const isWriteOf =
  (name: string, method = 'PATCH') =>
  (request: ProxiedRequest): boolean =>
    request.method === method && request.path.endsWith(name)

const actionsIn = ({ outputs }: K8sEnd): readonly string[] =>
  (JSON.parse(outputs['result'] ?? '[]') as readonly Readonly<Record<string, string>>[]).map(
    ({ kind, name, action }) => `${kind} ${name} ${action}`,
  )

describe('a run that is cancelled', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('by %s in the wait', async (signal) => {
    const namespace = await cluster.namespace()
    const objects = [configMap('conf'), budget('web'), never]
    const { step, seconds } = await atLine(
      { namespace, objects },
      /pods (made|available)/,
      (child) => child.kill(signal),
    )
    expect(step).toMatchObject({
      exitCode: 1,
      headings: [`## k8s-apply: ${namespace} cancelled`],
      outputs: { outcome: 'cancelled', changed: 'true', created: '3', failed: '0' },
      annotations: [
        {
          level: 'error',
          title: 'k8s-apply: K8S_APPLY_CANCELLED',
          message: `cancelled by ${signal} while waiting; objects: 3 changed, which stays\n- ConfigMap ${namespace}/conf created\n- PodDisruptionBudget ${namespace}/web created\n- Deployment ${namespace}/web created\nRun again: it goes on from what is there.`,
        },
      ],
    })
    expect(seconds).toBeLessThan(3)
    expect(step.summary).toContain('3 objects: 3 created.')
    expect(step.resultFile).toBe(step.outputs['result'])
  })

  test('in the middle of the writes', async () => {
    const namespace = await cluster.namespace()
    const objects = [configMap('conf'), budget('web'), web()]
    await runApply(cluster, { namespace, objects: [budget('web')] })
    const ask = { namespace, objects, inputs: { application: 'shop' } }
    const { step, seconds } = await atRequest(ask, isWriteOf('/poddisruptionbudgets/web'))
    expect(seconds).toBeLessThan(3)
    expect(actionsIn(step)).toEqual([
      'ConfigMap conf created',
      'PodDisruptionBudget web unknown',
      'Deployment web created',
    ])
    expect(step.outputs).toMatchObject({ outcome: 'cancelled', changed: 'true', created: '2' })
    expect(step.annotations[0]?.message).toMatch(
      /^cancelled by SIGINT while applying; objects: 2 changed, which stays, 1 perhaps changed\n/,
    )
    expect(step.summary).toContain('Cut off: it was being written and no answer came')
  })

  test('before the later stages', async () => {
    const namespace = await cluster.namespace()
    const objects = [configMap('conf'), budget('web'), web()]
    const { step } = await atRequest({ namespace, objects }, isWriteOf('/configmaps/conf'))
    expect(actionsIn(step)).toEqual([
      'ConfigMap conf unknown',
      'PodDisruptionBudget web skipped',
      'Deployment web skipped',
    ])
    expect(step.outputs).toMatchObject({ outcome: 'cancelled', changed: 'true', created: '0' })
    expect(step.annotations[0]?.message).toContain('1 perhaps changed, 2 not reached')
  })

  test('before it changed anything', async () => {
    const namespace = await cluster.namespace()
    const isReview = ({ path }: ProxiedRequest): boolean => path.includes('selfsubjectrules')
    const { step } = await atRequest({ namespace, objects: [configMap('conf')] }, isReview)
    expect(step).toMatchObject({ exitCode: 1, outputs: { outcome: 'cancelled', changed: 'false' } })
    expect(step.annotations[0]).toMatchObject({
      title: 'k8s-apply: ACTION_CANCELLED',
      message: expect.stringMatching(/^cancelled by SIGINT\n/),
    })
  })

  test('while it puts back what was there', async () => {
    const namespace = await cluster.namespace()
    await runApply(cluster, { namespace, objects: [configMap('conf', { a: '1' }), budget('web')] })
    const failing = web({ annotations: { 'test/fate': 'invalid-image' } })
    let writes = 0
    const ask = {
      namespace,
      objects: [configMap('conf', { a: '2' }), budget('web'), failing],
      inputs: { 'on-failure': 'undo' },
    }
    const { step } = await atRequest(ask, (request) => {
      writes += isWriteOf('/configmaps/conf')(request) ? 1 : 0
      return writes === 2
    })
    expect(step.outputs).toMatchObject({ outcome: 'cancelled', changed: 'true' })
    expect(step.annotations[0]?.message).toMatch(/while putting back what was there before; /)
    expect(actionsIn(step)).toEqual([
      'ConfigMap conf unknown',
      'PodDisruptionBudget web unchanged',
      'Deployment web created',
    ])
  })

  test('while it deletes', async () => {
    const namespace = await cluster.namespace()
    const held = configMap('held')
    const objects = [
      { ...held, metadata: { name: 'held', finalizers: ['example.com/held'] } },
      budget('web'),
    ]
    await runApply(cluster, { namespace, objects })
    const ask = { namespace, objects, inputs: { mode: 'delete' } }
    let asked = 0
    const { step } = await atRequest(ask, (request) => {
      asked += isWriteOf('/configmaps/held', 'DELETE')(request) ? 1 : 0
      return asked > 0 && isWriteOf('/configmaps/held', 'GET')(request)
    })
    expect(actionsIn(step)).toContain('ConfigMap held deleted')
    expect(step.outputs).toMatchObject({ outcome: 'cancelled', changed: 'true' })
    expect(step.annotations[0]?.message).toMatch(/^cancelled by SIGINT while deleting; /)
  })

  test('while a restart rolls out', async () => {
    const namespace = await cluster.namespace()
    await runApply(cluster, { namespace, objects: [budget('web'), web()] })
    await cluster.setFate({ namespace, labels: { app: 'web' }, fate: 'never' })
    const ask = { namespace, inputs: { mode: 'restart', objects: 'deployment/web' } }
    const { step } = await atLine(ask, /pods available|pods updated/, (child) =>
      child.kill('SIGINT'),
    )
    expect(actionsIn(step)).toEqual(['Deployment web restarted'])
    expect(step.outputs).toMatchObject({ outcome: 'cancelled', changed: 'true', configured: '1' })
  })
})

test('a server that goes away during the wait leaves a report of what was applied', async () => {
  const namespace = await cluster.namespace()
  const to = await cluster.faultProxy()
  const ask = {
    namespace,
    objects: [configMap('conf'), never],
    inputs: { 'timeout-seconds': '8' },
    to,
  }
  const { step } = await atLine(ask, /pods (made|available)/, () => void to.goDown())
  await to.comeBack()
  expect(step.exitCode).toBe(1)
  expect(step.outputs).toMatchObject({ outcome: 'failed', changed: 'true', created: '2' })
  expect(step.annotations.at(-1)?.message).toMatch(/could not be asked|no answer|refused/)
})
