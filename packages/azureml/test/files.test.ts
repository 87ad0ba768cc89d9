// endpoint.yml and deployment.yml of the Azure ML CLI, as people write them.
import { describe, expect, test } from '@jest/globals'
import { readDeploymentFile, readEndpointFile } from '@sluice/azureml'
import { parseYaml, type YamlFile } from '@sluice/documents'
import type { Result } from '@sluice/rollout'

const read = <Value>(text: string, reader: (doc: YamlFile) => Result<Value>): Result<Value> => {
  const doc = parseYaml(text, { file: 'f.yml' })
  return doc.ok ? reader(doc.value) : doc
}
const endpoint = (text: string) => read(text, readEndpointFile)
const deployment = (text: string) => read(text, readDeploymentFile)
const told = (result: Result<unknown>): readonly string[] =>
  result.ok ? [] : result.problems.map(({ where, message }) => `${where} ${message}`)

const ID =
  '/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/i'
const MINIMAL = 'instance_type: Standard_DS3_v2\n'

describe('endpoint.yml', () => {
  test('the smallest one', () => {
    expect(
      endpoint('$schema: https://example.test/x.json\nname: taxi # comment\nauth_mode: key\n'),
    ).toEqual({
      ok: true,
      value: {
        name: 'taxi',
        location: null,
        tags: {},
        identity: { type: 'SystemAssigned' },
        properties: { authMode: 'Key' },
        ignored: [],
      },
    })
  })

  test('every key that has a place in the API', () => {
    const text = `name: taxi
location: westeurope
description: fares
auth_mode: aad_token
public_network_access: disabled
tags: {team: fares, cost: 12}
properties: {a: b}
identity:
  type: user_assigned
  user_assigned_identities: [{resource_id: ${ID}}]
traffic: {blue: 100}
mirror_traffic: {green: 10}
`
    expect(endpoint(text)).toEqual({
      ok: true,
      value: {
        name: 'taxi',
        location: 'westeurope',
        tags: { team: 'fares', cost: '12' },
        identity: { type: 'UserAssigned', userAssignedIdentities: { [ID]: {} } },
        properties: {
          authMode: 'AADToken',
          description: 'fares',
          publicNetworkAccess: 'Disabled',
          properties: { a: 'b' },
        },
        ignored: ['traffic', 'mirror_traffic'],
      },
    })
  })

  test.each([
    ['', /is empty/],
    ['- a\n', /wanted a mapping/],
    ['name: t\n', /f\.yml:1 name: found "t"/],
    ['name: taxi-\n', /found "taxi-"/],
    ['nam: taxi\n', /^f\.yml:1 nam: unknown key; did you mean name\?[^\n]*$/],
    ['auth_mode: key\n', /f\.yml:1 name: is missing; wanted 3 to 32/],
    ['name: taxi\nauth_mod: key\n', /f\.yml:2 auth_mod: unknown key; did you mean auth_mode\?/],
    [
      'name: taxi\nauth_mode: Key\n',
      /f\.yml:2 auth_mode: found "Key"; wanted key or aml_token or aad_token/,
    ],
    ['name: taxi\ncompute: azureml:k8s\n', /f\.yml:2 compute: names a Kubernetes compute/],
    [
      'name: taxi\nidentity: {type: user_assigned}\n',
      /user_assigned wants user_assigned_identities/,
    ],
    ['name: taxi\ntags: [a]\n', /f\.yml:2 tags: .*wanted a mapping/],
  ])('%j is refused', (text, reason) => {
    expect(told(endpoint(text)).join('\n')).toMatch(reason)
  })
})

