// No way to the cluster: what a user is told, and that nothing of the credentials is.
import { describe, expect, test } from '@jest/globals'
import { makeCertificate, renderKubeconfig } from '@sluice/twin'
import { createServer } from 'node:net'
import { configMap, everythingOf, runApply, type StepAsk } from './action-bench.ts'
import { useCluster } from './harness.ts'

const cluster = useCluster()
const TOKEN = 'eyJhbGciOiJSUzI1NiJ9.dG9rZW4tb2YtdGhlLXRlc3Q.c2lnbmF0dXJl'
const objects = [configMap('conf')]

async function failed(ask: Partial<StepAsk>) {
  const step = await runApply(cluster, { namespace: 'default', objects, ...ask })
  const told = everythingOf(step)
  expect(step).toMatchObject({ exitCode: 1, headings: ['## k8s-apply: failed'] })
  expect(step.annotations).toHaveLength(1)
  expect(told).not.toContain(TOKEN)
  expect(told).not.toContain(TOKEN.split('.')[1])
  expect(step.seconds).toBeLessThan(30)
  const { title = '', message = '' } = step.annotations[0] ?? {}
  return { code: title.replace('k8s-apply: ', ''), message, summary: step.summary }
}

const kubeconfig = (more: { readonly server?: string; readonly ca?: string }): string => {
  const { server, ca } = cluster.facts
  return renderKubeconfig({ server, ca, user: 'somebody', token: TOKEN, ...more })
}

async function closedPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return address !== null && typeof address === 'object' ? address.port : 0
}

describe('without a way to the cluster', () => {
  test('no kubeconfig', async () => {
    const { code, message } = await failed({ env: { KUBECONFIG: '/nowhere/kubeconfig' } })
    expect(code).toBe('KUBERNETES_NO_CONFIG')
    expect(message).toMatch(/\/nowhere\/kubeconfig[^]*Set KUBECONFIG in an earlier step/)
  })

  test.each([
    ['no YAML', `{token: ${TOKEN}`, 'KUBERNETES_BAD_CONFIG'],
    ['a list', `[${TOKEN}]`, 'KUBERNETES_BAD_CONFIG'],
    ['nothing', '', 'KUBERNETES_BAD_CONFIG'],
  ])('a kubeconfig that is %s', async (_, text, wanted) => {
    const { code, message } = await failed({ kubeconfig: text })
    expect(['KUBERNETES_NO_CONFIG', wanted]).toContain(code)
    expect(message).toMatch(/kubeconfig/)
  })

  test('a context that is not there', async () => {
    const inputs = { context: 'production' }
    const { code, message } = await failed({ kubeconfig: kubeconfig({}), inputs })
    expect(code).toBe('KUBERNETES_BAD_CONFIG')
    expect(message).toMatch(/"production"/)
  })

  test('a server that nobody listens at', async () => {
    const server = `https://127.0.0.1:${await closedPort()}`
    const { message } = await failed({ kubeconfig: kubeconfig({ server }) })
    expect(message).toContain(server)
    expect(message).toMatch(/refused|ECONNREFUSED/)
  })

  test('a certificate of another authority', async () => {
    const { cert } = await makeCertificate()
    const { code, message } = await failed({ kubeconfig: kubeconfig({ ca: cert }) })
    expect(code).toBe('KUBERNETES_NOT_TRUSTED')
    expect(message).toContain('certificate-authority-data')
  })

  test('a token that is not accepted', async () => {
    const { code, message } = await failed({ kubeconfig: kubeconfig({}) })
    expect(code).toBe('KUBERNETES_UNAUTHORIZED')
    expect(message).toMatch(/\(401\)[^]*Log in again in an earlier step/)
  })

  test('a plugin that is not installed', async () => {
    const plain = JSON.parse(kubeconfig({})) as object
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: 'no-such-login',
      interactiveMode: 'Never',
    }
    const text = JSON.stringify({ ...plain, users: [{ name: 'somebody', user: { exec } }] })
    const { code, message } = await failed({ kubeconfig: text })
    expect(code).toBe('KUBERNETES_CREDENTIALS')
    expect(message).toMatch(/no-such-login/)
  })
})
