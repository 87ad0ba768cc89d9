import { describe, expect, test } from '@jest/globals'
import { extractFields } from '../../src/apply/extract.ts'
import type { KubeObject } from '../../src/object.ts'

const live: KubeObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'shop', uid: 'u', labels: { app: 'web', team: 'a' } },
  spec: {
    clusterIP: '10.96.0.1',
    ports: [
      { name: 'http', port: 80, protocol: 'TCP', targetPort: 8080 },
      { name: 'dns', port: 53, protocol: 'UDP', targetPort: 53 },
    ],
  },
}
const portsOf = (fields: Readonly<Record<string, unknown>>): unknown => {
  const part = extractFields(live, { fields: { 'f:spec': { 'f:ports': fields } }, others: [] })
  return (part['spec'] as { readonly ports: unknown }).ports
}
const http = 'k:{"port":80,"protocol":"TCP"}'

describe('the part of an object that some fields cover', () => {
  test('names the object, and holds nothing that is not covered', () => {
    const fields = { 'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } } }
    expect(extractFields(live, { fields, others: [] })).toEqual({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', namespace: 'shop', labels: { app: 'web' } },
    })
  })

  test("a key that its owner left to the server stays the server's", () => {
    expect(portsOf({ [http]: { '.': {}, 'f:port': {}, 'f:targetPort': {} } })).toEqual([
      { port: 80, targetPort: 8080 },
    ])
  })

  test('an item of which no key is owned is named by all of them', () => {
    expect(portsOf({ [http]: { 'f:targetPort': {} } })).toEqual([
      { port: 80, protocol: 'TCP', targetPort: 8080 },
    ])
  })
})