describe('deployment.yml', () => {
  test('every plain key becomes its field, durations as ISO 8601', () => {
    const text = `$schema: https://example.test/x.json
name: green
endpoint_name: taxi
type: managed
description: second
model: azureml:fare:3
model_mount_path: /var/models
code_configuration: {code: ../src, scoring_script: online/score.py}
environment: azureml:fares:4
environment_variables: {WORKERS: 2, DEBUG: false, NAME: x}
instance_type: Standard_DS3_v2
instance_count: 2
app_insights_enabled: true
egress_public_network_access: enabled
scale_settings: {type: default}
request_settings: {request_timeout_ms: 2500, max_concurrent_requests_per_instance: 4, max_queue_wait_ms: 500}
liveness_probe: {initial_delay: 10, period: 5, timeout: 2, success_threshold: 1, failure_threshold: 30}
readiness_probe: {initial_delay: 20}
tags: {team: fares}
properties: {p: q}
`
    expect(deployment(text)).toEqual({
      ok: true,
      value: {
        endpointName: 'taxi',
        model: { kind: 'name', name: 'fare', version: '3' },
        code: { folder: '../src', scoringScript: 'online/score.py' },
        environment: { kind: 'asset', reference: { kind: 'name', name: 'fares', version: '4' } },
        settings: {
          instanceType: 'Standard_DS3_v2',
          description: 'second',
          modelMountPath: '/var/models',
          appInsightsEnabled: true,
          egressPublicNetworkAccess: 'Enabled',
          environmentVariables: { WORKERS: '2', DEBUG: 'false', NAME: 'x' },
          properties: { p: 'q' },
          requestSettings: {
            requestTimeout: 'PT2.5S',
            maxConcurrentRequestsPerInstance: 4,
            maxQueueWait: 'PT0.5S',
          },
          livenessProbe: {
            initialDelay: 'PT10S',
            period: 'PT5S',
            timeout: 'PT2S',
            successThreshold: 1,
            failureThreshold: 30,
          },
          readinessProbe: { initialDelay: 'PT20S' },
          scaleSettings: { scaleType: 'Default' },
        },
        capacity: 2,
        tags: { team: 'fares' },
      },
    })
  })

  test.each([
    ['model: azureml:fare@latest', { model: { kind: 'name', name: 'fare', version: null } }],
    [
      'model: azureml://registries/r/models/fare/versions/3',
      { model: { kind: 'id', label: 'azureml://registries/r/models/fare/versions/3' } },
    ],
    [
      'model: azureml:/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w/models/fare/versions/3',
      { model: { kind: 'id', label: 'fare:3' } },
    ],
    [
      'environment: azureml:AzureML-sklearn-1.0:7',
      { environment: { reference: { kind: 'id', id: 'azureml:AzureML-sklearn-1.0:7' } } },
    ],
    [
      'environment: {image: "example.test/a:1", conda_file: ./conda.yml, name: e, version: 1}',
      {
        environment: {
          kind: 'inline',
          image: 'example.test/a:1',
          conda: './conda.yml',
          inferenceConfig: null,
        },
      },
    ],
    [
      'environment: {image: i, inference_config: {scoring_route: {path: /predict, port: 8080}}}',
      { environment: { inferenceConfig: { scoringRoute: { path: '/predict', port: 8080 } } } },
    ],
  ])('%s', (line, value) => {
    expect(deployment(`${MINIMAL}${line}\n`)).toMatchObject({ ok: true, value })
  })

  test.each([
    ['type: kubernetes', /wanted managed/],
    ['model: {path: ./model}', /register it/],
    [
      'model: "azureml:fare:"',
      /f\.yml:2 model: found "azureml:fare:"; wanted azureml:NAME:VERSION/,
    ],
    ['environment: "a:b:c"', /f\.yml:2 environment: found "a:b:c"; wanted azureml:NAME:VERSION/],
    ['environment: {build: {path: .}}', /build context is not supported yet/],
    ['environment: {conda_file: a.yml}', /environment\.image: is missing/],
    ['environment: azureml:AzureML-x@latest', /names no version/],
    ['instance_count: 0', /wanted a whole number, 1 or more/],
    ['instance_count: "2"', /wanted a whole number/],
    ['code_configuration: {code: .}', /scoring_script: is missing/],
    ['request_settings: {request_timeout_ms: 200000}', /180000 at most/],
    ['request_settings: {timeout: 1}', /request_settings.timeout: unknown key/],
    ['data_collector: {}', /is not supported yet/],
    ['scale_settings: {type: target_utilization}', /wanted default or manual/],
    ['modell: x', /did you mean model\?/],
  ])('%s is refused', (line, reason) => {
    expect(told(deployment(`${MINIMAL}${line}\n`)).join('\n')).toMatch(reason)
  })

  test('a misspelt key is told once, by its own line', () => {
    const [problem = '', ...more] = told(deployment('model: fare\ninstance_typ: Standard_DS3_v2\n'))
    expect(more).toEqual([])
    expect(problem).toMatch(
      /^f\.yml:2 instance_typ: unknown key; did you mean instance_type\? \(known: /,
    )
    const known = /known: (.*)\)$/.exec(problem)?.[1]?.split(', ') ?? []
    expect(known).toEqual([...new Set(known)])
    expect(known).toEqual(expect.arrayContaining(['model', 'environment', 'instance_count']))
    for (const idle of ['$schema', 'id', 'provisioning_state', 'data_collector']) {
      expect(known).not.toContain(idle)
    }
  })

  test.each([
    ['', 'instance_type: is missing'],
    ['code_configuration: {cod: ., scoring_script: a.py}', 'did you mean code?'],
    ['environment: {imag: x}', 'did you mean image?'],
  ])('%j has one cause', (line, cause) => {
    const head = line === '' ? 'instance_count: 1' : MINIMAL
    expect(told(deployment(`${head}\n${line}\n`))).toEqual([expect.stringContaining(cause)])
  })

  test('all problems come at once', () => {
    const problems = told(deployment('instance_count: x\nmodle: a\ntype: b\n'))
    expect(problems).toHaveLength(4)
  })
})
