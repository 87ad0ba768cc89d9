/**
 * The lines of a stream of bytes, without their ends; the last one also when nothing ends it.
 * Bytes may be split anywhere, inside a letter too.
 */
export async function* splitLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder()
  // Parts of one long line are joined once, not at every chunk.
  let parts: string[] = []
  for await (const chunk of chunks) {
    const pieces = decoder.decode(chunk, { stream: true }).split('\n')
    const last = pieces.pop() ?? ''
    for (const piece of pieces) {
      const line = [...parts, piece].join('')
      parts = []
      if (line !== '') yield line
    }
    if (last !== '') parts.push(last)
  }
  const rest = [...parts, decoder.decode()].join('')
  if (rest !== '') yield rest
}
