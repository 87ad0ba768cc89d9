// Passes a watch on, line by line where a fault counts lines.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { renderStatus, type Fault } from './fault.ts'

/** Resolves when the client's answer has ended, or will never. */
export async function passStream(
  from: IncomingMessage,
  to: ServerResponse,
  fault: Fault | null,
): Promise<void> {
  // A client that went away ends the watch at the server too.
  to.on('close', () => from.destroy())
  try {
    if (fault !== null && 'events' in fault) await passEvents(from, to, fault)
    else await passBytes(from, to, fault?.kind === 'drip' ? fault.bytes : null)
  } catch {
    to.destroy()
  }
}

async function passBytes(
  from: IncomingMessage,
  to: ServerResponse,
  size: number | null,
): Promise<void> {
  for await (const chunk of from) await writePieces(to, chunk as Buffer, size)
  to.end()
}

/** Pieces of `size` bytes, each a write of its own; null: at once. */
export async function writePieces(
  to: ServerResponse,
  bytes: Buffer,
  size: number | null,
): Promise<void> {
  if (size === null) {
    to.write(bytes)
    return
  }
  for (let at = 0; at < bytes.length; at += size) {
    to.write(bytes.subarray(at, at + size))
    await new Promise((resolve) => setImmediate(resolve))
  }
}

type LineFault = Extract<Fault, { readonly events: number }>

async function passEvents(
  from: IncomingMessage,
  to: ServerResponse,
  fault: LineFault,
): Promise<void> {
  let rest = Buffer.alloc(0)
  let passed = 0
  if (fault.events === 0 && fault.kind !== 'cut-watch') return strike(to, fault, null)
  for await (const chunk of from) {
    rest = Buffer.concat([rest, chunk as Buffer])
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      const line = rest.subarray(0, end + 1)
      rest = rest.subarray(end + 1)
      if (passed === fault.events) return strike(to, fault, line)
      to.write(line)
      passed += 1
      if (passed === fault.events && fault.kind !== 'cut-watch') return strike(to, fault, null)
    }
  }
  to.end()
}

async function strike(to: ServerResponse, fault: LineFault, line: Buffer | null): Promise<void> {
  switch (fault.kind) {
    case 'cut-watch':
      await new Promise((resolve) =>
        to.write(line?.subarray(0, Math.ceil(line.length / 2)) ?? '', resolve),
      )
      to.destroy()
      return
    case 'end-watch':
      to.end()
      return
    case 'gone': {
      const object = JSON.parse(renderStatus(410, 'too old resource version: 1 (2)')) as object
      to.end(`${JSON.stringify({ type: 'ERROR', object })}\n`)
      return
    }
    case 'silence':
      // The server's side stays open as well, unread.
      await new Promise((resolve) => to.on('close', resolve))
  }
}
