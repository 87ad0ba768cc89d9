// The workflows of every platform are the same to whoever knows one of them. What differs between
// platforms is what is deployed, and how a job signs in; everything else is told here by name.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { fieldsOf, jobsOf, readWorkflow, textOf, type Fields } from './workflows/file.ts'

const read = (name: string) => readWorkflow(`.github/workflows/${name}.yml`)

/** Inputs that say what is deployed, where, and what routes it: they are the platform's own. */
const OWN_INPUTS = {
  azureml: ['deployment-file', 'endpoint-file', 'env-file', 'model', 'model-version'],
  kubernetes: [
    'back-end',
    'check-requests',
    'check-url',
    'context',
    'drain-seconds',
    'endpoint',
    'images',
    'manifests',
    'namespace',
    'old-slot',
    'port',
    'render',
    'request-path',
    'service',
    'slot-address',
    'slot-proof',
    'slots',
    'traffic-object',
    'values-files',
  ],
} as const

/** What Azure ML cannot do to production's traffic. */
const ROUTES_PRODUCTION = ['match', 'mirror']

/** Steps that one platform alone has: the check after a step needs the repository's requests. */
const OWN_STEPS = ['Write the kubeconfig', "checkout if inputs.check-url != ''"]

// The default back end of Kubernetes, a Service, knows only 0 and 100.
const defaultOf = (input: string, value: unknown): unknown =>
  input === 'steps' ? 'as the platform can' : fieldsOf(value)['default']

const callOf = (name: string): Fields => fieldsOf(fieldsOf(read(name).value['on'])['workflow_call'])

const withoutGroup = (concurrency: unknown): Fields => {
  const { group: _, ...others } = fieldsOf(concurrency)
  return others
}

const labelOf = (step: Fields): string => {
  const name = textOf(step['name']) || textOf(step['uses']).replace(/^actions\/(\w+)@.*/, '$1')
  return step['name'] === undefined && step['if'] !== undefined
    ? `${name} if ${textOf(step['if'])}`
    : name
}

/** A job without what the platform's own inputs say. */
const shapeOf = (name: string) =>
  jobsOf(read(name)).map(({ id, fields, steps }) => ({
    id,
    ...Object.fromEntries(
      ['name', 'needs', 'if', 'runs-on', 'timeout-minutes', 'environment', 'outputs'].map((key) => [
        key,
        fields[key],
      ]),
    ),
    concurrency: withoutGroup(fields['concurrency']),
    grouped: fieldsOf(fields['concurrency'])['group'] !== undefined,
    steps: steps.map(labelOf).filter((label) => !OWN_STEPS.includes(label)),
    shell: steps
      .map((step) => ({ label: labelOf(step), env: step['env'], run: step['run'] }))
      .filter(({ label, run }) => run !== undefined && !OWN_STEPS.includes(label)),
  }))

describe.each(['staging', 'production'])('%s', (name) => {
  test('has the same jobs, conditions, environments, outputs and steps on every platform', () => {
    expect(shapeOf(`kubernetes-${name}`)).toEqual(shapeOf(`azureml-${name}`))
  })

  test('has the same outputs, and the same inputs but for what is deployed', () => {
    const [azure, kubernetes] = [callOf(`azureml-${name}`), callOf(`kubernetes-${name}`)]
    expect(kubernetes['outputs']).toEqual(azure['outputs'])
    const shared = (call: Fields, own: readonly string[]) =>
      Object.entries(fieldsOf(call['inputs']))
        .filter(([input]) => !own.includes(input))
        .map(([input, value]) => [input, fieldsOf(value)['type'], defaultOf(input, value)])
    const own = [...OWN_INPUTS.kubernetes, ...(name === 'production' ? ROUTES_PRODUCTION : [])]
    expect(shared(kubernetes, own)).toEqual(shared(azure, OWN_INPUTS.azureml))
    expect(Object.keys(fieldsOf(kubernetes['inputs']))).toEqual(expect.arrayContaining(own))
  })

  test('needs no secret', () => {
    const required = ['azureml', 'kubernetes'].flatMap((platform) =>
      Object.values(fieldsOf(callOf(`${platform}-${name}`)['secrets'])).filter(
        (secret) => fieldsOf(secret)['required'] !== false,
      ),
    )
    expect(required).toEqual([])
  })

  test('jobs that change one endpoint wait for each other, on every platform', () => {
    const groups = jobsOf(read(`kubernetes-${name}`))
      .map(({ fields }) => textOf(fieldsOf(fields['concurrency'])['group']))
      .filter((group) => group !== '')
    expect(new Set(groups.map((group) => group.replace(/-report$/, ''))).size).toBe(1)
  })
})

