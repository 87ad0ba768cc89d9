import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import {
  parseImageReference,
  renderImageReference,
  replaceImages,
  repositoryOf,
  type ImageReference,
} from '@sluice/kubernetes'
import fc from 'fast-check'
import { manifestsOf } from './sample-manifests.ts'

interface Recorded {
  readonly text: string
  readonly parts: ImageReference | null
}

/** What the reference implementation (distribution/reference 0.6.0) makes of each text. */
const RECORDED = JSON.parse(
  readFileSync(join(import.meta.dirname, 'image-references.json'), 'utf8'),
) as readonly Recorded[]

describe('references', () => {
  test('there are more than a hundred', () => {
    expect(RECORDED.length).toBeGreaterThan(100)
  })

  test.each<[string, Recorded]>(RECORDED.map((one) => [one.text.slice(0, 80), one]))(
    '%j',
    (_, { text, parts }) => {
      expect(parseImageReference(text)).toEqual(parts)
    },
  )

  const alnum = fc.stringMatching(/^[a-z0-9]{1,6}$/)
  const part = fc
    .array(fc.tuple(alnum, fc.constantFrom('.', '_', '__', '-', '--')), { maxLength: 2 })
    .chain((joined) => alnum.map((end) => joined.map((pair) => pair.join('')).join('') + end))
  const domain = fc.oneof(
    fc.constantFrom('docker.io', 'localhost', '[::1]:5000', '10.0.0.1'),
    fc.tuple(alnum, fc.integer({ min: 1, max: 65535 })).map(([host, port]) => `${host}:${port}`),
    fc.tuple(alnum, alnum).map(([host, top]) => `${host}.${top}`),
  )
  const reference = fc.record<ImageReference>({
    domain,
    // On Docker Hub a path of one part is short for another one.
    path: fc.array(part, { minLength: 2, maxLength: 4 }).map((parts) => parts.join('/')),
    tag: fc.option(fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}$/)),
    digest: fc.option(fc.stringMatching(/^[a-f0-9]{64}$/).map((hex) => `sha256:${hex}`)),
  })

  test('what is rendered reads as what it was', () => {
    fc.assert(
      fc.property(reference, (value) => {
        expect(parseImageReference(renderImageReference(value))).toEqual(value)
      }),
    )
  })

  test('whatever reads, reads the same when it is rendered', () => {
    const char = fc.constantFrom(...'abcAB01./:@_-[] '.split(''))
    const text = fc.oneof(
      fc.string({ unit: char, maxLength: 16 }),
      fc
        .tuple(reference, fc.string({ unit: char, maxLength: 3 }))
        .map(
          ([value, more]) =>
            renderImageReference(value).replace(/^docker\.io\/(?:library\/)?/, '') + more,
        ),
    )
    let read = 0
    fc.assert(
      fc.property(text, (given) => {
        const first = parseImageReference(given)
        read += Number(first !== null)
        const again = first === null ? null : parseImageReference(renderImageReference(first))
        expect(again).toEqual(first)
      }),
      { numRuns: 2000 },
    )
    expect(read).toBeGreaterThan(100)
  })

  test('no text takes long', () => {
    for (const unit of ['a', 'a-', 'a.', 'a__', '-', ':', '/a', '@']) {
      parseImageReference(unit.repeat(50_000))
    }
    expect(parseImageReference(`${'a-'.repeat(50_000)}!`)).toBeNull()
  })

  test.each([
    ['nginx', 'docker.io/library/nginx:1', true],
    ['index.docker.io/user/app', 'user/app@sha256:'.concat('a'.repeat(64)), true],
    ['Registry.Example.com/app', 'registry.example.com/app', true],
    ['localhost:32000/app', 'localhost:32000/proxy', false],
    ['registry:5000/app', 'registry:5001/app', false],
  ])('%s and %s are one repository: %j', (one, other, same) => {
    const [a, b] = [one, other].map((text) => {
      const read = parseImageReference(text)
      return read === null ? text : repositoryOf(read)
    })
    expect(a === b).toBe(same)
  })
})

const DIGEST = `sha256:${'d'.repeat(64)}`

