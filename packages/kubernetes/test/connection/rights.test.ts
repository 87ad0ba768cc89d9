import { afterEach, describe, expect, test } from '@jest/globals'
import type { Right } from '@sluice/kubernetes'
import { decideRight } from '../../src/connection/rights.ts'
import { closeAll, connectTo, statusBody, type Answerer, type Seen } from './strict-server.ts'

afterEach(closeAll)

const rule = (
  verbs: string[],
  apiGroups: string[],
  resources: string[],
  resourceNames: string[] = [],
) => ({
  verbs,
  apiGroups,
  resources,
  resourceNames,
})
const right = (
  verb: string,
  resource: string,
  group = '',
  namespace: string | null = 'shop',
): Right => ({
  verb,
  group,
  resource,
  namespace,
})

describe('what the rules of a namespace say', () => {
  test.each([
    ['exactly', rule(['get'], [''], ['pods']), right('get', 'pods'), 'given'],
    ['another verb', rule(['get'], [''], ['pods']), right('list', 'pods'), 'missing'],
    ['another group', rule(['get'], ['apps'], ['pods']), right('get', 'pods'), 'missing'],
    [
      'everything',
      rule(['*'], ['*'], ['*']),
      right('patch', 'deployments/status', 'apps'),
      'given',
    ],
    [
      'a parent is not its subresource',
      rule(['get'], [''], ['pods']),
      right('get', 'pods/log'),
      'missing',
    ],
    ['a subresource', rule(['get'], [''], ['pods/log']), right('get', 'pods/log'), 'given'],
    [
      'that subresource of all',
      rule(['get'], [''], ['*/scale']),
      right('get', 'deployments/scale'),
      'given',
    ],
    [
      'named objects alone',
      rule(['get'], [''], ['pods'], ['one']),
      right('get', 'pods'),
      'missing',
    ],
    [
      'those objects by name',
      rule(['get'], [''], ['pods'], ['one', 'two']),
      { ...right('get', 'pods'), names: ['two', 'one'] },
      'given',
    ],
    [
      'one more than those that are named',
      rule(['get'], [''], ['pods'], ['one']),
      { ...right('get', 'pods'), names: ['one', 'two'] },
      'missing',
    ],
    [
      'no names where none can be',
      rule(['create', 'list', 'watch'], [''], ['pods'], ['one']),
      right('list', 'pods'),
      'missing',
    ],
  ])('%s', (_, one, wanted, verdict) => {
    expect(decideRight(wanted, { rules: [one], incomplete: false })).toBe(verdict)
  })

  test('several rules give the names together', () => {
    const rules = ['one', 'two'].map((name) => rule(['patch'], [''], ['pods'], [name]))
    const wanted = { ...right('patch', 'pods'), names: ['one', 'two'] }
    expect(decideRight(wanted, { rules, incomplete: false })).toBe('given')
  })

  test('what is not in an incomplete list is open', () => {
    expect(decideRight(right('get', 'pods'), { rules: [], incomplete: true })).toBe('open')
    expect(decideRight(right('get', 'pods'), null)).toBe('open')
  })
})

const reviews =
  (rules: (namespace: string) => unknown, allowed: (attributes: unknown) => unknown): Answerer =>
  ({ path, body }: Seen) => {
    const { spec } = JSON.parse(body) as {
      readonly spec: { readonly namespace: string; readonly resourceAttributes: unknown }
    }
    return {
      status: 201,
      body: {
        status: path.endsWith('/selfsubjectrulesreviews')
          ? rules(spec.namespace)
          : allowed(spec.resourceAttributes),
      },
    }
  }
const kindsAsked = (seen: readonly Seen[]): readonly string[] =>
  seen.map(({ path }) => path.slice(path.lastIndexOf('/') + 1)).sort()

describe('missing rights', () => {
  test('one question per namespace, and one per right in the whole cluster', async () => {
    const { api, server } = await connectTo(
      reviews(
        () => ({ incomplete: false, resourceRules: [rule(['get'], [''], ['pods'])] }),
        () => ({ allowed: false }),
      ),
    )
    const missing = [right('list', 'pods'), right('get', 'namespaces', '', null)]
    const rights = [right('get', 'pods'), ...missing, right('get', 'pods', '', 'other')]
    expect(await api.missingRights(rights)).toEqual(missing)
    expect(kindsAsked(server.seen)).toEqual([
      'selfsubjectaccessreviews',
      'selfsubjectrulesreviews',
      'selfsubjectrulesreviews',
    ])
  })

  test('an authorizer that cannot list its rules is asked right by right', async () => {
    const asked: unknown[] = []
    const { api } = await connectTo(
      reviews(
        () => ({ incomplete: true, resourceRules: [] }),
        (attributes) => {
          asked.push(attributes)
          return { allowed: asked.length > 1 }
        },
      ),
    )
    const log = right('get', 'pods/log')
    expect(await api.missingRights([log])).toEqual([log])
    expect(await api.missingRights([log])).toEqual([])
    expect(asked[0]).toEqual({
      verb: 'get',
      group: '',
      resource: 'pods',
      subresource: 'log',
      namespace: 'shop',
    })
  })

  test('the same right is asked for once', async () => {
    const asked: unknown[] = []
    const { api } = await connectTo(
      reviews(
        () => ({ incomplete: false, resourceRules: [] }),
        (attributes) => {
          asked.push(attributes)
          return { allowed: false }
        },
      ),
    )
    const wide = right('list', 'namespaces', '', null)
    expect(await api.missingRights([wide, { ...wide }])).toEqual([wide, wide])
    expect(asked).toHaveLength(1)
  })

  test('what the server cannot tell counts as given', async () => {
    const { api } = await connectTo(() => ({ status: 403, body: statusBody(403, 'Forbidden') }))
    expect(await api.missingRights([right('get', 'pods'), right('get', 'x', '', null)])).toEqual([])
  })

  test('nothing wanted, nothing asked', async () => {
    const { api, server } = await connectTo(() => undefined)
    expect(await api.missingRights([])).toEqual([])
    expect(server.seen).toEqual([])
  })
})
