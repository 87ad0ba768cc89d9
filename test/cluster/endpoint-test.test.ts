// The action endpoint-test, in this process, over slots of a real API server.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Ports, Report } from '@sluice/action'
import { digestOf } from '@sluice/documents'
import { findContradictions, type Evidence } from '@sluice/evidence'
import { createDoor } from '@sluice/http'
import type { KubernetesWorkload } from '@sluice/kubernetes'
import { TARGET_SCHEMA, type Target } from '@sluice/rollout'
import type { Config } from '../../actions/endpoint-test/src/config.ts'
import { createMain } from '../../actions/endpoint-test/src/main.ts'
import { loadPlatform } from '../../actions/endpoint-test/src/platform.ts'
import { CONFIG, createBench } from '../../actions/endpoint-test/test/bench.ts'
import { createFiles } from '../../packages/action/src/files.ts'
import { kubernetesPorts, type LoggedLine } from '../doubles/kubernetes-ports.ts'
import { service, web, type WebShape } from './action-bench.ts'
import { openEndpoint, sha256 } from './endpoint-rig.ts'
import { useCluster } from './harness.ts'

const cluster = useCluster()

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-endpoint-test-'))
  mkdirSync(join(folder, 'requests'))
  writeFileSync(join(folder, 'requests/a.json'), '{"a":1}')
  writeFileSync(join(folder, 'requests/health.get'), '')
})
afterAll(() => rmSync(folder, { recursive: true }))

const NAME = 'mon-app'

/** A slot `green` of an endpoint that is deployed by the platform itself, and its target. */
async function deployed(namespace: string, annotations: WebShape['annotations'] = {}) {
  const opened = await openEndpoint({
    namespace,
    backEnd: 'service',
    kubeconfig: cluster.kubeconfig,
    endpoint: NAME,
  })
  const contents = { image: `example/${NAME}:1.0.0`, annotations }
  const revisionDigest = digestOf(contents, sha256)
  const revision = `${revisionDigest.slice(0, 16)}.${'c'.repeat(16)}` as Target['revision']
  const { signal } = new AbortController()
  const placed = (object: object): KubernetesWorkload['service'] => {
    const { metadata, ...rest } = object as KubernetesWorkload['service']
    return { ...rest, metadata: { ...metadata, namespace } }
  }
  await opened.platform.deploy(
    {
      slot: 'green',
      mark: revision,
      workload: {
        deployment: placed(web({ name: NAME, replicas: 1, annotations })),
        service: placed(service(NAME)),
        trafficObject: null,
        createEndpoint: true,
      },
      seen: await opened.platform.observe(signal),
    },
    signal,
  )
  await opened.close()
  const target: Target = {
    schema: TARGET_SCHEMA,
    platform: 'kubernetes',
    place: opened.place,
    endpoint: NAME,
    name: NAME,
    slot: 'green',
    revision,
    revisionDigest,
    contents,
  }
  return target
}

interface Ended {
  readonly report: Report
  readonly evidence: Evidence
  readonly logged: readonly LoggedLine[]
}

async function runTest(
  target: Target,
  config: Partial<Config> = {},
  kubeconfig = cluster.kubeconfig,
): Promise<Ended> {
  const ports = kubernetesPorts({ env: { KUBECONFIG: kubeconfig } })
  const { ports: others } = createBench()
  const { clock, random } = ports
  const run: Ports = {
    ...others,
    ...ports,
    log: { ...others.log, ...ports.log },
    files: createFiles(folder),
    http: createDoor({ fetch, clock, random }),
    run: { ...others.run, documents: folder },
  }
  const report = await createMain(loadPlatform)(
    {
      ...CONFIG,
      platform: 'kubernetes',
      target: JSON.stringify(target),
      rounds: 2,
      waitSeconds: 1,
      platformInputs: { 'request-path': '/score' },
      ...config,
    },
    run,
  )
  const text = readFileSync(join(folder, 'evidence.json'), 'utf8')
  return { report, evidence: JSON.parse(text) as Evidence, logged: ports.logged }
}

describe('the idle slot', () => {
  test('passes, with evidence of the revision that it bears', async () => {
    const target = await deployed(await cluster.namespace())
    const { report, evidence } = await runTest(target)
    expect(report).toMatchObject({
      ending: 'pass',
      outputs: { verdict: 'pass', requests: '4', passed: '4' },
    })
    expect(report.summary).toContain('Traffic before: <code>none</code>; after: <code>none</code>')
    expect(evidence.target).toEqual(target)
    expect(findContradictions(evidence)).toEqual([])
  })

  test('whose own pods answer 503 has failed: nothing is waited for', async () => {
    const target = await deployed(await cluster.namespace(), { 'test/fail': '503' })
    const { report, evidence, logged } = await runTest(target, { waitSeconds: 30 })
    expect(report).toMatchObject({
      ending: 'fail',
      outputs: { verdict: 'fail', requests: '4', failed: '4', unanswered: '0' },
      failure: { code: 'ENDPOINT_TEST_FAILED' },
    })
    expect(evidence.requests[0]?.reasons).toEqual({ 'status 503 instead of 200': 2 })
    expect(findContradictions(evidence)).toEqual([])
    expect(logged.filter(({ text }) => text.includes('asking again'))).toEqual([])
  })

  test('that is not what the target says is refused', async () => {
    const target = await deployed(await cluster.namespace())
    const contents = { image: 'another' }
    const revisionDigest = digestOf(contents, sha256)
    const revision = `${revisionDigest.slice(0, 16)}.${'c'.repeat(16)}` as Target['revision']
    const other = { ...target, contents, revisionDigest, revision }
    await expect(runTest(other)).rejects.toMatchObject({ code: 'ENDPOINT_TEST_TARGET_CHANGED' })
  })
})

test('without the right to ask it stays open, and the log says which right', async () => {
  const namespace = await cluster.namespace()
  const target = await deployed(namespace)
  const user = 'restricted-21'
  const view = ['create', 'rolebinding', 'view', '-n', namespace, '--clusterrole=view'] as const
  expect(await cluster.kubectl(...view, `--user=${user}`)).toMatchObject({ code: 0 })
  const { report, logged } = await runTest(target, {}, cluster.userKubeconfig(user))
  expect(report).toMatchObject({
    ending: 'inconclusive',
    failure: { code: 'ENDPOINT_TEST_INCONCLUSIVE' },
  })
  expect(logged).toContainEqual({
    level: 'warning',
    text: expect.stringMatching(/"restricted-21" cannot create resource "services\/proxy"/),
  })
})

test('a target of another cluster is refused', async () => {
  const target = await deployed(await cluster.namespace())
  const place = { ...target.place, server: 'https://127.0.0.1:1' }
  await expect(runTest({ ...target, place })).rejects.toMatchObject({
    code: 'KUBERNETES_OTHER_CLUSTER',
  })
})
