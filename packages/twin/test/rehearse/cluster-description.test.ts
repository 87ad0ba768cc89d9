// The rehearsal.yml of a repository that deploys to Kubernetes, and the tag in its manifest.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals'
import { findTag, putTag, readClusterDescription } from '../../src/rehearse/cluster/description.ts'

const EXAMPLE = fileURLToPath(new URL('../../../../examples/kubernetes-demo', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'sluice-description-'))
afterAll(() => rmSync(folder, { recursive: true }))

let own: string
beforeEach(() => {
  own = mkdtempSync(join(folder, 'own-'))
  cpSync(EXAMPLE, own, { recursive: true })
})

function change(path: string, from: string | RegExp, to: string): void {
  const text = readFileSync(join(own, path), 'utf8')
  const changed = text.replace(from, to)
  if (changed === text) throw new Error(`${path} has no ${String(from)}`)
  writeFileSync(join(own, path), changed)
}

test('the example is described', async () => {
  expect(await readClusterDescription(own)).toEqual({
    namespace: 'quotes',
    access: { file: join(own, 'access/deployer.yml'), serviceAccount: 'deployer' },
    manifest: 'kubernetes/deployment.yml',
    image: 'ghcr.io/mona/quotes',
    tags: { good: '1.1.0', missing: '1.2.0' },
  })
})

test('without access the workflows may do everything', async () => {
  change('rehearsal.yml', /^access:.*\n/m, '')
  expect(await readClusterDescription(own)).toMatchObject({ access: null })
})

describe('is refused with file and key', () => {
  test.each<[string, () => void, RegExp]>([
    [
      'no rehearsal.yml',
      () => rmSync(join(own, 'rehearsal.yml')),
      /rehearsal\.yml does not exist; copy examples\/kubernetes-demo\/rehearsal\.yml there/,
    ],
    [
      'no namespace',
      () => change('rehearsal.yml', /^namespace:.*\n/m, ''),
      /rehearsal\.yml: namespace must be a text/,
    ],
    [
      'a tag that YAML reads as a number',
      () => change('rehearsal.yml', 'good: 1.1.0', 'good: 1.1'),
      /rehearsal\.yml: tags\.good must be a text/,
    ],
    [
      'an account without a name',
      () => change('rehearsal.yml', /^service-account:.*\n/m, ''),
      /rehearsal\.yml: service-account must be a text/,
    ],
    [
      'an access file that is not there',
      () => rmSync(join(own, 'access/deployer.yml')),
      /deployer\.yml does not exist; rehearsal\.yml names it at access/,
    ],
    [
      'a manifest that is not there',
      () => rmSync(join(own, 'kubernetes/deployment.yml')),
      /deployment\.yml does not exist; rehearsal\.yml names it at manifest/,
    ],
    [
      'a manifest without the image',
      () => change('kubernetes/deployment.yml', 'mona/quotes:', 'mona/other:'),
      /deployment\.yml has no `image: ghcr\.io\/mona\/quotes:TAG`/,
    ],
  ])('%s', async (_, spoil, says) => {
    spoil()
    await expect(readClusterDescription(own)).rejects.toThrow(says)
  })
})

describe('the tag in a manifest', () => {
  test.each([
    ['image: r.io/a/b:1.0.0', 'r.io/a/b', '1.0.0'],
    ['image: "r.io:5000/a:v1-x" # comment', 'r.io:5000/a', 'v1-x'],
    ["  image:   'a:1'", 'a', '1'],
    ['image: r.io/a/b@sha256:00', 'r.io/a/b', null],
    ['image: r.io/a/bb:1.0.0', 'r.io/a/b', null],
    ['image: rxio/a/b:1.0.0', 'r.io/a/b', null],
    ['imagePullPolicy: Always', 'a', null],
  ])('%s', (manifest, image, tag) => expect(findTag(manifest, image)).toBe(tag))

  test('is put, and every other byte stays', () => {
    const text = '# a:1\r\n- image: a:1.0.0 # now\r\n- image: "a:1.0.1"\r\n- image: ab:1.0.0\r\n'
    expect(putTag(text, 'a', '2.0.0')).toBe(
      '# a:1\r\n- image: a:2.0.0 # now\r\n- image: "a:2.0.0"\r\n- image: ab:1.0.0\r\n',
    )
  })
})
