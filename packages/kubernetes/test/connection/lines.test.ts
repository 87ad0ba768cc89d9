import { describe, expect, test } from '@jest/globals'
import { splitLines } from '../../src/connection/lines.ts'

async function* cutAt(bytes: Uint8Array, places: readonly number[]): AsyncGenerator<Uint8Array> {
  let from = 0
  for (const place of [...places, bytes.length]) {
    yield bytes.subarray(from, place)
    from = place
  }
}

async function linesOf(chunks: AsyncIterable<Uint8Array>): Promise<readonly string[]> {
  const lines: string[] = []
  for await (const line of splitLines(chunks)) lines.push(line)
  return lines
}

describe('lines of a stream', () => {
  const text = '{"a":"größe 🚀"}\n\n{"b":1}\n{"c":"日本"}'
  const lines = ['{"a":"größe 🚀"}', '{"b":1}', '{"c":"日本"}']
  const bytes = new TextEncoder().encode(text)

  test('whatever two places the bytes are cut at', async () => {
    for (let first = 0; first <= bytes.length; first++) {
      for (const second of [first, Math.min(first + 1, bytes.length), bytes.length]) {
        expect(await linesOf(cutAt(bytes, [first, second]))).toEqual(lines)
      }
    }
  })

  test('byte by byte', async () => {
    expect(await linesOf(cutAt(bytes, [...bytes.keys()]))).toEqual(lines)
  })

  test('one line of 4 MB in small pieces does not take the time of its square', async () => {
    const long = new TextEncoder().encode(`${'x'.repeat(4_000_000)}\n`)
    const places = Array.from({ length: 2000 }, (_, at) => at * 2000)
    const began = performance.now()
    const [line] = await linesOf(cutAt(long, places))
    expect(line).toHaveLength(4_000_000)
    expect(performance.now() - began).toBeLessThan(2000)
  })
})
