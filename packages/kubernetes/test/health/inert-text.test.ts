// Text from a cluster on its way into a log.
import { describe, expect, test } from '@jest/globals'
import { hideCredentials, inertLine, inertLines } from '../../src/health/inert-text.ts'

describe('nothing in a line is obeyed', () => {
  test.each([
    ['::error::owned', ': :error::owned'],
    ['   ::add-mask::x', '   : :add-mask::x'],
    ['##[error]owned', '# #[error]owned'],
    ['\u001b[31mred\u001b[0m', 'red'],
    ['\u001b]0;title\u0007text', 'text'],
    ['one\ntwo\rthree', 'one two three'],
    ['a\u202eb\u200bc', 'a b c'],
    ['\u001b[2K::stop-commands::x', ': :stop-commands::x'],
    ['plain :: text', 'plain :: text'],
  ])('%j', (text, shown) => {
    expect(inertLine(text)).toBe(shown)
  })

  test('long lines are cut by characters', () => {
    expect(inertLine('😀'.repeat(1000), 10)).toBe(`${'😀'.repeat(9)}…`)
    expect(Array.from(inertLine('x'.repeat(100_000)))).toHaveLength(400)
  })
})

describe('what looks like a credential is hidden', () => {
  test.each([
    ['Authorization: Bearer abc.def-ghi', 'Authorization: Bearer ***'],
    ['{"authorization":"Basic dXNlcjpwYXNz"}', '{"authorization":"Basic ***"}'],
    ['sent bearer abcdefghijkl to it', 'sent bearer *** to it'],
    ['password=hunter2 user=joe', 'password=*** user=joe'],
    ['DB_PASSWORD: "two words" next', 'DB_PASSWORD: *** next'],
    ["token => 'abc'", 'token => ***'],
    ['{"client_secret":"abc","id":1}', '{"client_secret":***,"id":1}'],
    ['run --password hunter2 --verbose', 'run --password *** --verbose'],
    ['postgres://joe:hunter2@db:5432/shop', 'postgres://***@db:5432/shop'],
    ['redis://:hunter2@cache', 'redis://***@cache'],
    ['https://store/x?sv=1&sig=abc%3D&se=2', 'https://store/x?sv=1&sig=***&se=2'],
    ['jwt eyJhbGciOi.eyJzdWIiOi.sgn-_x end', 'jwt *** end'],
    ['key ghp_0123456789abcdefghij0', 'key ***'],
    ['AKIAIOSFODNN7EXAMPLE', '***'],
    ['password=***', 'password=***'],
  ])('%s', (text, shown) => {
    expect(hideCredentials(text)).toBe(shown)
  })

  test.each([
    'secret "db" not found',
    "couldn't find key password in Secret shop/db",
    'the token has expired',
    'https://example.com:8080/a?b=c',
    'signature verification failed',
  ])('not: %s', (text) => {
    expect(hideCredentials(text)).toBe(text)
  })
})

describe('a log', () => {
  test('its last lines, without empty ones at the end', () => {
    const text = Array.from({ length: 50 }, (_, index) => `line ${index}`).join('\n')
    expect(inertLines(`${text}\n\n`, 20)).toEqual(
      Array.from({ length: 20 }, (_, index) => `line ${index + 30}`),
    )
    expect(inertLines('', 20)).toEqual([])
  })

  test('no private key', () => {
    const key = '-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc\n-----END RSA PRIVATE KEY-----'
    expect(inertLines(`a\n${key}\nb\n-----BEGIN PRIVATE KEY-----\nMIIF`, 20)).toEqual([
      'a',
      '***',
      'b',
      '***',
    ])
  })

  test('takes little time for what is made to take long', () => {
    const hostile = `${'password='.repeat(20_000)}\n${'a://'.repeat(20_000)}\n${'eyJ'.repeat(50_000)}`
    const start = performance.now()
    inertLines(hostile, 20)
    expect(performance.now() - start).toBeLessThan(500)
  })
})
