// Hides secrets in what people see: logs, annotations, summaries.

export class Masker {
  readonly #values = new Set<string>()

  /** The value, each of its lines, and the ways it is commonly written. */
  add(value: string): void {
    for (const part of [value, ...value.split(/\r?\n/)]) {
      const trimmed = part.trim()
      if (trimmed === '') continue
      for (const written of writings(trimmed)) this.#values.add(written)
    }
  }

  /** Overlapping finds become one `***`. */
  mask(text: string): string {
    const ranges = this.#find(text)
    let masked = ''
    let position = 0
    for (const [start, end] of ranges) {
      masked += `${text.slice(position, start)}***`
      position = end
    }
    return masked + text.slice(position)
  }

  hides(text: string): boolean {
    return this.#find(text).length > 0
  }

  #find(text: string): readonly (readonly [number, number])[] {
    const found: [number, number][] = []
    for (const value of this.#values) {
      for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + 1)) {
        found.push([at, at + value.length])
      }
    }
    found.sort((a, b) => a[0] - b[0])
    const merged: [number, number][] = []
    for (const range of found) {
      const last = merged.at(-1)
      if (last !== undefined && range[0] <= last[1]) last[1] = Math.max(last[1], range[1])
      else merged.push(range)
    }
    return merged
  }
}

function writings(value: string): readonly string[] {
  const quoted = JSON.stringify(value).slice(1, -1)
  return [value, quoted, encodeURIComponent(value), ...base64Writings(value)].filter(
    (text) => text !== '',
  )
}

// Base64 of the value at any of three offsets inside a longer text; the shared edge characters go.
function base64Writings(value: string): readonly string[] {
  if (value.length < 4) return []
  const bytes = Buffer.from(value)
  return [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '')
    const spill = (offset + bytes.length) % 3 === 0 ? 0 : 1
    return encoded.slice(offset === 0 ? 0 : offset + 1, encoded.length - spill)
  })
}