const permissionsOf = (name: string) =>
  Object.fromEntries(jobsOf(read(name)).map(({ id, fields }) => [id, fields['permissions']]))

test('permissions are the same, but the traffic job reads the requests of its check', () => {
  expect(permissionsOf('kubernetes-staging')).toEqual(permissionsOf('azureml-staging'))
  const azure = permissionsOf('azureml-production')
  expect(permissionsOf('kubernetes-production')).toEqual({
    ...azure,
    traffic: { ...fieldsOf(azure['traffic']), contents: 'read' },
  })
})

const kubeconfigSteps = ['kubernetes-staging', 'kubernetes-production'].flatMap((name) =>
  jobsOf(read(name)).map(({ id, steps }) => ({
    job: `${name} ${id}`,
    uses: steps.flatMap((step) => textOf(step['uses'])),
    script: steps.find((step) => step['name'] === 'Write the kubeconfig'),
  })),
)

test.each(['kubernetes-staging', 'kubernetes-production'])(
  '%s: whoever takes the input slots hands it to every step that moves traffic',
  (name) => {
    const moving = jobsOf(read(name))
      .flatMap(({ steps }) => steps)
      .filter((step) => textOf(step['uses']) === '$/actions/traffic-swap')
    expect(moving.length).toBeGreaterThan(0)
    const handed = moving.map((step) => fieldsOf(step['with'])['slots'])
    expect(handed).toEqual(moving.map(() => '${{ inputs.slots }}'))
  },
)

describe('the step that writes the kubeconfig', () => {
  const script = textOf(kubeconfigSteps.find((one) => one.script !== undefined)?.script?.['run'])
  const folders: string[] = []
  afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })))

  const run = (given: string) => {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-kubeconfig-'))
    folders.push(folder)
    const env = {
      PATH: process.env['PATH'] ?? '',
      GIVEN: given,
      RUNNER_TEMP: folder,
      GITHUB_ENV: join(folder, 'env'),
    }
    const said = execFileSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return { folder, said, file: join(folder, 'kubeconfig') }
  }
  const KUBECONFIG = [
    'apiVersion: v1',
    'users:',
    '  - name: deployer',
    '    user:',
    '      token: header.payload.signature',
    '      tokenFile: /var/run/token',
    "      client-key-data: 'QUJDREVGR0g='",
    '  - { name: other, user: { "password": "correct horse" } }',
    '',
  ].join('\n')

  test('stands, the same, in every job that asks the cluster, and in no other', () => {
    const asks = kubeconfigSteps.filter(({ uses }) =>
      uses.some((one) => /endpoint-deploy|endpoint-test|traffic-swap/.test(one)),
    )
    const writes = kubeconfigSteps.filter((one) => one.script !== undefined)
    expect(writes.map(({ job }) => job)).toEqual(asks.map(({ job }) => job))
    expect(new Set(writes.map((one) => JSON.stringify(one.script))).size).toBe(1)
  })

  test.each([
    ['as it is', KUBECONFIG.trimEnd()],
    ['in base64', Buffer.from(KUBECONFIG).toString('base64')],
    [
      'in base64 of several lines',
      `${Buffer.from(KUBECONFIG).toString('base64')}`.replace(/.{76}/g, '$&\n'),
    ],
  ])('takes one %s, for this job alone, and hides what it holds', (_, given) => {
    const { folder, said, file } = run(given)
    expect(readFileSync(file, 'utf8')).toBe(KUBECONFIG)
    expect((statSync(file).mode & 0o777).toString(8)).toBe('600')
    expect(readFileSync(join(folder, 'env'), 'utf8')).toBe(`KUBECONFIG=${file}\n`)
    expect(said.trim().split('\n')).toEqual([
      '::add-mask::header.payload.signature',
      '::add-mask::QUJDREVGR0g=',
      '::add-mask::correct horse',
    ])
  })

  test('leaves the runner as it is without a secret', () => {
    const { folder, said } = run('')
    expect(existsSync(join(folder, 'env'))).toBe(false)
    expect(said).toContain('service account of its pod')
  })

  test('refuses what is neither', () => {
    expect(() => run('!')).toThrow('Command failed')
  })
})
