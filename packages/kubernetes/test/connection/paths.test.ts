import { describe, expect, test } from '@jest/globals'
import type { Resource } from '../../src/connection/api-server.ts'
import { leadsOutside, objectPath, segmentFault, withQuery } from '../../src/connection/paths.ts'

const resource = (plural: string, group: string, namespaced: boolean): Resource => ({
  group,
  version: 'v1',
  kind: 'Kind',
  plural,
  namespaced,
  verbs: [],
  subresources: [],
})
const rbac = 'rbac.authorization.k8s.io'

describe('the address of an object', () => {
  test.each([
    ['core', resource('configmaps', '', true), 'shop', 'a', '/api/v1/namespaces/shop/configmaps/a'],
    [
      'a group',
      resource('deployments', 'apps', true),
      'shop',
      'web',
      '/apis/apps/v1/namespaces/shop/deployments/web',
    ],
    ['of the cluster', resource('nodes', '', false), null, 'n1', '/api/v1/nodes/n1'],
    [
      'a colon and capitals stay',
      resource('clusterroles', rbac, false),
      null,
      'system:My:Role',
      `/apis/${rbac}/v1/clusterroles/system%3AMy%3ARole`,
    ],
    [
      'dots stay',
      resource('customresourcedefinitions', 'apiextensions.k8s.io', false),
      null,
      'certs.example.org',
      '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/certs.example.org',
    ],
    [
      'query, fragment and percent are letters of the name',
      resource('clusterroles', rbac, false),
      null,
      'a?b#c%2e%2f d',
      `/apis/${rbac}/v1/clusterroles/a%3Fb%23c%252e%252f%20d`,
    ],
    [
      'other alphabets',
      resource('clusterroles', rbac, false),
      null,
      'größe',
      `/apis/${rbac}/v1/clusterroles/gr%C3%B6%C3%9Fe`,
    ],
    [
      'half a letter becomes the sign for it',
      resource('clusterroles', rbac, false),
      null,
      'a\uD800',
      `/apis/${rbac}/v1/clusterroles/a%EF%BF%BD`,
    ],
  ])('%s', (_, kind, namespace, name, path) => {
    expect(objectPath(kind, { namespace, name })).toBe(path)
    // What goes over the wire is what was built: no step up, nothing cut off.
    expect(new URL(path, 'https://host').pathname).toBe(path)
  })

  test('a subresource stands below the object', () => {
    const pods = resource('pods', '', true)
    expect(objectPath(pods, { namespace: 'shop', name: 'web' }, 'log')).toBe(
      '/api/v1/namespaces/shop/pods/web/log',
    )
  })

  test.each([
    ['', 'is empty'],
    ['.', 'is a step to another folder'],
    ['..', 'is a step to another folder'],
    ['a/b', 'holds a slash'],
    ['../secrets/x', 'holds a slash'],
    ['...', null],
    ['a', null],
  ])('can %j be one segment', (segment, fault) => {
    expect(segmentFault(segment)).toBe(fault)
  })

  test('values of a query are encoded, those that are not told are left out', () => {
    expect(
      withQuery('/x', {
        labelSelector: 'a=b,c in (d&e)',
        limit: 500,
        watch: undefined,
        force: false,
      }),
    ).toBe('/x?labelSelector=a%3Db%2Cc%20in%20(d%26e)&limit=500&force=false')
    expect(withQuery('/x', { watch: undefined })).toBe('/x')
  })
})

describe('a path below a proxy', () => {
  test.each([
    '/',
    '/score',
    '/api/v1/namespaces/shop/services/http:web:80/proxy/score?x=../..',
    '/a//b',
    '/a..b/.hidden',
  ])('%s stays', (path) => {
    expect(leadsOutside(path)).toBe(false)
  })

  test.each([
    'score',
    '//evil.example/',
    '/a/../../secrets',
    '/a/.',
    '/a/%2e%2E/secrets',
    '/a/.%2e/secrets',
    '/a%2f..%2fsecrets',
    '/a%5c..%5csecrets',
    '/a\\..\\secrets',
    '/a/.\t./secrets',
    '/a/.\n./secrets',
    '/a b',
    '/a?x=1#y',
    '/a?x=1\r\nHost: b',
  ])('%j leads outside', (path) => {
    expect(leadsOutside(path)).toBe(true)
  })
})
