// The rehearsal.yml of a repository that serves a model on Kubernetes.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals'
import { answersOf } from '../../src/rehearse/kubernetes-endpoint/answers.ts'
import { readEndpointDescription } from '../../src/rehearse/kubernetes-endpoint/description.ts'

const EXAMPLE = fileURLToPath(new URL('../../../../examples/kubernetes-churn', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'sluice-endpoint-'))
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
  expect(await readEndpointDescription(own)).toMatchObject({
    endpoint: 'churn',
    staging: { namespace: 'churn-staging', accounts: { staging: 'sluice' } },
    production: {
      namespace: 'churn',
      access: join(own, 'cluster/production.yml'),
      accounts: { 'production-plan': 'sluice-plan', production: 'sluice-traffic' },
      manifests: [
        join(own, 'manifests/service.yml'),
        join(own, 'production/deployment.yml'),
        join(own, 'production/http-route.yml'),
      ],
    },
    manifest: 'staging/deployment.yml',
    image: 'ghcr.io/mona/churn',
    path: '/score',
    tags: { live: '1.0.0', good: '1.1.0', failing: '1.2.0' },
  })
})

describe('answers', () => {
  const asked = '{"data": {"months": {"0": "10"}, "calls": {"0": "1"}}}'

  test.each([
    ['ghcr.io/mona/churn:1.0.0', 200, '[0.17]'],
    ['ghcr.io/mona/churn:1.2.0', 200, '[0.185]'],
  ])('%s answers as it is described', async (image, status, body) => {
    const { inPod } = answersOf(await readEndpointDescription(own))
    expect(inPod(image, asked)).toEqual({ status, body })
  })

  test.each([
    ['a version that fails there only', 'ghcr.io/mona/churn:1.2.0', 500],
    ['any other one', 'ghcr.io/mona/churn:1.0.0', 200],
    ['one that nobody describes', 'ghcr.io/mona/churn:9', 500],
  ])('at the public address: %s', async (_, image, status) => {
    const { atPublicAddress } = answersOf(await readEndpointDescription(own))
    expect(atPublicAddress(image, asked).status).toBe(status)
  })
})

describe('is refused with file and key', () => {
  test.each<[string, () => void, RegExp]>([
    [
      'no rehearsal.yml',
      () => rmSync(join(own, 'rehearsal.yml')),
      /rehearsal\.yml does not exist; copy examples\/kubernetes-churn\/rehearsal\.yml there/,
    ],
    [
      'no namespace',
      () => change('rehearsal.yml', 'namespace: churn-staging', 'space: churn'),
      /rehearsal\.yml: environments\.staging\.namespace must be a text/,
    ],
    [
      'no manifests',
      () => change('rehearsal.yml', /manifests: \[manifests.*production.*\]/, 'manifests: []'),
      /rehearsal\.yml: environments\.production\.manifests must be a list of files/,
    ],
    [
      'a manifest that is not there',
      () => rmSync(join(own, 'production/http-route.yml')),
      /http-route\.yml does not exist; rehearsal\.yml names it at environments\.production\.manifests/,
    ],
    [
      'an access file that is not there',
      () => rmSync(join(own, 'cluster/staging.yml')),
      /staging\.yml does not exist; rehearsal\.yml names it at environments\.staging\.access/,
    ],
    [
      'a manifest without the image',
      () => change('staging/deployment.yml', 'mona/churn:', 'mona/other:'),
      /deployment\.yml has no `image: ghcr\.io\/mona\/churn:TAG`/,
    ],
    [
      'a kind of answer that cannot be played',
      () => change('rehearsal.yml', /1\.1\.0: \{ kind: linear/, '1.1.0: { kind: cubic'),
      /rehearsal\.yml: versions\.1\.1\.0\.kind: found "cubic"/,
    ],
    [
      'a status that is none',
      () => change('rehearsal.yml', 'status: 500', 'status: 5'),
      /rehearsal\.yml: public\.1\.2\.0\.status: kind status wants a status/,
    ],
    [
      'a tag that YAML reads as a number',
      () => change('rehearsal.yml', 'good: 1.1.0', 'good: 1.1'),
      /rehearsal\.yml: tags\.good must be a text/,
    ],
  ])('%s', async (_, spoil, says) => {
    spoil()
    await expect(readEndpointDescription(own)).rejects.toThrow(says)
  })
})
