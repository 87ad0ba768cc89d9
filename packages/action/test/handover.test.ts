import { createHash } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { readDocument, writeDocument, type Files } from '@sluice/action'
import type { RevisionLock } from '@sluice/rollout'

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const lock: RevisionLock = { schema: 'sluice/lock/v1', endpoints: {} }
const canonical = '{"endpoints":{},"schema":"sluice/lock/v1"}'

function memoryFiles(): Pick<Files, 'readText' | 'writeText'> & { texts: Map<string, string> } {
  const texts = new Map<string, string>()
  return {
    texts,
    readText: (path) => Promise.resolve(texts.get(path) ?? ''),
    writeText: (path, text) => Promise.resolve(void texts.set(path, text)),
  }
}

function ports() {
  const files = memoryFiles()
  const run = { documents: '/temp/sluice' }
  return { files, run, sha256 } as unknown as Parameters<typeof writeDocument>[1] & {
    readonly files: ReturnType<typeof memoryFiles>
  }
}

const read = (given: string, digest = '') =>
  readDocument({ kind: 'lock', input: 'revision-lock', given, digest }, ports())

describe('documents between steps and jobs', () => {
  test('what was written is read again under the digest that was told', async () => {
    const both = ports()
    const { path, digest } = await writeDocument({ name: 'lock', document: lock }, both)
    expect(path).toBe('/temp/sluice/lock.json')
    expect(both.files.texts.get(path)).toBe(canonical)
    const order = { kind: 'lock', input: 'revision-lock', given: path, digest } as const
    expect(await readDocument(order, both)).toEqual({ document: lock, digest: sha256(canonical) })
  })

  test('blanks and the order of keys do not change the digest', async () => {
    const { digest } = await read(
      ' {"schema": "sluice/lock/v1",\n "endpoints": {}} ',
      sha256(canonical),
    )
    expect(digest).toBe(sha256(canonical))
  })

  test('another digest than announced is refused, with both named', async () => {
    const announced = '0'.repeat(64)
    await expect(read(canonical, announced)).rejects.toMatchObject({
      code: 'ACTION_DIGEST_MISMATCH',
      message: `the lock from input revision-lock has sha256 ${sha256(canonical)}; announced was ${announced}`,
    })
  })

  test('nothing given: the runner may have dropped it, and the error says so', async () => {
    await expect(read(' ')).rejects.toMatchObject({
      code: 'ACTION_NO_DOCUMENT',
      message: 'input revision-lock is empty; wanted a lock (JSON, or a path)',
      hint: expect.stringContaining(
        'drops a job output that is empty or that holds a masked value',
      ),
    })
  })

  test('every problem of a document is told', async () => {
    await expect(
      read('{"schema":"sluice/lock/v1","endpoints":{"a":{"revision":1}}}'),
    ).rejects.toMatchObject({
      code: 'ACTION_BAD_DOCUMENT',
      message: expect.stringMatching(
        /^the lock from input revision-lock cannot be used:(\n- input revision-lock .*){4}$/,
      ),
    })
  })
})
