import { describe, expect, test } from '@jest/globals'
import { createWarnings, parseWarnings } from '../../src/connection/warnings.ts'

describe('Warning headers', () => {
  test.each([
    ['299 - "policy/v1beta1 is deprecated"', ['policy/v1beta1 is deprecated']],
    ['299 - "one", 299 - "two, with a comma"', ['one', 'two, with a comma']],
    [
      String.raw`299 - "unknown field \"spec.a\"", 299 - "a\\b"`,
      ['unknown field "spec.a"', 'a\\b'],
    ],
    ['299 kube-apiserver "with an agent" "Sat, 21 Nov 2026 18:00:00 GMT"', ['with an agent']],
    ['nonsense', []],
    ['299 - "never closed', []],
    ['', []],
  ])('%j', (header, texts) => {
    expect(parseWarnings(header)).toEqual(texts)
  })

  test('each text is told once, and after twenty their number', () => {
    const told: string[] = []
    const warnings = createWarnings({ warning: (message) => void told.push(message) })
    for (let at = 0; at < 25; at++) warnings.tell(`299 - "w${at}", 299 - "w${at}"`)
    warnings.tell('299 - "w0"')
    warnings.tell(undefined)
    expect(told).toHaveLength(20)
    expect(told[0]).toBe('the API server warns: w0')
    warnings.close()
    warnings.close()
    expect(told.slice(20)).toEqual(['the API server gave 5 more warnings, not shown'])
  })

  test('a warning without end is cut', () => {
    const told: string[] = []
    createWarnings({ warning: (message) => void told.push(message) }).tell(
      `299 - "${'x'.repeat(5000)}"`,
    )
    expect(told[0]?.length).toBeLessThan(600)
  })
})
