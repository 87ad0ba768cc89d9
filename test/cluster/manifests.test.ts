// Our reading of manifests beside the real kubectl, helm and API server.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import {
  placeManifests,
  readManifests,
  renderId,
  type ManifestPorts,
  type ManifestsRequest,
} from '@sluice/kubernetes'
import { askKubectl } from '../../packages/kubernetes/test/manifests/kubectl-reading.ts'
import { useCluster } from './harness.ts'
import { connected, type ConnectedPorts } from './mode-bench.ts'
import { runOracle } from './oracle.ts'

const cluster = useCluster()
const AWKWARD = join(import.meta.dirname, '../../packages/kubernetes/test/manifests/awkward')

let ours: ConnectedPorts
let folder: string
beforeAll(async () => {
  ours = await connected(cluster.kubeconfig)
  folder = mkdtempSync(join(tmpdir(), 'sluice-manifests-'))
})
afterAll(async () => {
  await ours.api.close()
  rmSync(folder, { recursive: true })
})

/** As many at once as there are cores. */
async function inTurns<Item, Value>(
  items: readonly Item[],
  ask: (item: Item) => Promise<Value>,
): Promise<readonly Value[]> {
  const values: Value[] = []
  for (let at = 0; at < items.length; at += 4) {
    values.push(...(await Promise.all(items.slice(at, at + 4).map(ask))))
  }
  return values
}

test('kubectl still reads the awkward files as it is recorded', async () => {
  const { kubectl: program, kubeconfig } = cluster.facts
  const names = readdirSync(AWKWARD).filter((name) => name.endsWith('.yml'))
  const asked = await inTurns(names, async (name) => {
    return [name, await askKubectl({ program, kubeconfig }, join(AWKWARD, name))] as const
  })
  const record: unknown = JSON.parse(readFileSync(join(AWKWARD, 'kubectl.json'), 'utf8'))
  expect(Object.fromEntries(asked)).toEqual(record)
})

function portsHere(): ManifestPorts & { readonly notices: string[] } {
  const notices: string[] = []
  const { kubectl, helm } = cluster.facts
  const path = [dirname(kubectl), dirname(helm)].join(delimiter)
  return {
    notices,
    files: {
      readText: (file) => readFile(file, 'utf8'),
      kind: async (file) => {
        const found = await stat(file).catch(() => null)
        return found === null ? 'absent' : found.isDirectory() ? 'folder' : 'file'
      },
      list: async (root) => (await readdir(root, { recursive: true })).toSorted(),
    },
    // kustomize itself is not there; `kubectl kustomize` is.
    exec: async (file, args) => {
      const program = { kubectl, helm }[file]
      if (program === undefined) return { code: 127, stdout: '', stderr: '' }
      return runOracle(program, [...args, { env: { PATH: path } }], folder)
    },
    log: {
      info: () => undefined,
      notice: (message) => void notices.push(message),
      warning: () => undefined,
      mask: () => undefined,
    },
    signal: new AbortController().signal,
  }
}

async function read(request: Pick<ManifestsRequest, 'manifests' | 'render'>, more = {}) {
  const ports = portsHere()
  const whole = { valuesFiles: [], releaseName: null, namespace: null, ...request, ...more }
  const result = await readManifests(whole, ports)
  return {
    manifests: result.ok ? result.value : [],
    names: result.ok
      ? result.value.map(({ object }) => `${object.kind} ${object.metadata.name}`)
      : [],
    notices: ports.notices,
    problems: result.ok ? [] : result.problems.map(({ where, message }) => `${where}: ${message}`),
  }
}

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
}

