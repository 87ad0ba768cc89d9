import { describe, expect, test } from '@jest/globals'
import { actionInputs, rawInputs } from './inputs.ts'
import { INPUTS, readConfig } from '../src/config.ts'

const read = (given: Readonly<Record<string, string>>, env = {}) =>
  readConfig(rawInputs(given), { env })

describe('config', () => {
  test('knows exactly the inputs of action.yml', () => {
    expect([...INPUTS].toSorted()).toEqual(Object.keys(actionInputs).toSorted())
  })

  test('the defaults need nothing but the place and the identity', () => {
    expect(read({})).toMatchObject({
      ok: true,
      value: {
        slots: ['blue', 'green'],
        slot: null,
        createEndpoint: true,
        waitSeconds: 3600,
        dryRun: false,
        modelVersion: null,
      },
    })
  })

  test('all problems are told at once', () => {
    const result = read({
      platform: 'nomad',
      slots: 'blue',
      slot: '-',
      'create-endpoint': 'yes',
      'wait-timeout-seconds': '1h',
      commit: 'main',
      model: 'a:b:c',
      'azure-client-id': 'me',
      'azure-authority': 'http://login.test',
      endpoint: '9',
    })
    expect(result).toMatchObject({
      ok: false,
      problems: expect.arrayContaining(
        [
          'azure-client-id',
          'azure-authority',
          'input platform',
          'input endpoint',
          'input model',
          'input slots',
          'input slot',
          'input create-endpoint',
          'input wait-timeout-seconds',
          'input commit',
        ].map((where) => expect.objectContaining({ where })),
      ),
    })
  })

  test.each(['main', 'ABCDE', 'f'.repeat(65)])('commit %j: told as found', (commit) => {
    expect(read({ commit })).toMatchObject({
      problems: [{ where: 'input commit', message: expect.stringContaining(`"${commit}"`) }],
    })
  })

  test.each([
    [{ model: 'fare' }, null],
    [{ model: 'fare:3' }, '3'],
    [{ model: 'azureml:fare:3' }, '3'],
    [{ model: 'azureml:fare@latest', 'model-version': '4' }, '4'],
    [{ 'model-version': 'latest' }, 'latest'],
  ])('%j names version %s', (given, modelVersion) => {
    expect(read(given)).toMatchObject({ ok: true, value: { modelVersion } })
  })

  test.each([
    [{ model: 'fare:3', 'model-version': '4' }],
    [{ model: 'azureml://registries/r/models/fare/versions/1', 'model-version': '4' }],
    [{ 'azure-tenant-id': '' }],
  ])('%j contradicts itself', (given) => {
    expect(read(given)).toMatchObject({ ok: false })
  })

  test('base addresses: input, else variable, else the public cloud', () => {
    const env = { AZURE_RESOURCE_MANAGER: 'https://arm.env/', AZURE_AUTHORITY: 'https://entra.env' }
    const none = { 'azure-resource-manager': '', 'azure-authority': '' }
    expect(read({ ...none, 'azure-authority': 'https://entra.in' }, env)).toMatchObject({
      value: { settings: { resourceManager: 'https://arm.env', authority: 'https://entra.in' } },
    })
    expect(read(none)).toMatchObject({
      value: {
        settings: {
          resourceManager: 'https://management.azure.com',
          authority: 'https://login.microsoftonline.com',
        },
      },
    })
  })

  describe('on Kubernetes', () => {
    const plain = {
      platform: 'kubernetes',
      manifests: 'manifests',
      'azure-client-id': '',
      'azure-tenant-id': '',
      'azure-subscription-id': '',
      'resource-group': '',
      workspace: '',
      'azure-resource-manager': '',
      'azure-authority': '',
    }

    test('manifests are enough', () => {
      expect(read(plain)).toMatchObject({
        ok: true,
        value: { platform: 'kubernetes', manifests: 'manifests', slots: ['blue', 'green'] },
      })
    })

    test('short slot names of guides are fine', () => {
      expect(read({ ...plain, slots: 'a,b' })).toMatchObject({
        ok: true,
        value: { slots: ['a', 'b'] },
      })
    })

    test('all problems at once, inputs of the other platform among them', () => {
      const result = read({
        ...plain,
        manifests: '',
        render: 'jsonnet',
        slots: 'Blue,green',
        model: 'fare:3',
        workspace: 'taxi',
      })
      expect(result).toMatchObject({
        ok: false,
        problems: [
          { where: 'input model', message: 'is given, but belongs to platform azureml' },
          { where: 'input workspace', message: 'is given, but belongs to platform azureml' },
          { where: 'input manifests' },
          { where: 'input render' },
          { where: 'input slots' },
        ],
      })
    })
  })
})
