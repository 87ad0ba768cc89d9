import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { invalidManifests, parsePathList, readManifests, renderSource } from '@sluice/kubernetes'
import { kubernetesPorts } from '../../../../test/doubles/kubernetes-ports.ts'
import { memoryPorts, type Files } from './memory-ports.ts'

const configMap = (name: string, more = ''): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n${more}`

const plain = { render: 'none', valuesFiles: [], releaseName: null, namespace: null } as const

async function read(files: Files, manifests: readonly string[]) {
  const { ports, notices } = memoryPorts(files)
  const result = await readManifests({ manifests, ...plain }, ports)
  return {
    names: result.ok
      ? result.value.map(({ object, source }) => `${object.metadata.name} ${renderSource(source)}`)
      : [],
    problems: result.ok ? [] : result.problems.map(({ where, message }) => `${where}: ${message}`),
    manifests: result.ok ? result.value : [],
    notices,
  }
}

const tree: Files = {
  'k/a.yml': configMap('a'),
  'k/b.yaml': configMap('b'),
  'k/sub/c.json': '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"}}',
  'k/README.md': 'text',
  'other.yml': configMap('o'),
  bundle: `${configMap('x')}---\n${configMap('z')}`,
}

describe('which files', () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ['a file', ['k/a.yml'], ['a k/a.yml:1']],
    ['a folder and all below', ['k'], ['a k/a.yml:1', 'b k/b.yaml:1', 'c k/sub/c.json:1']],
    ['a folder with a slash', ['./k/'], ['a k/a.yml:1', 'b k/b.yaml:1', 'c k/sub/c.json:1']],
    ['a glob', ['k/*.y*ml'], ['a k/a.yml:1', 'b k/b.yaml:1']],
    ['a glob through folders', ['**/*.json'], ['c k/sub/c.json:1']],
    ['a glob without a folder means its own', ['*.yml'], ['o other.yml:1']],
    ['a file named twice counts once', ['k/a.yml', './k//a.yml', 'k/a*'], ['a k/a.yml:1']],
    ['one file with many documents and no ending', ['bundle'], ['x bundle:1', 'z bundle:6']],
    ['in the order of the entries', ['other.yml', 'k/a.yml'], ['o other.yml:1', 'a k/a.yml:1']],
  ])('%s', async (_, manifests, names) => {
    expect(await read(tree, manifests)).toMatchObject({ names, problems: [] })
  })

  test.each<[string, Files, readonly string[], readonly string[]]>([
    ['nothing named', tree, [], ['manifests: is empty; wanted files, folders or globs']],
    [
      'what is not there, all of it',
      tree,
      ['nope.yml', 'k/nope*', 'k/*.md'],
      [
        'nope.yml: found no file or folder of this name',
        'k/nope*: fits no .yml, .yaml or .json file',
        'k/*.md: fits no .yml, .yaml or .json file',
      ],
    ],
    [
      'an address',
      tree,
      ['https://example.com/a.yml'],
      [
        'https://example.com/a.yml: addresses are not read; wanted a path. Download it in a step before this one',
      ],
    ],
    [
      'a folder without manifests',
      { 'k/README.md': '' },
      ['k'],
      ['k: holds no .yml, .yaml or .json file'],
    ],
    [
      'a kustomization in a folder',
      { 'k/a.yml': configMap('a'), 'k/kustomization.yaml': 'resources: [a.yml]' },
      ['k'],
      [
        'k/kustomization.yaml: is a kustomization; set `render: kustomize` with `manifests: k`, or name the manifests one by one',
      ],
    ],
    [
      'a kustomization by its old name',
      { 'k/Kustomization': 'resources: []' },
      ['k'],
      [
        'k/Kustomization: is a kustomization; set `render: kustomize` with `manifests: k`, or name the manifests one by one',
      ],
    ],
    [
      'a chart in a folder; its templates are no news',
      { 'k/web/Chart.yaml': 'name: web', 'k/web/templates/a.yaml': 'a: {{ .x }}' },
      ['k'],
      ['k/web/Chart.yaml: is a Helm chart; set `render: helm` with `manifests: k/web`'],
    ],
    [
      'only comments',
      { 'a.yml': '# nothing\n---\n', 'b.yml': '' },
      ['a.yml', 'b.yml'],
      ['a.yml, b.yml: holds no Kubernetes object; wanted at least one'],
    ],
    [
      'an empty list',
      { 'a.yml': 'apiVersion: v1\nkind: List\nitems: []' },
      ['a.yml'],
      ['a.yml: holds no Kubernetes object; wanted at least one'],
    ],
  ])('refused: %s', async (_, files, manifests, problems) => {
    expect(await read(files, manifests)).toMatchObject({ names: [], problems })
  })

  test('a file that the system does not give', async () => {
    await expect(read({ 'a.yml': 'UNREADABLE' }, ['a.yml'])).rejects.toMatchObject({
      code: 'KUBERNETES_MANIFESTS_UNREADABLE',
      message: 'cannot read `a.yml` (EACCES)',
    })
  })

  test.each([
    ['a.yml\nb.yml\n', ['a.yml', 'b.yml']],
    [' a.yml, b.yml;c ', ['a.yml', 'b.yml', 'c']],
    ['', []],
  ])('the input %j', (text, paths) => {
    expect(parsePathList(text)).toEqual(paths)
  })
})

describe('what is no Kubernetes object', () => {
  test.each<[string, string, readonly string[]]>([
    [
      'a settings file',
      'cluster_name: x\nport: 1',
      ['a.yml:1: is no Kubernetes object: apiVersion and kind are missing'],
    ],
    [
      'a text',
      'hello',
      ['a.yml:1: found a text; wanted a Kubernetes object with apiVersion, kind and metadata'],
    ],
    [
      'no kind',
      'apiVersion: v1\nmetadata: {name: a}',
      ['a.yml:1: kind is missing; wanted a text such as Deployment'],
    ],
    [
      'a number as a version',
      'kind: A\napiVersion: 1',
      ['a.yml:2: apiVersion is a number; wanted a text such as apps/v1'],
    ],
    [
      'no metadata',
      'apiVersion: v1\nkind: A',
      ['a.yml:1: metadata is missing; wanted a mapping with a name'],
    ],
    [
      'no name',
      'apiVersion: v1\nkind: A\nmetadata: {labels: {}}',
      ['a.yml:3: metadata.name is missing'],
    ],
    [
      'a number as a name',
      'apiVersion: v1\nkind: A\nmetadata:\n  name: 1\n  namespace: yes',
      [
        'a.yml:4: metadata.name: found a number; wanted a text: put quotes around it',
        'a.yml:5: metadata.namespace: found a boolean; wanted a text: put quotes around it',
      ],
    ],
    [
      'labels and annotations',
      configMap(
        'a',
        '  labels:\n    version: 1.0\n    ok: "1"\n    none: ~\n  annotations:\n    on: yes\n    x: {}\n',
      ),
      [
        'a.yml:6: metadata.labels.version: found a number; wanted a text: put quotes around it',
        'a.yml:10: metadata.annotations.true: found a boolean; wanted a text: put quotes around it',
        'a.yml:11: metadata.annotations.x: found a mapping; wanted a text',
      ],
    ],
    [
      'data',
      configMap('a', 'data:\n  debug: true\n  list: [1]\n'),
      [
        'a.yml:6: data.debug: found a boolean; wanted a text: put quotes around it',
        'a.yml:7: data.list: found a list; wanted a text',
      ],
    ],
    [
      'a template of Helm',
      configMap('{{ .Values.name }}'),
      [
        'a.yml:4: holds {{ }}, which nothing fills in here; for a Helm chart set `render: helm` and name its folder, for plain text put quotes around it',
      ],
    ],
    [
      'a control line of Helm',
      `{{- if .Values.on }}\n${configMap('a')}{{- end }}\n`,
      [
        'a.yml:1: holds {{ }}, which nothing fills in here; for a Helm chart set `render: helm` and name its folder, for plain text put quotes around it',
      ],
    ],
    [
      'a template that is YAML by chance',
      configMap('"{{ .Values.name }}"'),
      [
        'a.yml:4: metadata.name holds {{ }}, which nothing fills in here; for a Helm chart set `render: helm` and name its folder',
      ],
    ],
  ])('%s', async (_, text, problems) => {
    expect(await read({ 'a.yml': text }, ['a.yml'])).toMatchObject({ names: [], problems })
  })

  test('fields of pods, in whatever makes them', async () => {
    const cron = `apiVersion: batch/v1
