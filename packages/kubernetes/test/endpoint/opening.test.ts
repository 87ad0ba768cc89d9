// From a target or inputs to a platform: what is refused before any request.
import { describe, expect, test } from '@jest/globals'
import { createDoor } from '@sluice/http'
import { openKubernetes, type OpenOrder } from '@sluice/kubernetes'
import { kubernetesPorts } from '../../../../test/doubles/kubernetes-ports.ts'
import { certificateOfTests } from '../connection/strict-server.ts'
import { sha256 } from './sha256.ts'

const SERVER = 'https://cluster.example:6443'
const SETTINGS: OpenOrder['settings'] = {
  context: null,
  slotAddress: { kind: 'proxy' },
  slotProof: { kind: 'address' },
  requestPath: '/',
  port: null,
}
const PLACE = {
  server: SERVER,
  namespace: 'shop',
  backEnd: 'http-route',
  trafficObject: 'mon-app',
  slots: 'blue,green',
}
const WANTED: OpenOrder['target'] = {
  endpoint: 'mon-app',
  namespace: null,
  backEnd: 'service',
  trafficObject: null,
  slots: ['blue', 'green'],
}

async function open(target: OpenOrder['target']) {
  const { cert } = await certificateOfTests()
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    contexts: [{ name: 'test', context: { cluster: 'c', user: 'u', namespace: 'team' } }],
    clusters: [
      {
        name: 'c',
        cluster: {
          server: `${SERVER}/`,
          'certificate-authority-data': Buffer.from(cert).toString('base64'),
        },
      },
    ],
    users: [{ name: 'u', user: { token: 'secret' } }],
  }
  const sent: string[] = []
  const ports = kubernetesPorts({
    env: { KUBECONFIG: '/kubeconfig' },
    files: {
      kind: () => Promise.resolve('file'),
      list: () => Promise.resolve([]),
      readText: () => Promise.resolve(JSON.stringify(kubeconfig)),
    },
    openPool: () => ({
      fetch: (url) => {
        sent.push(String(url))
        throw new Error('nothing is asked here')
      },
      close: () => Promise.resolve(),
    }),
  })
  const http = createDoor({ fetch, clock: ports.clock, random: ports.random })
  const opened = await openKubernetes({ target, settings: SETTINGS }, { ...ports, http, sha256 })
  await opened.close()
  return { ...opened, sent, logged: ports.logged }
}

describe('what is opened', () => {
  test('inputs: the context says server and namespace, the endpoint its traffic object', async () => {
    const { place, sent, platform } = await open(WANTED)
    expect(place).toEqual({
      server: SERVER,
      namespace: 'team',
      backEnd: 'service',
      trafficObject: 'mon-app',
      slots: 'blue,green',
    })
    expect(sent).toEqual([])
    expect(platform.capabilities).toMatchObject({
      weights: 'all-or-nothing',
      compareAndSwap: true,
      countsReady: true,
      scalesToZero: true,
    })
  })

  test('a target: as it is, with what its back end can', async () => {
    const { place, platform } = await open({ place: PLACE, endpoint: 'mon-app' })
    expect(place).toEqual(PLACE)
    expect(platform.capabilities).toMatchObject({ weights: 'any', matches: ['header'] })
  })

  test('what a person should know of a back end is told once', async () => {
    const { logged } = await open({ ...WANTED, backEnd: 'ingress-nginx' })
    const told = logged.filter(({ level }) => level === 'notice').map(({ text }) => text)
    expect(told).toEqual([expect.stringContaining('retired')])
  })
})

describe('what is refused', () => {
  test('a target of another cluster', async () => {
    const place = { ...PLACE, server: 'https://other.example:6443' }
    await expect(open({ place, endpoint: 'mon-app' })).rejects.toMatchObject({
      code: 'KUBERNETES_OTHER_CLUSTER',
      message: expect.stringContaining('https://other.example:6443'),
    })
  })

  test.each([
    [{ place: { ...PLACE, namespace: '..' }, endpoint: '../x' }, ['namespace', 'endpoint']],
    [{ ...WANTED, endpoint: 'Mon_App' }, ['endpoint']],
    [{ ...WANTED, endpoint: 'a'.repeat(60) }, ['slot']],
    [{ ...WANTED, namespace: 'a/b' }, ['namespace']],
  ])('%j', async (target, named) => {
    const error: unknown = await open(target).catch((failure: unknown) => failure)
    expect(error).toMatchObject({ code: 'KUBERNETES_ENDPOINT_INVALID', fault: 'user' })
    const { message } = error as Error
    expect(named.filter((one) => !message.includes(one))).toEqual([])
  })
})
