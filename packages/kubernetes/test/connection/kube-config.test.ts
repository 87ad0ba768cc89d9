// Kubeconfig files as people and actions write them, and what is said of those that cannot be used.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { connect, findCluster, type ClusterAccess } from '@sluice/kubernetes'
import { createFakeClock } from '../../../../test/doubles/clock.ts'
import { kubernetesPorts } from '../../../../test/doubles/kubernetes-ports.ts'
import { certificateOfTests } from './strict-server.ts'

/** findCluster loads it at its first call, with all of client-node: no part of a test's time. */
beforeAll(() => import('../../src/connection/kube-config.ts'), 60_000)

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-kubeconfig-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const write = (name: string, content: unknown): string => {
  const file = join(folder, name)
  mkdirSync(join(file, '..'), { recursive: true })
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
  return file
}

interface Parts {
  readonly name?: string
  readonly cluster?: object
  readonly user?: object
  readonly context?: object
  readonly current?: string
}

const configOf = ({ name = 'a', cluster, user, context, current = name }: Parts = {}) => ({
  apiVersion: 'v1',
  kind: 'Config',
  'current-context': current,
  clusters: [
    { name: `${name}-cluster`, cluster: { server: `https://${name}.example:6443`, ...cluster } },
  ],
  users: [{ name: `${name}-user`, user: { token: `token-of-${name}`, ...user } }],
  contexts: [{ name, context: { cluster: `${name}-cluster`, user: `${name}-user`, ...context } }],
})

const portsWith = (env: Readonly<Record<string, string>>) =>
  kubernetesPorts({ env, clock: createFakeClock(), workspace: folder })

const find = (env: Readonly<Record<string, string>>, context: string | null = null) =>
  findCluster(context, portsWith(env))

const findIn = (parts: Parts, context: string | null = null) =>
  find({ KUBECONFIG: write('config', configOf(parts)) }, context)

const never = new AbortController().signal
const headersOf = async (access: ClusterAccess) => (await access.credentials(never)).headers

describe('where a kubeconfig is', () => {
  test('KUBECONFIG', async () => {
    const access = await findIn({ context: { namespace: 'shop' } })
    expect(access).toMatchObject({
      server: 'https://a.example:6443',
      namespace: 'shop',
      source: `context "a" of ${join(folder, 'config')}`,
      proxy: null,
    })
    expect(await headersOf(access)).toEqual({ authorization: 'Bearer token-of-a' })
  })

  test('the home folder', async () => {
    write('.kube/config', configOf())
    expect(await find({ HOME: folder })).toMatchObject({ namespace: 'default' })
  })

  test('several files: the first to say something wins, absent ones are passed over', async () => {
    const first = write('one', { ...configOf({ name: 'a' }), 'current-context': undefined })
    const second = write('two', configOf({ name: 'b', cluster: { server: 'https://b2.example' } }))
    const third = write('three', configOf({ name: 'b', current: 'a' }))
    const files = [join(folder, 'absent'), first, second, third].join(delimiter)
    expect(await find({ KUBECONFIG: files })).toMatchObject({ server: 'https://b2.example' })
    expect(await find({ KUBECONFIG: files }, 'a')).toMatchObject({
      server: 'https://a.example:6443',
    })
  })

  test('the service account of a pod', async () => {
    const mounted: Readonly<Record<string, string>> = {
      '/var/run/secrets/kubernetes.io/serviceaccount/token': 'pod-token\n',
      '/var/run/secrets/kubernetes.io/serviceaccount/ca.crt': 'PEM',
      '/var/run/secrets/kubernetes.io/serviceaccount/namespace': 'runners\n',
    }
    const env = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443' }
    const files = {
      ...kubernetesPorts().files,
      readText: (path: string) => Promise.resolve(mounted[path] ?? ''),
      kind: (path: string) =>
        Promise.resolve(mounted[path] === undefined ? ('absent' as const) : ('file' as const)),
    } as const
    const access = await findCluster(null, kubernetesPorts({ env, files }))
    expect(access).toMatchObject({
      server: 'https://[fd00::1]:443',
      namespace: 'runners',
      trust: { ca: 'PEM', skipVerification: false },
    })
    expect(await headersOf(access)).toEqual({ authorization: 'Bearer pod-token' })
  })

  test.each([
    [
      'nothing',
      {},
      'found neither KUBECONFIG nor ~/.kube/config, and this runner is no pod; wanted a kubeconfig',
    ],
    [
      'files that are not there',
      { KUBECONFIG: '/absent/a:/absent/b' },
      'KUBECONFIG names /absent/a and /absent/b: found no such file; wanted a kubeconfig',
    ],
  ])('%s', async (_, env, message) => {
    await expect(find(env)).rejects.toMatchObject({ code: 'KUBERNETES_NO_CONFIG', message })
  })
})

