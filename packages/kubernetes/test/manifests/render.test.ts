import { describe, expect, test } from '@jest/globals'
import { readManifests, renderSource, type ManifestsRequest } from '@sluice/kubernetes'
import { memoryPorts, type Files, type Programs } from './memory-ports.ts'

const configMap = (name: string, more = ''): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n${more}`

async function render(request: Partial<ManifestsRequest>, files: Files, programs: Programs) {
  const { ports, notices, commands } = memoryPorts(files, programs)
  const whole = {
    manifests: [],
    valuesFiles: [],
    releaseName: null,
    namespace: null,
    render: 'none',
  }
  const result = await readManifests({ ...whole, ...request } as ManifestsRequest, ports)
  return {
    commands,
    notices,
    names: result.ok
      ? result.value.map(({ object, source }) => `${object.metadata.name} ${renderSource(source)}`)
      : [],
    manifests: result.ok ? result.value : [],
    problems: result.ok ? [] : result.problems.map(({ where, message }) => `${where}: ${message}`),
  }
}

describe('kustomize', () => {
  const files = { 'k/kustomization.yaml': 'resources: [a.yml]', 'k/a.yml': configMap('a') }
  const kustomize = (manifests: readonly string[], programs: Programs, more: Files = {}) =>
    render({ manifests, render: 'kustomize' }, { ...files, ...more }, programs)

  test('its own program first', async () => {
    const programs = { 'kustomize build': { stdout: `${configMap('a')}---\n${configMap('b')}` } }
    expect(await kustomize(['k', 'k/kustomization.yaml'], programs)).toMatchObject({
      names: ['a k (built):1', 'b k (built):6'],
      commands: ['kustomize build k'],
    })
  })

  test('else the one inside kubectl', async () => {
    const programs = { 'kubectl kustomize': { stdout: configMap('a') } }
    expect(await kustomize(['./k/'], programs)).toMatchObject({
      names: ['a k (built):1'],
      commands: ['kustomize build k', 'kubectl kustomize k'],
    })
  })

  test('neither is there: what to install', async () => {
    expect((await kustomize(['k'], {})).problems).toEqual([
      'k: neither kustomize nor kubectl is installed; install kubectl in a step before this one (azure/setup-kubectl)',
    ])
  })

  test('a literal of any folder, which the program repeats, is not shown', async () => {
    const stderr =
      'Error: loading KV pairs: literal sources [sesame99]: invalid literal source sesame99, expected key=value\n'
    const { problems } = await kustomize(['k'], { 'kustomize build': { stderr, code: 1 } })
    expect(problems).toEqual([
      'k: kustomize build ended with 1: Error: loading KV pairs: literal sources ***: invalid literal source ***, expected key=value',
    ])
  })

  test('what is no kustomization', async () => {
    expect((await kustomize(['nope', 'k/a.yml'], {})).problems).toEqual([
      'nope: is no kustomization; wanted a folder with kustomization.yaml',
      'k/a.yml: is no kustomization; wanted a folder with kustomization.yaml',
    ])
  })

  test('a folder that looks like an option is none', async () => {
    const more = { '-o/kustomization.yml': '' }
    const { commands } = await kustomize(['-o'], { kustomize: { stdout: configMap('a') } }, more)
    expect(commands).toEqual(['kustomize build ./-o'])
  })

  test('when it fails: its first lines, without literals of Secrets', async () => {
    const literals = 'secretGenerator:\n- name: s\n  literals:\n  - "password=hunter2secret"\n'
    const stderr = `Error: bad value\nhunter2secret here\n${'long '.repeat(100)}\n4\n5\n6\n`
    const { problems } = await kustomize(
      ['k'],
      { 'kustomize build': { code: 1, stderr } },
      { 'k/kustomization.yaml': literals },
    )
    expect(problems).toEqual([
      expect.stringMatching(
        /^k: kustomize build ended with 1: Error: bad value \/ \*\*\* here \/ (long ){60}\.\.\. \/ 4 \/ 5$/,
      ),
    ])
  })

  test('when it fails with a Secret in its words, they end there', async () => {
    const stderr = 'Error: cannot merge\napiVersion: v1\nkind: Secret\nstringData:\n  p: hunter2\n'
    const { problems } = await kustomize(['k'], { 'kustomize build': { code: 1, stderr } })
    expect(problems).toEqual([
      'k: kustomize build ended with 1: Error: cannot merge / apiVersion: v1',
    ])
  })
})

describe('helm', () => {
  const files: Files = {
    'charts/web/Chart.yaml': 'name: web',
    'charts/web/templates/a.yaml': 'x: {{ .x }}',
    'charts/web/values.yaml': 'db:\n  password: sesame99\n',
    'packed-1.2.3.tgz': 'binary',
    'values.yml': 'db:\n  password: hunter2secret\n  pin: 12345678\n',
    'prod.yml': 'replicas: 2\n',
    'Bad_Name/Chart.yaml': 'name: b',
  }
  const rendered = `---