describe('rendering', () => {
  test('a kustomization, by the kustomize inside kubectl', async () => {
    write({
      'k/kustomization.yaml':
        'namePrefix: shop-\nresources: [a.yml]\nsecretGenerator:\n- name: s\n  literals: [p=hunter2secret]\n',
      'k/a.yml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n',
    })
    const { names, problems } = await read({ manifests: [join(folder, 'k')], render: 'kustomize' })
    expect({ problems, names: names.toSorted() }).toEqual({
      problems: [],
      names: ['ConfigMap shop-a', expect.stringMatching(/^Secret shop-s-/)],
    })
  })

  test('a kustomization that cannot be built', async () => {
    write({ 'bad/kustomization.yaml': 'resources: [nope.yml]\n' })
    const { problems } = await read({ manifests: [join(folder, 'bad')], render: 'kustomize' })
    expect(problems).toEqual([expect.stringMatching(/kubectl kustomize ended with 1: .*nope\.yml/)])
  })

  const chart = {
    'web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
    'web/values.yaml': 'name: a\n',
    'web/crds/thing.yaml':
      'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: things.example.com}\n',
    'web/templates/a.yaml':
      '\n# head\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-{{ .Values.name }}\n  namespace: {{ .Release.Namespace }}\n',
    'web/templates/hook.yaml':
      'apiVersion: v1\nkind: Pod\nmetadata:\n  name: check\n  annotations: {helm.sh/hook: test}\nspec: {containers: [{name: c, image: "b:1"}]}\n',
    'web/templates/secret.yaml': '{{ if .Values.broken }}{{ fail .Values.password }}{{ end }}\n',
    'values.yml': 'name: b\n',
    'broken.yml': 'broken: true\npassword: hunter2secret\n',
  }

  test('a chart with values; CRDs too, hooks told', async () => {
    write(chart)
    const values = [join(folder, 'values.yml')]
    const more = { valuesFiles: values, releaseName: 'shop', namespace: 'prod' }
    const found = await read({ manifests: [join(folder, 'web')], render: 'helm' }, more)
    expect(found).toMatchObject({
      problems: [],
      names: ['CustomResourceDefinition things.example.com', 'ConfigMap shop-b'],
      notices: [expect.stringContaining('Pod check is a Helm hook (test) and was left out')],
    })
    const source = found.manifests[1]?.source
    expect([source?.file, source?.lineOf(['metadata', 'name'])]).toEqual([
      `${folder}/web/templates/a.yaml (rendered)`,
      // Helm drops the first line of the template, which is blank.
      5,
    ])
  })

  test('a chart that fails does not tell its values', async () => {
    write(chart)
    const more = { valuesFiles: [join(folder, 'broken.yml')] }
    const { problems } = await read({ manifests: [join(folder, 'web')], render: 'helm' }, more)
    expect(problems).toEqual([expect.stringMatching(/helm template ended with 1: .*\*\*\*/)])
    expect(problems.join()).not.toContain('hunter2')
  })
})

describe('placing', () => {
  async function place(text: string, namespace: string | null) {
    write({ 'p/a.yml': text })
    const { manifests, problems } = await read({ manifests: [join(folder, 'p')], render: 'none' })
    expect(problems).toEqual([])
    const resources = await ours.api.resources()
    const placed = placeManifests(manifests, { resources, namespace, contextNamespace: '' })
    return placed.ok
      ? placed.value.map(({ id, known }) => `${renderId(id)} ${known}`)
      : placed.problems.map(({ message }) => message)
  }

  test('by what the server says', async () => {
    const text = `apiVersion: v1\nkind: Namespace\nmetadata: {name: a, namespace: odd}
---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: a}
---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}
---\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: a, namespace: shop}\n`
    expect(await place(text, 'shop')).toEqual([
      'Namespace a true',
      'ClusterRole a true',
      'Deployment shop/a true',
      'PodDisruptionBudget shop/a true',
    ])
  })

  test('versions that the server no longer has are told', async () => {
    const text = `apiVersion: extensions/v1beta1\nkind: Ingress\nmetadata: {name: a}
---\napiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: {name: a}
---\napiVersion: v1\nkind: Binding\nmetadata: {name: a}\n`
    expect(await place(text, null)).toEqual([
      'the server knows no Ingress in extensions/v1beta1; it has networking.k8s.io/v1: change apiVersion',
      'the server knows no PodDisruptionBudget in policy/v1beta1; it has policy/v1: change apiVersion',
      'Binding cannot be applied: the server keeps no objects of this kind',
    ])
  })

  test('as kubectl places them', async () => {
    const text = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: a, namespace: odd}\n'
    const ran = await cluster.kubectl('apply', '--dry-run=client', '-o', 'json', '-f', '-', {
      stdin: text,
    })
    const printed = JSON.parse(ran.stdout) as { metadata: Record<string, unknown> }
    expect(printed.metadata).not.toHaveProperty('namespace')
  })
})
