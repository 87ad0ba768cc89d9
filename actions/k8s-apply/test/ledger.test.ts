// What a run that is cut short knows of its writes.
import { describe, expect, test } from '@jest/globals'
import type { Answer, ApiServer, KubeObject, Refusal } from '@sluice/kubernetes'
import { createLedger, ledgered, notReached, type Ledger } from '../src/ledger.ts'
import { idOfConfigMap, row } from './rows.ts'

const object = (name: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'shop' },
})
const refusal: Refusal = {
  status: 403,
  reason: 'Forbidden',
  message: 'no',
  causes: [],
  request: 'APPLY ConfigMap shop/a',
}

const plain = { fieldManager: 'sluice', force: false }
const removal = { propagation: 'Background', uid: 'u' } as const

function rig(verbs: Partial<ApiServer>, parent = 'record') {
  const ledger = createLedger()
  const set = { name: parent, namespace: 'shop', parent: idOfConfigMap(parent), id: 'id' }
  return { ledger, api: ledgered(verbs as ApiServer, { ledger, set }) }
}

const told = (ledger: Ledger): readonly string[] =>
  ledger.rows().map(({ id, action }) => `${id.name} ${action}`)

const answering =
  <Value>(value: Value) =>
  (): Promise<Answer<Value>> =>
    Promise.resolve({ ok: true, value })

describe('a ledger', () => {
  test('has what was planned, what is under way and what was answered', async () => {
    let answer: (value: Answer<{ object: KubeObject; created: boolean }>) => void = () => undefined
    const { ledger, api } = rig({ apply: () => new Promise((resolve) => (answer = resolve)) })
    ledger.keep([notReached(idOfConfigMap('a')), notReached(idOfConfigMap('b'))])
    const writing = api.apply(object('b'), plain)
    expect(told(ledger)).toEqual(['a skipped', 'b unknown'])
    answer({ ok: true, value: { object: object('b'), created: true } })
    await writing
    expect(told(ledger)).toEqual(['a skipped', 'b created'])
  })

  test('keeps a write without an answer as a doubt', async () => {
    const { ledger, api } = rig({ delete: () => Promise.reject(new Error('cut')) })
    await expect(api.delete(idOfConfigMap('a'), removal)).rejects.toThrow('cut')
    expect(ledger.rows()).toMatchObject([{ action: 'unknown', reason: 'Cut off' }])
  })

  test('tells a refusal with its reason', async () => {
    const { ledger, api } = rig({ patch: () => Promise.resolve({ ok: false, refusal }) })
    await api.patch(idOfConfigMap('a'), {}, { kind: 'merge', fieldManager: 'sluice' })
    expect(ledger.rows()).toMatchObject([
      { action: 'refused', verdict: 'failed', reason: 'Forbidden', message: 'no' },
    ])
  })

  test('has no row for a dry run, nor for the record of the application', async () => {
    const { ledger, api } = rig({ apply: answering({ object: object('a'), created: false }) })
    await api.apply(object('a'), { ...plain, dryRun: true })
    await api.apply(object('record'), plain)
    expect(ledger.rows()).toEqual([])
  })

  test('uses the words of the part that the run is in', async () => {
    const { ledger, api } = rig({
      apply: answering({ object: object('a'), created: true }),
      delete: answering(true),
    })
    ledger.enter('putting back', { written: 'restored', deleted: 'restored' })
    await api.apply(object('a'), plain)
    await api.delete(idOfConfigMap('b'), removal)
    expect(told(ledger)).toEqual(['a restored', 'b restored'])
    expect(ledger.doing()).toBe('putting back')
    ledger.enter('removing', { deleted: 'pruned' })
    await api.delete(idOfConfigMap('c'), removal)
    expect(told(ledger).at(-1)).toBe('c pruned')
  })

  test('puts a made name in the place of the one without', async () => {
    const { ledger, api } = rig({ create: answering(object('job-x1')) })
    ledger.keep([notReached(idOfConfigMap('')), row('z')])
    await api.create({ ...object(''), metadata: { generateName: 'job-', namespace: 'shop' } }, {})
    expect(told(ledger)).toEqual(['job-x1 created', 'z unchanged'])
  })
})
