// No value of a Secret comes out of a step, whatever happens to the Secret.
import { beforeAll, describe, expect, test } from '@jest/globals'
import {
  budget,
  configMap,
  everythingOf,
  runApply,
  secret,
  web,
  type StepAsk,
} from './action-bench.ts'
import { useCluster } from './harness.ts'
import type { K8sEnd } from './step/k8s-step.ts'

const cluster = useCluster()

/** Lines of a key, a password, and a text of several lines, in two editions. */
const edition = (letter: string) => {
  const key = Array.from({ length: 12 }, (_, at) => `${letter}${at}`.repeat(16))
  return {
    'tls.key': ['-----BEGIN PRIVATE KEY-----', ...key, '-----END PRIVATE KEY-----', ''].join('\n'),
    password: `pass-${letter.repeat(24)}`,
    'settings.json': JSON.stringify({ user: 'shop', token: `token-${letter.repeat(40)}` }, null, 2),
  }
}
const before = edition('a')
const after = edition('b')

const base64 = (text: string): string => Buffer.from(text).toString('base64')

/** Every form of the values: whole, line by line, encoded, and long parts of the encoded. */
const formsOf = (values: Readonly<Record<string, string>>): readonly string[] =>
  Object.values(values).flatMap((value) => {
    const lines = value.split('\n').filter((line) => /(.)\1{7}|\d{8}|([ab]\d+){4}/.test(line))
    const encoded = base64(value)
    return [value, ...lines, encoded, encoded.slice(8, 48), JSON.stringify(value).slice(1, -1)]
  })

const forms = [...formsOf(before), ...formsOf(after)]
const leaksOf = (step: K8sEnd): readonly string[] => {
  const text = everythingOf(step)
  return forms.filter((form) => form.length > 8 && text.includes(form))
}

const encodedSecret = (values: Readonly<Record<string, string>>) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'login' },
  data: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, base64(value)])),
})

const run = (namespace: string, ask: Omit<StepAsk, 'namespace'>): Promise<K8sEnd> =>
  runApply(cluster, { namespace, ...ask })

test('the search itself finds a value in each of its forms', () => {
  expect(forms.length).toBeGreaterThan(40)
  const told = (text: string) => ({
    lines: [text],
    annotations: [],
    outputs: {},
    summary: '',
    resultFile: '',
  })
  const found = forms.filter((form) => leaksOf(told(`x ${form} y`) as unknown as K8sEnd).length > 0)
  expect(found).toEqual(forms)
})

describe('a Secret', () => {
  let namespace: string
  beforeAll(async () => {
    namespace = await cluster.namespace()
  })

  test.each<[string, Omit<StepAsk, 'namespace'>, object]>([
    ['made', { objects: [secret('login', before)] }, { exitCode: 0 }],
    [
      'compared',
      { objects: [secret('login', after)], inputs: { mode: 'diff' } },
      { exitCode: 0, outputs: { outcome: 'differs' } },
    ],
    [
      'compared with encoded values',
      { objects: [encodedSecret(after)], inputs: { 'dry-run': 'true' } },
      { exitCode: 0, outputs: { outcome: 'planned' } },
    ],
    [
      'changed',
      { objects: [encodedSecret(after)] },
      { exitCode: 0, outputs: { outcome: 'ready', configured: '1' } },
    ],
    [
      'left out, with another value in the text',
      {
        objects: [secret('login', before), { ...configMap('wrong'), data: { a: 1 } }],
      },
      { exitCode: 1 },
    ],
    [
      'not encoded where it has to be',
      { objects: [{ ...encodedSecret(after), data: after }] },
      { exitCode: 1, outputs: { outcome: 'failed' } },
    ],
    [
      'of a shape that the server echoes',
      { objects: [{ ...encodedSecret(after), data: [after.password, base64(after.password)] }] },
      { exitCode: 1 },
    ],
    [
      'with a value in a field that the server does not know',
      { objects: [{ ...encodedSecret(after), spec: after }] },
      { exitCode: 1 },
    ],
    [
      'of a type that wants other keys',
      {
        objects: [
          {
            ...encodedSecret(after),
            metadata: { name: 'tls' },
            type: 'kubernetes.io/dockerconfigjson',
          },
        ],
      },
      { exitCode: 1 },
    ],
    [
      'deleted',
      { objects: [secret('login', before)], inputs: { mode: 'delete' } },
      { exitCode: 0, outputs: { outcome: 'deleted' } },
    ],
  ])('%s', async (_, ask, wanted) => {
    const step = await run(namespace, ask)
    expect(step).toMatchObject(wanted)
    expect(leaksOf(step)).toEqual([])
  })
})

test('a Secret in conflict with another manager, and taken from kubectl', async () => {
  const namespace = await cluster.namespace()
  const stdin = JSON.stringify(encodedSecret(before))
  await cluster.kubectl('apply', '-n', namespace, '-f', '-', { stdin })
  const taken = await run(namespace, { objects: [encodedSecret(before)] })
  expect(taken.exitCode).toBe(0)
  expect(leaksOf(taken)).toEqual([])
  const patch = JSON.stringify({ stringData: { password: 'pass-of-somebody-else' } })
  await cluster.kubectl('patch', 'secret', 'login', '-n', namespace, '--type=merge', '-p', patch)
  const step = await run(namespace, { objects: [encodedSecret(after)] })
  expect(step.annotations.at(-1)?.message).toMatch(/Conflict: others own fields of Secret .*login/)
  expect(leaksOf(step)).toEqual([])
  expect(everythingOf(step)).not.toContain('pass-of-somebody-else')
  expect(everythingOf(step)).not.toContain(base64('pass-of-somebody-else'))
})

test('a Secret that comes back after a failure, and values in what pods say', async () => {
  const namespace = await cluster.namespace()
  await run(namespace, { objects: [secret('login', before), budget('web')] })
  const fate = { 'test/fate': 'crash', 'test/log': `cannot log in with ${after.password}` }
  const step = await run(namespace, {
    objects: [secret('login', after), budget('web'), web({ annotations: fate })],
    inputs: { 'on-failure': 'undo' },
  })
  expect(step.outputs).toMatchObject({ outcome: 'undone' })
  expect(step.summary).toContain('cannot log in with')
  expect(leaksOf(step)).toEqual([])
  const live = await cluster.kubectl(
    'get',
    'secret',
    'login',
    '-n',
    namespace,
    '-o',
    'jsonpath={.data.password}',
  )
  expect(live.stdout).toBe(base64(before.password))
})

test('values are masked before anything else is told', async () => {
  const namespace = await cluster.namespace()
  const step = await run(namespace, { objects: [secret('login', after)] })
  expect(step.masked).toEqual(expect.arrayContaining(Object.values(after)))
})
