// Inputs with which each action reaches its first network call, for measuring how long that takes.
import { mkdirSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { canonicalJson, digestOf } from '@sluice/documents'
import { type ActionFile, readActionFile } from './action-file.ts'
import type { ActionFolder } from './repository.ts'

/** Start-up against a bundle of @actions/core alone. */
export const limits = { github: 1.3, platform: 1.7 } as const

interface FirstCall {
  readonly kind: keyof typeof limits
  readonly inputs: Readonly<Record<string, string>>
}

/** Nobody listens there, and no list of forbidden ports holds it. */
const closed = '127.0.0.1:50999'
const id = '00000000-0000-4000-8000-000000000000'
const sha = 'a'.repeat(40)
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

const contents = { model: 'taxi:1' }
const revisionDigest = digestOf(contents, sha256)
const target = {
  schema: 'sluice/target/v1',
  platform: 'azureml',
  place: { subscription: id, resourceGroup: 'taxi', workspace: 'taxi-staging' },
  endpoint: 'taxi-fares',
  name: 'taxi-fares',
  slot: 'green',
  revision: `${revisionDigest.slice(0, 16)}.${'b'.repeat(16)}`,
  revisionDigest,
  contents,
}
const onKubernetes = {
  ...target,
  platform: 'kubernetes',
  place: {
    server: `https://${closed}`,
    namespace: 'taxi',
    backEnd: 'service',
    trafficObject: 'taxi',
    slots: 'blue,green',
  },
  endpoint: 'taxi',
  name: 'taxi',
}
const evidence = {
  schema: 'sluice/evidence/v1',
  target,
  requests: [
    {
      name: 'trip.json',
      digest: sha256('{}'),
      sent: 10,
      passed: 10,
      failed: 0,
      unanswered: 0,
      unproven: 0,
      reasons: {},
    },
  ],
  latencyMs: { p50: 1, p95: 1, p99: 1, max: 1 },
  rules: {
    minimumSamples: 1,
    maximumFailureShare: 0,
    maximumUnansweredShare: 0.5,
    maximumP95Ms: null,
  },
  policyDigest: null,
  verdict: 'pass',
  reasons: [],
}
const files: Readonly<Record<string, string>> = {
  'target.json': canonicalJson(target),
  'kubernetes-target.json': canonicalJson(onKubernetes),
  'model.yml': `apiVersion: apps/v1
kind: Deployment
metadata: { name: taxi }
spec:
  selector: { matchLabels: { app: taxi } }
  template:
    metadata: { labels: { app: taxi } }
    spec: { containers: [{ name: taxi, image: 'example.com/taxi:1', ports: [{ containerPort: 8080 }] }] }
---
apiVersion: v1
kind: Service
metadata: { name: taxi }
spec: { selector: { app: taxi }, ports: [{ port: 80, targetPort: 8080 }] }
`,
  'evidence.json': canonicalJson(evidence),
  'trip.json': '{}',
  'endpoint.yml': 'name: taxi-fares\nauth_mode: key\n',
  'deployment.yml':
    'name: blue\nendpoint_name: taxi-fares\nmodel: azureml:taxi:1\nenvironment: azureml:taxi:1\ncode_configuration:\n  code: code\n  scoring_script: score.py\ninstance_type: Standard_DS3_v2\ninstance_count: 1\n',
  'code/score.py': 'def run(data):\n    return data\n',
  'settings.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata:\n  level: info\n',
  kubeconfig: `apiVersion: v1
kind: Config
current-context: taxi
clusters: [{ name: taxi, cluster: { server: 'https://${closed}' } }]
users: [{ name: taxi, user: { token: no-token } }]
contexts: [{ name: taxi, context: { cluster: taxi, user: taxi } }]
`,
  '.env': 'group=taxi\nworkspace=taxi-staging\n',
}
const azure = { 'azure-client-id': id, 'azure-tenant-id': id }

/** By action name. An action without a row cannot be measured: the bench says so and fails. */
const firstCalls: Readonly<Record<string, FirstCall>> = {
  'commit-status': { kind: 'github', inputs: { sha, context: 'cd/staging', state: 'success' } },
  'approval-gate': { kind: 'github', inputs: { mode: 'check', environment: 'production', sha } },
  'open-promotion-pr': {
    kind: 'github',
    inputs: {
      head: 'integration',
      base: 'main',
      'expected-head-sha': sha,
      'evidence-file': 'evidence.json',
      'evidence-digest': digestOf(evidence, sha256),
    },
  },
  'endpoint-deploy': {
    kind: 'platform',
    inputs: {
      ...azure,
      'azure-subscription-id': id,
      'endpoint-file': 'endpoint.yml',
      'deployment-file': 'deployment.yml',
      'env-file': '.env',
      commit: sha,
    },
  },
  'endpoint-test': {
    kind: 'platform',
    inputs: { ...azure, target: 'target.json', requests: 'trip.json' },
  },
  'traffic-swap': { kind: 'platform', inputs: { ...azure, target: 'target.json' } },
  'k8s-apply': { kind: 'platform', inputs: { manifests: 'settings.yaml' } },
}

/** The same actions on their other platform. */
const onOtherPlatform: Readonly<Record<string, FirstCall>> = {
  'endpoint-deploy': {
    kind: 'platform',
    inputs: { platform: 'kubernetes', manifests: 'model.yml', commit: sha },
  },
  'endpoint-test': {
    kind: 'platform',
    inputs: { platform: 'kubernetes', target: 'kubernetes-target.json', requests: 'trip.json' },
  },
  'traffic-swap': {
    kind: 'platform',
    inputs: { platform: 'kubernetes', target: 'kubernetes-target.json' },
  },
}

export interface Rehearsed {
  /** What the figure is called. */
  readonly name: string
  readonly limit: number
  /** Environment of the child, as a runner would give it; every address is a closed port. */
  readonly env: Readonly<Record<string, string>>
}

/** Writes the files that the inputs name into `folder`; none for an action without a row. */
export function prepareFirstCalls(action: ActionFolder, folder: string): readonly Rehearsed[] {
  const calls: readonly (readonly [string, FirstCall | undefined])[] = [
    ['first call', firstCalls[action.name]],
    ['first call, Kubernetes', onOtherPlatform[action.name]],
  ]
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return calls.flatMap(([name, call]) => {
    if (call === undefined) return []
    const env = runnerEnvironment(action, call.inputs, folder)
    return [{ name: `${action.name}, ${name}`, limit: limits[call.kind], env }]
  })
}

/** What a runner sets for a step; every address in it is a closed port. */
export function runnerEnvironment(
  action: ActionFolder,
  inputs: Readonly<Record<string, string>>,
  folder: string,
): Readonly<Record<string, string>> {
  return { ...runnerVariables(folder), ...inputVariables(readActionFile(action), inputs) }
}

function inputVariables(
  file: ActionFile,
  given: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    file.inputs.map(({ name, fallback }) => [
      `INPUT_${name.toUpperCase()}`,
      // The only expression that action.yml files have as a default.
      given[name] ?? (fallback === '${{ github.token }}' ? 'no-token' : fallback),
    ]),
  )
}

function runnerVariables(folder: string): Readonly<Record<string, string>> {
  return {
    HOME: folder,
    RUNNER_TEMP: folder,
    GITHUB_WORKSPACE: folder,
    GITHUB_ACTIONS: 'true',
    GITHUB_REPOSITORY: 'octo/taxi',
    GITHUB_SHA: sha,
    GITHUB_REF: 'refs/heads/integration',
    GITHUB_EVENT_NAME: 'push',
    GITHUB_RUN_ID: '1',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_JOB: 'deploy',
    GITHUB_SERVER_URL: `http://${closed}`,
    GITHUB_API_URL: `http://${closed}`,
    ACTIONS_ID_TOKEN_REQUEST_URL: `http://${closed}/token?a=1`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'no-token',
    AZURE_RESOURCE_MANAGER: `https://${closed}`,
    AZURE_AUTHORITY: `https://${closed}`,
    KUBECONFIG: join(folder, 'kubeconfig'),
  }
}