describe('what a cluster says', () => {
  test('authority, server name and proxy', async () => {
    const { cert } = await certificateOfTests()
    const file = write(
      'deep/config',
      configOf({
        cluster: {
          server: 'https://rancher.example/k8s/clusters/c-1/',
          'certificate-authority': 'pki/ca.crt',
          'tls-server-name': 'kube.internal',
          'proxy-url': 'http://user:pass@proxy.example:3128',
        },
      }),
    )
    write('deep/pki/ca.crt', cert)
    expect(await find({ KUBECONFIG: file })).toMatchObject({
      server: 'https://rancher.example/k8s/clusters/c-1',
      proxy: 'http://user:pass@proxy.example:3128',
      trust: {
        ca: cert,
        field: `its certificate-authority (${join(folder, 'deep/pki/ca.crt')})`,
        serverName: 'kube.internal',
      },
    })
  })

  test('an authority inside the file', async () => {
    const { cert } = await certificateOfTests()
    const data = Buffer.from(cert).toString('base64')
    const access = await findIn({ cluster: { 'certificate-authority-data': data } })
    expect(access.trust).toMatchObject({ ca: cert, field: 'its certificate-authority-data' })
  })

  test('no check of the certificate is said aloud', async () => {
    const file = write('config', configOf({ cluster: { 'insecure-skip-tls-verify': true } }))
    const ports = portsWith({ KUBECONFIG: file })
    await connect({ context: null }, ports)
    const [warning] = ports.logged.filter(({ level }) => level === 'warning')
    expect(warning?.text).toMatch(
      /^insecure-skip-tls-verify of context "a" of .*https:\/\/a\.example:6443 is not checked/,
    )
  })
})

describe('what a user is let in with', () => {
  test('name and password, masked', async () => {
    const file = write(
      'config',
      configOf({ user: { token: '', username: 'ada', password: 'geheim' } }),
    )
    const ports = portsWith({ KUBECONFIG: file })
    const access = await findCluster(null, ports)
    const basic = Buffer.from('ada:geheim').toString('base64')
    expect(await headersOf(access)).toEqual({ authorization: `Basic ${basic}` })
    expect(ports.logged).toEqual([
      { level: 'mask', text: 'geheim' },
      { level: 'mask', text: basic },
    ])
    expect(await access.renew(never)).toBeNull()
  })

  test('a token file: read again after a minute, and when it was refused', async () => {
    const tokenFile = write('token', 'first\n')
    const clock = createFakeClock()
    const env = { KUBECONFIG: write('config', configOf({ user: { tokenFile } })) }
    const access = await findCluster(null, kubernetesPorts({ env, clock }))
    const first = await access.credentials(never)
    expect(first.headers).toEqual({ authorization: 'Bearer first' })
    expect(await access.renew(never)).toBeNull()
    write('token', 'second')
    expect(await access.credentials(never)).toBe(first)
    clock.advance(61)
    expect(await headersOf(access)).toEqual({ authorization: 'Bearer second' })
    write('token', 'third')
    expect((await access.renew(never))?.headers).toEqual({ authorization: 'Bearer third' })
  })

  test('a client certificate beside a person to act as', async () => {
    const { cert, key } = await certificateOfTests()
    const access = await findIn({
      user: {
        token: '',
        'client-certificate-data': Buffer.from(cert).toString('base64'),
        'client-key-data': Buffer.from(key).toString('base64'),
        as: 'deployer',
        'as-groups': ['shop'],
      },
    })
    expect(await access.credentials(never)).toEqual({
      headers: { 'impersonate-user': 'deployer', 'impersonate-group': 'shop' },
      certificate: { cert, key },
    })
  })

  test('a valid token of the old OIDC provider', async () => {
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
    const token = `${part({ alg: 'none' })}.${part({ exp: 4_000_000_000 })}.x`
    const provider = { name: 'oidc', config: { 'id-token': token, 'client-id': 'c' } }
    const access = await findIn({ user: { token: '', 'auth-provider': provider } })
    expect(await headersOf(access)).toEqual({ authorization: `Bearer ${token}` })
    expect(await access.credentials(never)).toBe(await access.credentials(never))
  })
})