const deployment = (images: readonly string[]): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      containers:
${images.map((image, at) => `      - {name: c${at}, image: "${image}"}\n`).join('')}`

async function replace(text: string, entries: readonly string[], paths: readonly string[] = []) {
  const before = await manifestsOf(text)
  const result = replaceImages(before, entries, { paths })
  return {
    before,
    after: result.ok ? result.value.manifests : [],
    replaced: result.ok
      ? result.value.replaced.map(({ where, from, to }) => `${where} ${from} -> ${to}`)
      : [],
    problems: result.ok ? [] : result.problems.map(({ where, message }) => `${where}: ${message}`),
  }
}

describe('entries', () => {
  test.each<[string, readonly string[], readonly string[], readonly string[]]>([
    ['a tag', ['nginx:1.25'], ['nginx:1.27'], ['a.yml:8 nginx:1.25 -> nginx:1.27']],
    [
      'a digest',
      ['r.io/a/b:1'],
      [`r.io/a/b@${DIGEST}`],
      [`a.yml:8 r.io/a/b:1 -> r.io/a/b@${DIGEST}`],
    ],
    [
      'tag and digest',
      ['r.io/a/b'],
      [`r.io/a/b:2@${DIGEST}`],
      [`a.yml:8 r.io/a/b -> r.io/a/b:2@${DIGEST}`],
    ],
    [
      'long for short',
      ['docker.io/library/nginx:1'],
      ['nginx:2'],
      ['a.yml:8 docker.io/library/nginx:1 -> nginx:2'],
    ],
    [
      'one registry, two images',
      ['localhost:32000/app:1', 'localhost:32000/proxy:9'],
      ['localhost:32000/app:2'],
      ['a.yml:8 localhost:32000/app:1 -> localhost:32000/app:2'],
    ],
    ['two names that begin alike', ['app:1', 'app-proxy:1'], ['app:2'], ['a.yml:8 app:1 -> app:2']],
    [
      'another name, the version stays',
      [`old:1@${DIGEST}`, 'old'],
      ['old=new.io/x'],
      [`a.yml:8 old:1@${DIGEST} -> new.io/x:1@${DIGEST}`, 'a.yml:9 old -> new.io/x'],
    ],
    ['another name and version', ['old:1'], ['old=new.io/x:2'], ['a.yml:8 old:1 -> new.io/x:2']],
    [
      'another name by digest',
      ['r:5000/old:1'],
      [`r:5000/old=new@${DIGEST}`],
      [`a.yml:8 r:5000/old:1 -> new@${DIGEST}`],
    ],
    [
      'several at once',
      ['a:1', 'b:1', 'a:2'],
      ['a:3', ' b:3 '],
      ['a.yml:8 a:1 -> a:3', 'a.yml:9 b:1 -> b:3', 'a.yml:10 a:2 -> a:3'],
    ],
    ['the same already', ['a:1'], ['a:1'], []],
    ['none', ['a:1'], [], []],
  ])('%s', async (_, images, entries, replaced) => {
    expect(await replace(deployment(images), entries)).toMatchObject({ replaced, problems: [] })
  })

  test.each<[string, readonly string[], readonly string[]]>([
    [
      'no image fits',
      ['docker.io/user/ngnix:1'],
      [
        'images: `docker.io/user/ngnix:1` fits no image (docker.io/user/ngnix); did you mean docker.io/user/nginx? (known: docker.io/library/app, docker.io/user/nginx)',
      ],
    ],
    [
      'no tag',
      ['app'],
      [
        'images: "app" names no tag and no digest; wanted registry/app:tag, registry/app@sha256:..., or old=new',
      ],
    ],
    [
      'no reference',
      ['App:1', 'app:', ''],
      ['App:1', 'app:', ''].map(
        (text) =>
          `images: "${text}" is no image reference; wanted registry/app:tag, registry/app@sha256:..., or old=new`,
      ),
    ],
    [
      'no name before =',
      ['=app:1'],
      [
        'images: "=app:1" has no image name before =; wanted registry/app:tag, registry/app@sha256:..., or old=new',
      ],
    ],
    [
      'a tag before =',
      ['app:1=app:2'],
      ['images: "app:1=app:2" has a tag or digest before =; wanted the name alone there'],
    ],
    [
      'one image twice',
      ['app:1', 'docker.io/library/app:2'],
      ['images: `docker.io/library/app:2` and `app:1` both stand for docker.io/library/app'],
    ],
  ])('refused: %s', async (_, entries, problems) => {
    const text = deployment(['user/nginx:1', 'app:1'])
    expect(await replace(text, entries)).toMatchObject({ replaced: [], problems })
  })

  test('nothing to replace anywhere', async () => {
    const text = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n'
    expect((await replace(text, ['app:1'])).problems).toEqual([
      'images: `app:1` fits no image (docker.io/library/app); the manifests hold no image',
    ])
  })
})

describe('places', () => {
  const pod = `containers: [{image: "app:1"}]
