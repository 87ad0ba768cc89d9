// The gateway: where it is from, what is changed of it, and what it is told.
import { afterAll, describe, expect, test } from '@jest/globals'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  gatewayProgram,
  gatewayTokenFile,
  renderGatewayConfig,
} from '../../src/cluster/gateway/gateway-config.ts'
import { gatewayObjects } from '../../src/cluster/gateway/gateway-objects.ts'
import { findGateway, PartsMissing } from '../../src/cluster/index.ts'
import { changeLine, CHANGES, gatewayKey } from '../../src/cluster/parts/gateway-changes.ts'

const bare = mkdtempSync(join(tmpdir(), 'sluice-gateway-'))
afterAll(() => rmSync(bare, { recursive: true }))

describe('finding the gateway', () => {
  const find = (env: Readonly<Record<string, string>>) => findGateway(env, () => undefined)

  test('a named file is taken', async () => {
    const file = process.execPath
    expect(await find({ SLUICE_GATEWAY_BIN: file })).toEqual({ file, origin: 'SLUICE_GATEWAY_BIN' })
  })

  test.each([
    ['a named file that is not there', { SLUICE_GATEWAY_BIN: '/no/traefik' }, /BIN=\/no\/traefik/],
    [
      'an empty cache, and no Go',
      { XDG_CACHE_HOME: bare, PATH: bare },
      /needs Go 1\.26 or newer: go is not in PATH\.\nInstall Go .*\nOr set SLUICE_GATEWAY_BIN/,
    ],
  ])('%s is told', async (_, env, told) => {
    const failure = await find(env).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(PartsMissing)
    expect((failure as Error).message).toMatch(told)
  })

  test('its place in the cache has version, changes and platform', () => {
    expect(gatewayKey('linux-x64')).toMatch(/^traefik-3\.6\.12-[0-9a-f]{12}-linux-x64$/)
    expect(gatewayKey('linux-x64')).not.toBe(gatewayKey('darwin-arm64'))
  })
})

describe('a change of one line', () => {
  const change = { kind: 'line', module: 'm', file: 'f', line: 'two', text: 'zwei\ndrei' } as const

  test.each([
    ['one\ntwo\nthree\n', 'one\nzwei\ndrei\nthree\n'],
    ['one\nthree\n', null],
    ['two\none\ntwo\n', null],
  ])('of %j is %j', (text, changed) => {
    expect(changeLine(text, change)).toBe(changed)
  })

  test('keeps the line that it is found by', () => {
    const lines = CHANGES.filter((one) => one.kind === 'line')
    expect(lines.length).toBeGreaterThan(0)
    expect(lines.filter(({ line, text }) => !text.split('\n').includes(line))).toEqual([])
  })
})

describe('what the gateway is told', () => {
  const place = {
    folder: '/f',
    server: 'https://127.0.0.1:6443',
    ports: { web: 8000, own: 8001 },
    throttleMs: 250,
  }

  test('its throttle, its ports, and files for its secrets', () => {
    expect(JSON.parse(renderGatewayConfig(place))).toMatchObject({
      entryPoints: { web: { address: '127.0.0.1:8000' }, traefik: { address: '127.0.0.1:8001' } },
      providers: {
        providersThrottleDuration: '250ms',
        kubernetesGateway: { endpoint: place.server, token: gatewayTokenFile('/f') },
        kubernetesIngress: { endpoint: place.server, certAuthFilePath: '/f/pki/apiserver.crt' },
      },
    })
    expect(gatewayProgram('/f', '/bin/traefik').args).toEqual(['--configFile=/f/traefik.yml'])
  })

  test('its listener has the port on which it listens', () => {
    expect(gatewayObjects(8000).at(-1)?.object).toMatchObject({
      kind: 'Gateway',
      spec: { gatewayClassName: 'traefik', listeners: [{ port: 8000, protocol: 'HTTP' }] },
    })
  })
})
