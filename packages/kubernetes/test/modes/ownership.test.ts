// Which fields go back to whoever applied them after a mode has changed the object.
import { describe, expect, test } from '@jest/globals'
import {
  planHandBack,
  type HandBack,
  type KubeObject,
  type ManagedFields,
} from '@sluice/kubernetes'

const entry = (
  manager: string,
  operation: 'Apply' | 'Update',
  fieldsV1: Record<string, unknown>,
  subresource?: string,
): ManagedFields => ({
  manager,
  operation,
  apiVersion: 'apps/v1',
  fieldsV1,
  ...(subresource === undefined ? {} : { subresource }),
})
const objectWith = (...managedFields: readonly ManagedFields[]): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', managedFields },
})
const plan = (
  before: readonly ManagedFields[],
  after: readonly ManagedFields[],
  fields: HandBack['fields'] = 'named',
) =>
  planHandBack({
    before: objectWith(...before),
    after: objectWith(...after),
    manager: 'sluice-scale',
    fields,
  })

const spec = (...names: readonly string[]) => ({
  'f:spec': Object.fromEntries(names.map((name) => [`f:${name}`, {}])),
})
const status = entry('kube-controller-manager', 'Update', { 'f:status': {} }, 'status')

describe('planHandBack', () => {
  test('a field that we had applied comes back, and an entry that owns nothing goes', () => {
    expect(
      plan(
        [entry('sluice', 'Apply', spec('replicas', 'selector')), status],
        [
          entry('sluice', 'Apply', spec('selector')),
          status,
          entry('sluice-scale', 'Update', spec('replicas'), 'scale'),
        ],
      ),
    ).toEqual([entry('sluice', 'Apply', spec('selector', 'replicas')), status])
  })

  test('a field that nobody had applied stays with the mode', () => {
    expect(
      plan(
        [entry('sluice', 'Apply', spec('selector'))],
        [
          entry('sluice', 'Apply', spec('selector')),
          entry('sluice-scale', 'Update', spec('replicas')),
        ],
      ),
    ).toBeNull()
  })

  test('of both, each goes where it belongs', () => {
    expect(
      plan(
        [entry('sluice', 'Apply', spec('replicas'))],
        [entry('sluice-scale', 'Update', spec('replicas', 'paused'))],
      ),
    ).toEqual([
      entry('sluice', 'Apply', spec('replicas')),
      entry('sluice-scale', 'Update', spec('paused')),
    ])
  })

  test('all: what the change added too', () => {
    expect(
      plan(
        [entry('sluice', 'Apply', spec('replicas'))],
        [entry('sluice-scale', 'Update', spec('replicas', 'paused'))],
        'all',
      ),
    ).toEqual([entry('sluice', 'Apply', spec('replicas', 'paused'))])
  })

  test('the thing itself is another field than what is below it', () => {
    const item = 'k:{"name":"web"}'
    const list = (below: Record<string, unknown>) => ({ 'f:spec': { [item]: below } })
    expect(
      plan(
        [entry('sluice', 'Apply', list({ '.': {}, 'f:image': {} }))],
        [
          entry('sluice', 'Apply', list({ '.': {} })),
          entry('sluice-scale', 'Update', list({ '.': {}, 'f:image': {}, 'f:tty': {} })),
        ],
      ),
    ).toEqual([
      entry('sluice', 'Apply', list({ '.': {}, 'f:image': {} })),
      entry('sluice-scale', 'Update', list({ 'f:tty': {} })),
    ])
  })

  test('what kubectl applied comes back to it whole, or not at all', () => {
    const before = [entry('kubectl-client-side-apply', 'Update', spec('replicas', 'template'))]
    const after = [
      entry('kubectl-client-side-apply', 'Update', spec('replicas')),
      entry('sluice-scale', 'Update', spec('template')),
    ]
    expect(plan(before, after)).toBeNull()
    expect(plan(before, after, 'all')).toEqual([
      entry('kubectl-client-side-apply', 'Update', spec('replicas', 'template')),
    ])
  })

  test.each([
    ['nobody applied it', [entry('kubectl-create', 'Update', spec('replicas'))]],
    ['it has no entries', []],
  ])('%s: nothing to hand back', (_, before) => {
    expect(
      plan(before, [...before, entry('sluice-scale', 'Update', spec('replicas'))], 'all'),
    ).toBeNull()
  })
})