initContainers: [{image: "app:1"}]
ephemeralContainers: [{image: "app:1"}]
volumes: [{name: v, image: {reference: "app:1"}}, {name: w, emptyDir: {}}]`

  const under = (keys: readonly string[], body: string): string =>
    keys.length === 0 ? body : `${keys[0]}:\n${under(keys.slice(1), body).replaceAll(/^/gm, '  ')}`

  test.each([
    ['v1', 'Pod', ['spec']],
    ['v1', 'PodTemplate', ['template', 'spec']],
    ['v1', 'ReplicationController', ['spec', 'template', 'spec']],
    ['apps/v1', 'Deployment', ['spec', 'template', 'spec']],
    ['apps/v1', 'StatefulSet', ['spec', 'template', 'spec']],
    ['apps/v1', 'DaemonSet', ['spec', 'template', 'spec']],
    ['apps/v1', 'ReplicaSet', ['spec', 'template', 'spec']],
    ['batch/v1', 'Job', ['spec', 'template', 'spec']],
    ['batch/v1', 'CronJob', ['spec', 'jobTemplate', 'spec', 'template', 'spec']],
    ['argoproj.io/v1alpha1', 'Rollout', ['spec', 'template', 'spec']],
  ])('%s %s', async (apiVersion, kind, keys) => {
    const text = `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: a}\n${under(keys, pod)}\n`
    const { after, replaced, before } = await replace(text, ['app:2'])
    expect(replaced).toHaveLength(4)
    const [one] = before
    expect(JSON.stringify(after[0]?.object)).toBe(
      JSON.stringify(one?.object).replaceAll('app:1', 'app:2'),
    )
    expect(JSON.stringify(one?.object)).toContain('app:1')
  })

  const service = `apiVersion: example.com/v1
kind: Service
metadata: {name: a}
spec:
  image: app:1
  steps:
  - {run: {image: app:1}}
  - {wait: 1}
  - {run: {image: 7}}
`
  test('listed paths', async () => {
    const paths = ['Service.example.com:spec.image', 'Service.example.com:spec.steps[].run.image']
    const { replaced } = await replace(service, ['app:2'], paths)
    expect(replaced).toEqual(['a.yml:5 app:1 -> app:2', 'a.yml:7 app:1 -> app:2'])
  })

  test('paths are of one kind and group', async () => {
    const { problems } = await replace(
      service,
      ['app:2'],
      ['Service:spec.image', 'Service.apps:spec.image'],
    )
    expect(problems).toEqual([expect.stringContaining('the manifests hold no image')])
  })

  test.each([
    'spec.image',
    'Service:',
    'Service:spec..image',
    'service:spec',
    'Service:spec[0].image',
  ])('refused: %s', async (path) => {
    expect((await replace(service, [], [path])).problems).toEqual([
      `image-paths: found "${path}"; wanted Kind.group:path, such as Rollout.argoproj.io:spec.template.spec.containers[].image`,
    ])
  })

  test('what nothing replaces is the very same object', async () => {
    const text = `${deployment(['app:1'])}---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n`
    const { before, after } = await replace(text, ['app:2'])
    expect([after[0] === before[0], after[1] === before[1]]).toEqual([false, true])
  })

  test('an image that is no reference is left alone', async () => {
    const text = deployment(['${IMAGE}', 'app:1'])
    expect((await replace(text, ['app:2'])).replaced).toEqual(['a.yml:9 app:1 -> app:2'])
  })
})