# Source: web/templates/a.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: a
---
# Source: web/charts/db/templates/b.yaml

# a comment of the template
apiVersion: v1
kind: ConfigMap
metadata:
  name: b
  labels: {}
---
# Source: web/templates/tests/hook.yaml
apiVersion: v1
kind: Pod
metadata:
  name: check
  annotations:
    "helm.sh/hook": test
`
  const helm = (request: Partial<ManifestsRequest>, programs: Programs) =>
    render({ render: 'helm', ...request }, files, programs)

  test('values files, release and namespace; origin and line; hooks are told', async () => {
    const found = await helm(
      {
        manifests: ['charts/web'],
        valuesFiles: ['values.yml', 'prod.yml'],
        releaseName: 'shop',
        namespace: 'prod',
      },
      { 'helm template': { stdout: rendered } },
    )
    expect(found).toMatchObject({
      names: [
        'a charts/web/templates/a.yaml (rendered):1',
        'b charts/web/charts/db/templates/b.yaml (rendered):3',
      ],
      commands: [
        'helm template shop ./charts/web --include-crds --namespace prod --values values.yml --values prod.yml',
      ],
      notices: [
        'charts/web/templates/tests/hook.yaml (rendered):1: Pod check is a Helm hook (test) and was left out, not run',
      ],
    })
    expect(found.manifests[1]?.source.lineOf(['metadata', 'labels'])).toBe(7)
  })

  test('the name of a chart names its release', async () => {
    const { commands } = await helm(
      { manifests: ['charts/web', 'packed-1.2.3.tgz'] },
      {
        'helm template web': { stdout: configMap('a') },
        'helm template packed': { stdout: configMap('b') },
      },
    )
    expect(commands).toEqual([
      'helm template web ./charts/web --include-crds',
      'helm template packed ./packed-1.2.3.tgz --include-crds',
    ])
  })

  test('what is wrong with the inputs, at once', async () => {
    const { problems, commands } = await helm(
      { manifests: ['values.yml', 'nope', 'Bad_Name'], valuesFiles: ['missing.yml'] },
      {},
    )
    expect(problems).toEqual([
      'values.yml: is no Helm chart; wanted a folder with Chart.yaml, or a packed chart (.tgz)',
      'values.yml: found the release name "values.yml"; wanted at most 53 small letters, digits and hyphens: give `release-name`',
      'nope: is no Helm chart; wanted a folder with Chart.yaml, or a packed chart (.tgz)',
      'Bad_Name: found the release name "Bad_Name"; wanted at most 53 small letters, digits and hyphens: give `release-name`',
      'missing.yml: found no such values file',
    ])
    expect(commands).toEqual([])
  })

  test('one release name for two charts', async () => {
    const { problems } = await helm(
      { manifests: ['charts/web', 'packed-1.2.3.tgz'], releaseName: 'shop' },
      {},
    )
    expect(problems).toEqual([
      'release-name: names one release, and there are 2 charts; render them in a step each',
    ])
  })

  test('helm is not there: what to install', async () => {
    expect((await helm({ manifests: ['charts/web'] }, {})).problems).toEqual([
      'charts/web: helm is not installed; install it in a step before this one (azure/setup-helm)',
    ])
  })

  test('when it fails: its words without values of the chart and the values files', async () => {
    const stderr =
      'Error: execution error at (web/templates/a.yaml:1:3): hunter2secret 12345678 sesame99\n'
    const { problems } = await helm(
      { manifests: ['charts/web'], valuesFiles: ['values.yml'] },
      { 'helm template': { code: 1, stderr } },
    )
    expect(problems).toEqual([
      'charts/web: helm template ended with 1: Error: execution error at (web/templates/a.yaml:1:3): *** *** ***',
    ])
  })

  test('what it renders is checked like the rest', async () => {
    const broken = rendered.replace('labels: {}', 'labels: {v: 1}')
    const found = await helm({ manifests: ['charts/web'] }, { 'helm template': { stdout: broken } })
    expect(found.problems).toEqual([
      'charts/web/charts/db/templates/b.yaml (rendered):7: metadata.labels.v: found a number; wanted a text: put quotes around it',
    ])
  })

  test('a chart that renders nothing', async () => {
    const found = await helm(
      { manifests: ['charts/web'] },
      { 'helm template': { stdout: '---\n' } },
    )
    expect(found.problems).toEqual(['charts/web: holds no Kubernetes object; wanted at least one'])
  })
})