describe('a kubeconfig that cannot be used', () => {
  test.each([
    ['empty', '', 'found an empty file; wanted a kubeconfig with clusters, users and contexts'],
    ['empty mapping', '{}', 'found an empty file'],
    ['a list', '[]', 'found no mapping'],
    ['bad YAML', 'clusters:\n  - name: a\n cluster: {}\n', 'config:3'],
    ['duplicate keys', 'kind: Config\nkind: Config\n', 'config:2'],
    [
      'no contexts',
      'kind: Config\n',
      'found no current-context; wanted one, or the input `context`; there are no contexts',
    ],
    [
      'no current context',
      JSON.stringify({ ...configOf(), 'current-context': '' }),
      'found no current-context; wanted one, or the input `context`; there are: a',
    ],
    [
      'a wrong current context',
      JSON.stringify(configOf({ current: 'b' })),
      'found no context "b", which current-context names',
    ],
    [
      'no such cluster',
      JSON.stringify(configOf({ context: { cluster: 'z' } })),
      'context "a" names the cluster "z", which is not there',
    ],
    [
      'no such user',
      JSON.stringify(configOf({ context: { user: 'z' } })),
      'context "a" names the user "z", which is not there',
    ],
    [
      'no server',
      JSON.stringify(configOf({ cluster: { server: '' } })),
      'names the cluster "a-cluster", which has no `server`; wanted its address',
    ],
  ])('%s', async (_, text, message) => {
    const file = write('config', text)
    await expect(find({ KUBECONFIG: file })).rejects.toMatchObject({
      code: 'KUBERNETES_BAD_CONFIG',
      message: expect.stringContaining(message),
    })
    await expect(find({ KUBECONFIG: file })).rejects.toThrow(file)
  })

  test('another context than there is', async () => {
    await expect(findIn({ name: 'prod' }, 'prodd')).rejects.toThrow(
      'found no context "prodd", which the input `context` names; did you mean prod? (known: prod)',
    )
  })

  const cluster = (fields: object): Parts => ({ cluster: fields })
  const user = (fields: object): Parts => ({ user: { token: '', ...fields } })
  const pem = Buffer.from('-----BEGIN X-----').toString('base64')
  test.each([
    [
      cluster({ server: 'kube:6443' }),
      'cluster "a-cluster", server: found kube://...; wanted https://host:port',
    ],
    [cluster({ server: 'no address' }), 'server: found "no address"; wanted https://host:port'],
    [
      cluster({ server: 'https://ada:geheim@kube' }),
      "server: found credentials in the address of kube; wanted them in the user's entry",
    ],
    [
      cluster({ 'certificate-authority-data': 'geheim!' }),
      'certificate-authority-data: found no base64 of a PEM text; wanted one',
    ],
    [
      cluster({ 'certificate-authority': '/absent/ca.crt' }),
      'certificate-authority: found no file /absent/ca.crt; wanted a PEM file',
    ],
    [
      cluster({ 'proxy-url': 'socks5://ada:geheim@proxy' }),
      'proxy-url: found socks5://...; wanted http://host:port (SOCKS is not supported)',
    ],
    [
      user({ 'client-certificate-data': pem }),
      'user "a-user", client-certificate: found no client-key beside it',
    ],
    [
      user({ 'client-key-data': pem }),
      'user "a-user", client-key: found no client-certificate beside it',
    ],
    [user({ 'as-groups': ['a', 'b'] }), 'as-groups: found 2 groups; wanted one at most'],
    [
      user({ 'auth-provider': { name: 'azure' } }),
      'auth-provider: found "azure", which is gone; use `kubelogin convert-kubeconfig`',
    ],
    [
      user({ 'auth-provider': { name: 'gcp' } }),
      'auth-provider: found "gcp", which is gone; use an exec plugin',
    ],
    [
      user({ exec: { apiVersion: 'client.authentication.k8s.io/v1' } }),
      'exec.command: found none; wanted a program',
    ],
    [
      user({ exec: { command: 'aws', apiVersion: 'client.authentication.k8s.io/v1alpha1' } }),
      'exec.apiVersion: found "client.authentication.k8s.io/v1alpha1"',
    ],
    [
      user({
        exec: {
          command: 'x',
          apiVersion: 'client.authentication.k8s.io/v1',
          interactiveMode: 'Always',
        },
      }),
      'exec.interactiveMode: x wants a person at a terminal',
    ],
  ])('%j', async (parts, message) => {
    const failing = findIn(parts)
    await expect(failing).rejects.toMatchObject({
      code: 'KUBERNETES_BAD_CONFIG',
      message: expect.stringContaining(`context "a" of ${join(folder, 'config')}: `),
    })
    await expect(failing).rejects.toThrow(message)
    await expect(failing).rejects.not.toThrow('geheim')
  })

  test('a token file that is not there, when it is read', async () => {
    const access = await findIn(user({ tokenFile: '/absent/token' }))
    await expect(access.credentials(never)).rejects.toThrow(
      'tokenFile: found no file /absent/token; wanted one with a token',
    )
  })
})
