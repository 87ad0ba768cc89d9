// The adapter that a platform's name leads to, by what it says of inputs that cannot be right.
import { expect, test } from '@jest/globals'
import { loadPlatform } from '../src/platform.ts'
import { createBench } from './bench.ts'

test('Kubernetes: every problem of its inputs is told at once', async () => {
  const { ports } = createBench()
  const inputs = {
    'slot-address': 'https://one.example.com',
    'slot-proof': 'smell',
    'request-path': '/../secrets',
    port: '99999',
  }
  const opened = await loadPlatform('kubernetes')(inputs, ports)
  const where = opened.ok ? [] : opened.problems.map((problem) => problem.where)
  expect(where).toEqual(['slot-address', 'slot-proof', 'request-path', 'port'])
})

test('Kubernetes: a target that is none of it is refused before anything is sent', async () => {
  const { ports } = createBench()
  const opened = await loadPlatform('kubernetes')({}, ports)
  const open = opened.ok ? opened.value : () => Promise.reject(new Error('not opened'))
  await expect(
    open({ place: {}, endpoint: 'churn' } as Parameters<typeof open>[0]),
  ).rejects.toMatchObject({
    code: 'KUBERNETES_ENDPOINT_INVALID',
  })
})

test('Azure ML: its own inputs are read', async () => {
  const { ports } = createBench()
  const opened = await loadPlatform('azureml')({ 'azure-authority': 'nowhere' }, ports)
  expect(opened).toMatchObject({ ok: false, problems: [{ where: 'azure-authority' }] })
})
