import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { parseYaml } from '@sluice/documents'
import { KUBERNETES_SETTING_INPUTS } from '@sluice/kubernetes'
import { INPUTS, readConfig } from '../src/config.ts'

const GIVEN = {
  target: '{}',
  platform: 'azureml',
  requests: 'requests',
  'policy-file': '',
  rounds: '1',
  'wait-timeout-seconds': '60',
  'dry-run': 'false',
  'azure-client-id': 'c',
  'azure-tenant-id': '',
  'azure-resource-manager': '',
  'azure-authority': '',
  context: 'ctx',
  'slot-address': 'proxy',
  'slot-proof': 'header:x-slot',
  'request-path': '/score',
  port: '',
}

interface ActionFile {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>
}

const actionFile = (): ActionFile => {
  const text = readFileSync(new URL('../action.yml', import.meta.url), 'utf8')
  const yaml = parseYaml(text, { file: 'action.yml' })
  return (yaml.ok ? yaml.value.value : { inputs: {} }) as ActionFile
}

test('action.yml names the inputs that are read', () => {
  expect(Object.keys(actionFile().inputs)).toEqual([...INPUTS])
})

test('the defaults of action.yml are a valid config', () => {
  const defaults = Object.fromEntries(
    Object.entries(actionFile().inputs).map(([name, input]) => [name, input.default ?? '']),
  )
  expect(readConfig({ ...defaults, target: '{}', requests: 'requests' })).toEqual({
    ok: true,
    value: expect.objectContaining({
      platform: 'azureml',
      policyFile: null,
      rounds: 1,
      waitSeconds: 60,
      dryRun: false,
    }),
  })
})

test('every field is read, and the config is frozen', () => {
  const config = readConfig({
    ...GIVEN,
    'policy-file': 'p.yml',
    rounds: '7',
    'wait-timeout-seconds': '0',
    'dry-run': 'true',
  })
  expect(config).toEqual({
    ok: true,
    value: {
      target: '{}',
      platform: 'azureml',
      requests: 'requests',
      policyFile: 'p.yml',
      rounds: 7,
      waitSeconds: 0,
      dryRun: true,
      platformInputs: {
        'azure-client-id': 'c',
        'azure-tenant-id': '',
        'azure-resource-manager': '',
        'azure-authority': '',
      },
    },
  })
  expect(config.ok && Object.isFrozen(config.value)).toBe(true)
})

test('a platform gets its own inputs, and no others', () => {
  const config = readConfig({ ...GIVEN, platform: 'kubernetes' })
  expect(config.ok && config.value.platformInputs).toEqual({
    context: 'ctx',
    'slot-address': 'proxy',
    'slot-proof': 'header:x-slot',
    'request-path': '/score',
    port: '',
  })
})

test('the inputs that the platform reads are all there', () => {
  expect(INPUTS).toEqual(expect.arrayContaining([...KUBERNETES_SETTING_INPUTS]))
  const config = readConfig({ ...GIVEN, platform: 'kubernetes' })
  const given = config.ok ? Object.keys(config.value.platformInputs) : []
  expect(given.toSorted()).toEqual([...KUBERNETES_SETTING_INPUTS].toSorted())
})

describe('every problem is told at once', () => {
  test.each([
    [{ target: '', requests: ' ' }, ['target', 'requests']],
    [{ rounds: '0' }, ['rounds']],
    [{ rounds: '1001' }, ['rounds']],
    [{ rounds: '1.5', 'wait-timeout-seconds': '-1' }, ['rounds', 'wait-timeout-seconds']],
    [{ 'dry-run': 'yes', platform: 'docker' }, ['platform', 'dry-run']],
  ])('%j', (changes, inputs) => {
    const config = readConfig({ ...GIVEN, ...changes })
    const where = config.ok ? [] : config.problems.map((problem) => problem.where)
    expect(where).toEqual(inputs.map((name) => `input ${name}`))
  })
})