kind: CronJob
metadata: {name: c}
spec:
  jobTemplate:
    spec:
      template:
        metadata:
          labels: {v: 1}
        spec:
          nodeSelector: {gpu: true}
          initContainers:
          - name: i
            env: [{name: A, value: 1}]
          containers:
          - name: m
            env:
            - name: B
              value: "1"
            - name: C
              value: off
`
    const { problems } = await read({ 'a.yml': cron }, ['a.yml'])
    expect(problems.map((problem) => problem.replace(/;.*/, ''))).toEqual([
      'a.yml:9: spec.jobTemplate.spec.template.metadata.labels.v: found a number',
      'a.yml:11: spec.jobTemplate.spec.template.spec.nodeSelector.gpu: found a boolean',
      'a.yml:14: spec.jobTemplate.spec.template.spec.initContainers.0.env.0.value: found a number',
      'a.yml:21: spec.jobTemplate.spec.template.spec.containers.0.env.1.value: found a boolean',
    ])
  })

  test('braces that are data stay data', async () => {
    const rule = configMap(
      'a',
      'data:\n  alert: "{{ $labels.pod }} is down"\n  t: |\n    {{ .x }}\n',
    )
    expect(await read({ 'a.yml': rule }, ['a.yml'])).toMatchObject({ names: ['a a.yml:1'] })
  })

  test('the problems of all files at once', async () => {
    const files = { 'a.yml': 'a: 1\na: 2', 'b.yml': 'hello', 'c.yml': configMap('c') }
    expect((await read(files, ['a.yml', 'b.yml', 'c.yml'])).problems).toEqual([
      'a.yml:2: the key a stands twice in this mapping',
      'b.yml:1: found a text; wanted a Kubernetes object with apiVersion, kind and metadata',
    ])
  })
})

describe('one object twice', () => {
  test('both places are named', async () => {
    const files = { 'a.yml': configMap('a'), 'b.yml': `${configMap('b')}---\n${configMap('a')}` }
    expect((await read(files, ['a.yml', 'b.yml'])).problems).toEqual([
      'b.yml:6: ConfigMap a is in the set already, at a.yml:1; wanted each object once',
    ])
  })

  test('another version of the group is the same object', async () => {
    const role = (version: string) =>
      `apiVersion: example.com/${version}\nkind: Thing\nmetadata: {name: r, namespace: shop}\n`
    const { problems } = await read({ 'a.yml': `${role('v1')}---\n${role('v2')}` }, ['a.yml'])
    expect(problems).toEqual([
      'a.yml:5: Thing.example.com shop/r is in the set already, at a.yml:1; wanted each object once',
    ])
  })

  test('another namespace, kind or a generated name is not', async () => {
    const text = [
      configMap('a'),
      configMap('a', '  namespace: other\n'),
      configMap('a').replace('ConfigMap', 'Secret'),
      configMap('').replace('name: ', 'generateName: g-'),
      configMap('').replace('name: ', 'generateName: g-'),
    ].join('---\n')
    expect((await read({ 'a.yml': text }, ['a.yml'])).manifests).toHaveLength(5)
  })
})

describe('lists', () => {
  const list = `# head
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: ConfigMapList
  items:
  - metadata:
      name: a
