import { describe, expect, test } from '@jest/globals'
import { parsePlace, readKubernetesPlace, slotsOf } from '../../src/endpoint/place.ts'
import { parseKubernetesSettings } from '../../src/endpoint/settings.ts'

const PLACE = {
  server: 'https://10.0.0.1:6443',
  namespace: 'shop',
  backEnd: 'service',
  trafficObject: 'mon-app.v2',
  slots: 'blue,green',
}
const wheres = (result: ReturnType<typeof parsePlace> | ReturnType<typeof readKubernetesPlace>) =>
  result.ok ? [] : result.problems.map(({ where }) => where)

describe('the place of a target', () => {
  test('is taken whole, with its pair', () => {
    expect(parsePlace(PLACE)).toEqual({ ok: true, value: PLACE })
    expect(slotsOf(PLACE)).toEqual(['blue', 'green'])
  })

  test('drops what it does not know', () => {
    expect(parsePlace({ ...PLACE, more: 'x' })).toEqual({ ok: true, value: PLACE })
  })

  test.each([
    [{ server: 'https://10.0.0.1:6443/path' }, 'server'],
    [{ server: 'ftp://10.0.0.1' }, 'server'],
    [{ server: 'https://user:pass@10.0.0.1' }, 'server'],
    [{ namespace: '../kube-system' }, 'namespace'],
    [{ namespace: 'a'.repeat(64) }, 'namespace'],
    [{ backEnd: 'smi' }, 'backEnd'],
    [{ trafficObject: 'Mon_App' }, 'trafficObject'],
    [{ trafficObject: '..' }, 'trafficObject'],
    [{ slots: 'blue,blue' }, 'slots'],
    [{ slots: 'blue,green,red' }, 'slots'],
    [{ slots: 'blue,gr\nen' }, 'slots'],
  ])('refuses %j', (part, field) => {
    expect(wheres(parsePlace({ ...PLACE, ...part }))).toEqual([`target.place.${field}`])
  })

  test('tells all problems at once', () => {
    expect(wheres(parsePlace({}))).toHaveLength(5)
  })
})

describe('the place from inputs', () => {
  test('service, the endpoint’s name and the context’s namespace unless told', () => {
    expect(readKubernetesPlace({ namespace: ' ' })).toEqual({
      ok: true,
      value: { namespace: null, backEnd: 'service', trafficObject: null },
    })
  })

  test('all problems at once', () => {
    const inputs = { namespace: 'A', 'back-end': 'nginx', 'traffic-object': 'a b' }
    expect(wheres(readKubernetesPlace(inputs))).toEqual(['namespace', 'back-end', 'traffic-object'])
  })
})

describe('settings', () => {
  const DEFAULTS = {
    context: null,
    slotAddress: { kind: 'proxy' },
    slotProof: { kind: 'address' },
    requestPath: '/',
    port: null,
  }

  test.each([
    [{}, {}],
    [{ context: 'prod' }, { context: 'prod' }],
    [{ 'slot-address': 'service' }, { slotAddress: { kind: 'service' } }],
    [
      { 'slot-address': 'https://{slot}.example.org/score/' },
      { slotAddress: { kind: 'url', template: 'https://{slot}.example.org/score' } },
    ],
    [{ 'slot-proof': 'header:X-Slot' }, { slotProof: { kind: 'header', name: 'x-slot' } }],
    [{ 'slot-proof': 'body:meta.slot' }, { slotProof: { kind: 'body', path: 'meta.slot' } }],
    [{ 'request-path': '/v1/score?full=1' }, { requestPath: '/v1/score?full=1' }],
    [{ port: '8080' }, { port: '8080' }],
    [{ port: 'http-alt' }, { port: 'http-alt' }],
  ])('%j', (inputs, more) => {
    expect(parseKubernetesSettings(inputs)).toEqual({ ok: true, value: { ...DEFAULTS, ...more } })
  })

  test.each([
    ['slot-address', 'https://example.org/'],
    ['slot-address', 'https://user:secret@{slot}.example.org'],
    ['slot-address', 'https://{slot}.example.org/?key=secret'],
    ['slot-address', 'file:///{slot}'],
    ['slot-address', 'pod'],
    ['slot-proof', 'header:'],
    ['slot-proof', 'header:X Slot'],
    ['slot-proof', 'body:a..b'],
    ['slot-proof', 'cookie:a'],
    ['request-path', 'score'],
    ['request-path', '//elsewhere'],
    ['request-path', '/../secrets'],
    ['request-path', '/%2e%2e/secrets'],
    ['request-path', '/a%2fb'],
    ['request-path', '/a b'],
    ['port', '0'],
    ['port', '65536'],
    ['port', 'HTTP'],
  ])('refuses %s: %s', (name, value) => {
    expect(parseKubernetesSettings({ [name]: value })).toEqual({
      ok: false,
      problems: [{ where: name, message: expect.stringContaining('wanted') }],
    })
  })

  test('tells all problems at once', () => {
    const read = parseKubernetesSettings({ port: '0', 'slot-proof': 'x', 'request-path': 'x' })
    expect(read).toMatchObject({ ok: false, problems: [{}, {}, {}] })
  })
})
