import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, test } from '@jest/globals'
import { inversePatch, reachOf, rollbackOf } from '../../src/endpoint/rollback.ts'
import { merged } from './back-ends/routed-scenes.ts'
import { app, deployment, service } from './endpoint-objects.ts'
import { memoryEndpoint } from './memory-endpoint.ts'

type Json = Readonly<Record<string, unknown>>

const leaf = fc.oneof(fc.integer(), fc.string(), fc.boolean(), fc.array(fc.integer()))
const key = fc.constantFrom('a', 'b', 'c', 'd')
const object = (depth: number): fc.Arbitrary<Json> =>
  fc.dictionary(key, depth === 0 ? leaf : fc.oneof(leaf, object(depth - 1)), { maxKeys: 4 })
const patch = (depth: number): fc.Arbitrary<Json> => {
  const value = fc.oneof(leaf, fc.constant(null))
  return fc.dictionary(key, depth === 0 ? value : fc.oneof(value, patch(depth - 1)), { maxKeys: 4 })
}

describe('the way back', () => {
  test('gives back what was there, whatever was patched', () => {
    fc.assert(
      fc.property(object(2), patch(2), (before, change) => {
        const after = merged(before, change)
        expect(merged(after, inversePatch(change, before))).toEqual(before)
      }),
    )
  })

  test('leaves annotations of others that came meanwhile', () => {
    const before = { metadata: { name: 'a' } }
    const change = { metadata: { annotations: { ours: '1' } } }
    const now = merged(before, { metadata: { annotations: { ours: '1', theirs: '2' } } })
    expect(merged(now, inversePatch(change, before))).toEqual({
      metadata: { name: 'a', annotations: { theirs: '2' } },
    })
  })
})

describe('what a later step can set', () => {
  const { site } = memoryEndpoint()
  const slots = ['blue', 'green'].map((slot) => ({
    slot,
    deployment: deployment({ name: `mon-app-${slot}`, labels: app(slot) }),
    service: null,
    endpoints: null,
    labels: { version: slot },
  }))
  const annotations = { 'sluice.dev/owner': '7.1', 'sluice.dev/rejected': 'aaaaaaaaaaaaaaaa' }
  const object = { ...service('mon-app', app('blue')), metadata: { name: 'mon-app', annotations } }
  const scene = {
    endpoint: 'mon-app',
    slots: ['blue', 'green'] as const,
    object,
    siblings: [],
    found: slots,
    services: new Map(),
    endpoints: null,
  }

  test('is given back, but a revision that is taken back meanwhile stays so', () => {
    const step = { metadata: { annotations: { 'sluice.dev/step': '1/2@1' } } }
    expect(inversePatch(reachOf(site.backEnd, scene, step), object)).toEqual({
      metadata: { annotations: { 'sluice.dev/step': null, 'sluice.dev/owner': '7.1' } },
      spec: { selector: { version: 'blue' } },
    })
  })
})

describe('the command for a person', () => {
  const { site } = memoryEndpoint()
  const hostile = `it's $(touch /tmp/owned) "quoted" \`now\`\n; rm -rf`
  const before = {
    ...service('mon-app', { version: 'blue' }),
    metadata: { name: 'mon-app', annotations: { 'sluice.dev/owner': hostile } },
  }
  const written = {
    before,
    patch: {
      spec: { selector: { version: 'green' } },
      metadata: { annotations: { 'sluice.dev/owner': '7.1' } },
    },
    scalings: [],
    found: [],
  }

  test('is one line, and a shell takes it as it is meant', () => {
    const { command, patch: sent } = rollbackOf(site, written)
    expect(command).not.toContain('\n')
    const script = `kubectl() { printf '%s\\0' "$@"; }; ${command}`
    const words = execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' }).split('\0')
    expect(words.slice(0, -2)).toEqual([
      '--namespace',
      'shop',
      'patch',
      'services',
      'mon-app',
      '--type',
      'merge',
      '--patch',
    ])
    expect(JSON.parse(words.at(-2) ?? '')).toEqual(sent)
    expect(sent).toEqual({
      spec: { selector: { version: 'blue' } },
      metadata: { annotations: { 'sluice.dev/owner': hostile } },
    })
  })

  test('pods that are wanted back come before the requests, those too many go after', () => {
    const found = ['blue', 'green'].map((slot) => ({
      slot,
      deployment: deployment({ name: `mon-app-${slot}`, labels: {}, replicas: 3 }),
      service: null,
      endpoints: null,
      labels: {},
    }))
    const scalings = [
      { slot: 'green', replicas: 9, when: 'before' as const },
      { slot: 'blue', replicas: 1, when: 'after' as const },
    ]
    const { command } = rollbackOf(
      { ...site, settings: { ...site.settings, context: 'my cluster' } },
      { ...written, scalings, found },
    )
    const common = "kubectl --context 'my cluster' --namespace shop"
    expect(command.split(' && ').map((one) => one.slice(0, 70))).toEqual(
      [
        `${common} scale deployment/mon-app-blue --replicas=3`,
        expect.stringContaining(`${common} patch services`),
        `${common} scale deployment/mon-app-green --replicas=3`,
      ].map((one) => (typeof one === 'string' ? one.slice(0, 70) : one)),
    )
  })
})
