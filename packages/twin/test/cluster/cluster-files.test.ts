// What is written for the servers and their users.
import { describe, expect, test } from '@jest/globals'
import { renderKubeconfig, RESTRICTED_USERS } from '../../src/cluster/index.ts'
import { makeUsers, renderTokenFile } from '../../src/cluster/users.ts'
import { answerLogs, readLogQuestion } from '../../src/cluster/kubelet/logs.ts'
import { running, waiting } from '../../src/cluster/kubelet/step.ts'

describe('users', () => {
  test('only our own parts and the administrator are in a group', () => {
    const grouped = [...makeUsers().values()].filter(({ groups }) => groups.length > 0)
    expect(grouped.map(({ name, groups }) => [name, ...groups])).toEqual([
      ['admin', 'system:masters'],
      ['system:kube-controller-manager', 'system:masters'],
      ['kubelet', 'system:masters'],
      ['gateway', 'system:masters'],
    ])
    expect(RESTRICTED_USERS.length).toBeGreaterThan(7)
  })

  test('tokens are new in every cluster', () => {
    const tokens = [...makeUsers().values(), ...makeUsers().values()].map(({ token }) => token)
    expect(new Set(tokens).size).toBe(tokens.length)
  })

  test('the token file names groups in quotes, and no group by nothing', () => {
    const users = [
      { name: 'admin', token: 't1', groups: ['a', 'b'] },
      { name: 'plain', token: 't2', groups: [] },
    ]
    expect(renderTokenFile(users)).toBe('t1,admin,1,"a,b"\nt2,plain,2\n')
  })
})

test('a kubeconfig holds everything inside', () => {
  const text = renderKubeconfig({ server: 'https://x', ca: 'PEM', user: 'u', token: 't' })
  expect(JSON.parse(text)).toMatchObject({
    'current-context': 'sluice-test',
    clusters: [{ cluster: { server: 'https://x', 'certificate-authority-data': 'UEVN' } }],
    users: [{ name: 'u', user: { token: 't' } }],
  })
})

describe('logs', () => {
  const ask = (query: string, view = running(true)) =>
    answerLogs(readLogQuestion(new URLSearchParams(query)), {
      pod: 'web-1',
      container: 'web',
      view,
      fate: { kind: 'ok' },
      text: 'one\ntwo\nthree\n',
    })

  test.each([
    ['', 'one\ntwo\nthree\n'],
    ['tailLines=2', 'two\nthree\n'],
    ['tailLines=9', 'one\ntwo\nthree\n'],
    ['tailLines=0', ''],
    ['limitBytes=2', 'on'],
    ['tailLines=1&limitBytes=3', 'thr'],
  ])('asked with "%s"', (query, text) => {
    expect(ask(query)).toEqual({ status: 200, text })
  })

  test.each([
    [
      'previous=true',
      running(true),
      /previous terminated container "web" in pod "web-1" not found/,
    ],
    ['', waiting('ImagePullBackOff'), /"web-1" is waiting to start: ImagePullBackOff/],
  ])('asked with "%s" are refused where there are none', (query, view, wanted) => {
    const { status, text } = ask(query, view)
    expect(status).toBe(400)
    expect(text).toMatch(wanted)
  })
})