- apiVersion: v1
  kind: ConfigMap
  metadata:
    name: b
  data:
    x: z
`
  test('are opened, nested ones too; items keep their lines', async () => {
    const { names, manifests } = await read({ 'a.yml': list }, ['a.yml'])
    expect(names).toEqual(['a a.yml:8', 'b a.yml:10'])
    expect(manifests[0]?.object).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap' })
    expect(manifests[1]?.source.lineOf(['data', 'x'])).toBe(15)
  })

  test('what is wrong in an item is told with its line', async () => {
    const broken = list.replace('    name: b\n', '    labels: {v: 1}\n')
    expect((await read({ 'a.yml': broken }, ['a.yml'])).problems).toEqual([
      'a.yml:12: metadata.name is missing',
      'a.yml:13: metadata.labels.v: found a number; wanted a text: put quotes around it',
    ])
  })
})

describe('notices', () => {
  test('scalars that read as something else, once each with their line; file modes are meant', async () => {
    const pod = configMap(
      'a',
      'spec:\n  x: yes\n  defaultMode: 0644\n  items: [{mode: 0400}]\n  z: 010\n',
    )
    const { notices } = await read({ 'a.yml': pod }, ['a.yml'])
    expect(notices).toEqual([
      'a.yml:6: yes is read as true, as kubectl does; put quotes around it if it is a text',
      'a.yml:9: 010 is read as 8, as kubectl does; put quotes around it if it is a text',
    ])
  })

  test('nothing is noticed about what is refused', async () => {
    const { notices, problems } = await read({ 'a.yml': 'x: yes' }, ['a.yml'])
    expect([notices, problems.length]).toEqual([[], 1])
  })

  test('hooks of Helm are named and left out', async () => {
    const hook = configMap('h', '  annotations:\n    helm.sh/hook: pre-install\n')
    const { names, notices } = await read({ 'a.yml': `${configMap('a')}---\n${hook}` }, ['a.yml'])
    expect(names).toEqual(['a a.yml:1'])
    expect(notices).toEqual([
      'a.yml:6: ConfigMap h is a Helm hook (pre-install) and was left out, not run',
    ])
  })
})

describe('values of Secrets stay out of every message', () => {
  const secret = (data: string): string =>
    `apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\nstringData:\n  pin: ${data}\n`

  test.each([
    ['a number', secret('1234567890')],
    ['a number that cannot be carried', secret('12345678901234567890')],
    [
      'a note',
      secret('012345670').replace('kind: Secret', 'kind: Secret\nspec: {deep: 012345670}'),
    ],
    [
      'a note in a list',
      `apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Secret\n  metadata: {name: s}\n  more: 012345670`,
    ],
    ['a boolean', secret('yes')],
    ['broken YAML', secret('"1234567890" 1234567890')],
    ['more broken YAML', secret('1234567890: 1234567890: x')],
    ['a flow that never ends', secret('[1234567890, {1234567890')],
    ['a tag', secret('!!int x1234567890')],
    ['an odd line', secret('a').replace('  pin', '1234567890\n  pin')],
  ])('%s', async (_, text) => {
    const { problems, notices } = await read({ 's.yml': text }, ['s.yml'])
    const said = [...problems, ...notices]
    expect(said.length).toBeGreaterThan(0)
    expect(said.join('\n')).not.toMatch(/12345/)
  })
})

describe('the bundle of azure/k8s-bake', () => {
  /** As the runner has them: the bundle in RUNNER_TEMP, not in the checkout. */
  let runner = ''
  beforeEach(() => {
    runner = mkdtempSync(join(tmpdir(), 'sluice-bake-'))
    mkdirSync(join(runner, 'checkout'))
    mkdirSync(join(runner, '_temp'))
  })
  afterEach(() => rmSync(runner, { recursive: true }))

  const baked = async (text: string) => {
    const bundle = join(runner, '_temp', 'baked-template-1763755200000.yaml')
    writeFileSync(bundle, text)
    const ports = kubernetesPorts({ workspace: join(runner, 'checkout') })
    return { bundle, read: await readManifests({ manifests: [bundle], ...plain }, ports) }
  }

  test.each<[string, string, readonly string[]]>([
    [
      'of Helm: comments name the templates',
      `---\n# Source: web/templates/conf.yaml\n${configMap('conf')}---\n# Source: web/templates/none.yaml\n---\n# Source: web/templates/more.yaml\n${configMap('more')}`,
      ['conf :3', 'more :11'],
    ],
    ['of kustomize', `${configMap('conf')}---\n${configMap('more')}`, ['conf :1', 'more :6']],
  ])('%s', async (_, text, places) => {
    const { bundle, read } = await baked(text)
    const found = read.ok ? read.value : []
    expect(
      found.map(({ object, source }) => `${object.metadata.name} ${renderSource(source)}`),
    ).toEqual(places.map((place) => place.replace(':', `${bundle}:`)))
  })

  test('what is wrong in it has its path and line', async () => {
    const { bundle, read } = await baked(`${configMap('conf')}---\nkind: ConfigMap\n`)
    expect(read).toMatchObject({ ok: false, problems: [{ where: `${bundle}:6` }] })
  })
})

test('one error for all problems, the first fifty of them', () => {
  const problems = Array.from({ length: 52 }, (_, at) => ({ where: `a.yml:${at}`, message: 'm' }))
  const { code, message } = invalidManifests(problems)
  expect(code).toBe('KUBERNETES_MANIFESTS_INVALID')
  expect(message.split('\n')).toHaveLength(52)
  expect(message).toMatch(/^52 problems with the manifests:\n- a\.yml:0: m\n/)
  expect(message).toMatch(/\n- \.\.\. and 2 more$/)
  expect(invalidManifests([{ where: '', message: 'm' }]).message).toBe(
    '1 problem with the manifests:\n- m',
  )
})
