// Mistakes of traffic are warnings, good practice is notices; `strict-practices` refuses both.
import { expect, test } from '@jest/globals'
import type { KubeObject, PlacedManifest } from '@sluice/kubernetes'
import { adviseOn } from '../src/advising.ts'

const placed = (object: KubeObject): PlacedManifest => ({
  object,
  source: { file: 'k/all.yml', lineOf: () => 7 },
  id: { group: '', version: '', kind: object.kind, namespace: 'shop', name: '' },
  known: true,
})

const canary = (name: string): PlacedManifest =>
  placed({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: {
      name,
      namespace: 'shop',
      annotations: { 'nginx.ingress.kubernetes.io/canary': 'true' },
    },
    spec: { rules: [{ host: 'a.example', http: { paths: [{ path: '/', pathType: 'Prefix' }] } }] },
  })

const flagger = placed({
  apiVersion: 'flagger.app/v1beta1',
  kind: 'Canary',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { analysis: { iterations: 10 }, canaryAnalysis: { stepWeight: 10 } },
})

const bare = placed({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop' },
  spec: {
    selector: { matchLabels: { app: 'web', version: 'blue' } },
    template: {
      metadata: { labels: { app: 'web', version: 'blue' } },
      spec: { containers: [{ name: 'web', image: 'web:1.0.0' }] },
    },
  },
})

const astray = placed({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { selector: { app: 'web', version: 'green' } },
})

const all = [canary('a'), canary('b'), flagger, bare, astray]

function told(strictPractices: boolean): { readonly lines: string[]; readonly refusal: string } {
  const lines: string[] = []
  const log = {
    warning: (text: string) => void lines.push(`warning ${text}`),
    notice: (text: string) => void lines.push(`notice ${text}`),
  }
  try {
    adviseOn(all, { config: { namespace: 'shop', strictPractices }, log })
    return { lines, refusal: '' }
  } catch (error) {
    return { lines, refusal: String((error as Error).message) }
  }
}

test('told, and nothing is refused', () => {
  const { lines, refusal } = told(false)
  expect(refusal).toBe('')
  expect(lines.filter((line) => line.startsWith('warning'))).toEqual([
    expect.stringMatching(
      /^warning k\/all\.yml:7: Ingress shop\/a and Ingress shop\/b are all marked/,
    ),
    expect.stringMatching(
      /^warning k\/all\.yml:7: Canary\.flagger\.app shop\/web has canaryAnalysis/,
    ),
    expect.stringMatching(/^warning k\/all\.yml:7: Service shop\/web selects .*version=green/),
  ])
  expect(lines).toContainEqual(expect.stringMatching(/^notice .*\(readiness-probe\)$/))
})

test('refused, all at once, with strict-practices', () => {
  const { lines, refusal } = told(true)
  expect(lines).toEqual([])
  expect(refusal).toMatch(
    /all marked canary[^]*canaryAnalysis[^]*version=green[^]*\(readiness-probe\)/,
  )
})
