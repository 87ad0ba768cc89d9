// The preload of every Node child: loopback only, waits pass at once, a clock that counts them.
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { preloadPath } from '../../src/index.ts'
import { fixtures } from './world.ts'

const now = Date.UTC(2031, 5, 1)

describe('a child with the preload', () => {
  let said: Record<string, unknown>
  let clock: readonly number[]
  const folder = mkdtempSync(join(tmpdir(), 'preload-test-'))

  beforeAll(async () => {
    const file = join(folder, 'clock')
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [join(fixtures, 'clockwatcher.mjs')],
      {
        env: {
          NODE_OPTIONS: `--import=${pathToFileURL(preloadPath).href}`,
          TWIN_NOW: String(now),
          TWIN_CLOCK_FILE: file,
        },
      },
    )
    said = JSON.parse(stdout) as Record<string, unknown>
    clock = readFileSync(file, 'utf8').trim().split('\n').map(Number)
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const expected = [
    ['startsAtTheGivenTime', true],
    ['hourPassedOnTheClock', true],
    ['hourTookLittleRealTime', true],
    ['newDateAgrees', true],
    ['dateIsStillDate', true],
    ['order', ['short', 'short again', 'long']],
    ['value', 'handed through'],
    ['aborted', ['AbortError', 'ABORT_ERR', 'why']],
    ['abortedBefore', 'AbortError'],
    ['wrongDelay', 'ERR_INVALID_ARG_TYPE'],
    ['fetchAway', 'ETWINREFUSED'],
    ['fetchNameAway', 'ETWINREFUSED'],
    ['httpAway', 'ETWINREFUSED'],
    ['tlsAway', 'ETWINREFUSED'],
    ['lookupAway', 'ETWINREFUSED'],
    ['resolveAway', 'ETWINREFUSED'],
    ['udpAway', 'ETWINREFUSED'],
    ['loopback', ['ok', 'ok', 'ok']],
    ['globalTimeoutIsReal', true],
    ['abortTimeoutIsReal', true],
  ] as const
  test.each(expected)('%s', (name, value) => {
    expect(said[name]).toEqual(value)
  })

  test('its last instant is in the clock file', () => {
    expect(clock.length).toBeGreaterThan(3)
    expect(clock).toEqual(clock.toSorted((a, b) => a - b))
    expect(clock.at(-1)).toBeGreaterThanOrEqual(Number(said['lastInstant']))
    expect(clock.at(-1)).toBeLessThan(now + 2 * 3600_000)
  })
})

describe('a child with TWIN_TIME=real', () => {
  const folder = mkdtempSync(join(tmpdir(), 'preload-test-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('waits and reads the clock as the machine does, and still stays on loopback', async () => {
    const file = join(folder, 'clock')
    const before = Date.now()
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [join(fixtures, 'real-time.mjs')],
      {
        env: {
          NODE_OPTIONS: `--import=${pathToFileURL(preloadPath).href}`,
          TWIN_NOW: String(now),
          TWIN_TIME: 'real',
          TWIN_CLOCK_FILE: file,
        },
      },
    )
    const said = JSON.parse(stdout) as Record<string, unknown>
    expect(said).toEqual({ now: expect.any(Number), waited: true, away: 'ETWINREFUSED' })
    const [last, ...more] = readFileSync(file, 'utf8').trim().split('\n').map(Number)
    expect(more).toEqual([])
    expect([before <= Number(said['now']), Number(said['now']) <= Number(last)]).toEqual([
      true,
      true,
    ])
    expect(last).toBeLessThanOrEqual(Date.now())
  })
})
