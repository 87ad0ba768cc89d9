import { beforeAll, describe, expect, test } from '@jest/globals'
import {
  ENDPOINT,
  endpointBody,
  Rig,
  slotBody,
  WORKSPACE,
  type Answer,
} from '../../packages/twin/test/azure/rig.ts'
import { makeJudge, renderJudgement, routeOf, type Judge } from './judge.ts'

let judge: Judge
beforeAll(async () => {
  judge = await makeJudge()
}, 60_000)

/** Every route of the simulated control plane, in an order that makes sense. */
async function driveEverything(rig: Rig): Promise<void> {
  const green = `${ENDPOINT}/deployments/green`
  await rig.arm('GET', WORKSPACE)
  await driveAssets(rig)
  const identity = { type: 'SystemAssigned' }
  await rig.finish(await rig.arm('PUT', ENDPOINT, endpointBody({}, { identity })))
  await rig.arm('GET', `${WORKSPACE}/onlineEndpoints`)
  await rig.finish(await rig.arm('PUT', green, slotBody('1')))
  await rig.arm('GET', green)
  await rig.arm('GET', `${ENDPOINT}/deployments`)
  await rig.arm('POST', `${green}/getLogs`, { containerType: 'InferenceServer', tail: 5 })
  await rig.finish(await rig.arm('PATCH', green, { sku: { capacity: 2 } }))
  await rig.arm('PATCH', green, { tags: { a: 'b' } })
  const traffic = { green: 100 }
  await rig.finish(await rig.arm('PUT', ENDPOINT, endpointBody({ traffic }, { identity })))
  await rig.arm('GET', ENDPOINT)
  await rig.arm('PATCH', ENDPOINT, { tags: { a: 'b' } })
  await rig.arm('POST', `${ENDPOINT}/listKeys`, {})
  await rig.arm('POST', `${ENDPOINT}/token`, {})
  const other = `${WORKSPACE}/onlineEndpoints/other`
  await rig.finish(await rig.arm('PUT', other, endpointBody({ authMode: 'AMLToken' })))
  await rig.arm('POST', `${other}/token`, {})
  await rig.arm('DELETE', green)
  await rig.finish(await rig.arm('PUT', ENDPOINT, endpointBody({}, { identity })))
  const gone = await rig.arm('DELETE', green)
  await rig.follow(gone.headers.location ?? '')
  await rig.finish(gone)
  await rig.arm('DELETE', green)
  await rig.finish(await rig.arm('DELETE', ENDPOINT))
  await rig.arm('GET', ENDPOINT)
}

async function driveAssets(rig: Rig): Promise<void> {
  const upload = await rig.arm('POST', `${WORKSPACE}/codes/c1/versions/1/startPendingUpload`, {
    pendingUploadType: 'TemporaryBlobReference',
  })
  const codeUri = await fill(rig, upload)
  await rig.arm('PUT', `${WORKSPACE}/codes/c1/versions/1`, { properties: { codeUri } })
  await rig.arm('PUT', `${WORKSPACE}/environments/e1/versions/1`, {
    properties: { image: 'mcr/base:1', condaFile: 'name: x', osType: 'Linux' },
  })
  await rig.arm('PUT', `${WORKSPACE}/models/m1/versions/1`, {
    properties: {
      modelUri: 'azureml://jobs/j/outputs/artifacts/paths/m',
      modelType: 'custom_model',
    },
  })
  for (const one of ['models/m1', 'environments/e1', 'codes/c1']) {
    await rig.arm('GET', `${WORKSPACE}/${one.split('/')[0]}`)
    await rig.arm('GET', `${WORKSPACE}/${one}`)
    await rig.arm('PUT', `${WORKSPACE}/${one}`, { properties: { description: 'text' } })
    await rig.arm('GET', `${WORKSPACE}/${one}/versions`)
    await rig.arm('GET', `${WORKSPACE}/${one}/versions/1`)
    await rig.arm('GET', `${WORKSPACE}/${one}/versions/404`)
  }
}

async function fill(rig: Rig, upload: Answer): Promise<string> {
  const sas = new URL(upload.at('blobReferenceForConsumption.credential.sasUri'))
  await rig.call('blob', {
    method: 'PUT',
    target: `${sas.pathname}/score.py${sas.search}`,
    headers: { 'x-ms-blob-type': 'BlockBlob' },
    body: 'print()',
  })
  return upload.at('blobReferenceForConsumption.blobUri')
}

test('every route of the simulated control plane is judged and found right', async () => {
  const rig = await Rig.ready()
  await driveEverything(rig)
  const judgement = await judge(rig.log.all())
  expect(judgement.failures).toEqual([])
  expect(judgement.unexpected).toEqual([])
  expect(Object.keys(judgement.unjudged).toSorted()).toEqual([
    'GET /subscriptions/{}/providers/Microsoft.MachineLearningServices/locations/{}/mfeOperationResults/{}',
    'GET /subscriptions/{}/providers/Microsoft.MachineLearningServices/locations/{}/mfeOperationsStatus/{}',
  ])
  expect(judgement.operations).toMatchInlineSnapshot(`
   [
     "CodeContainers_CreateOrUpdate",
     "CodeContainers_Get",
     "CodeContainers_List",
     "CodeVersions_CreateOrGetStartPendingUpload",
     "CodeVersions_CreateOrUpdate",
     "CodeVersions_Get",
     "CodeVersions_List",
     "EnvironmentContainers_CreateOrUpdate",
     "EnvironmentContainers_Get",
     "EnvironmentContainers_List",
     "EnvironmentVersions_CreateOrUpdate",
     "EnvironmentVersions_Get",
     "EnvironmentVersions_List",
     "ModelContainers_CreateOrUpdate",
     "ModelContainers_Get",
     "ModelContainers_List",
     "ModelVersions_CreateOrUpdate",
     "ModelVersions_Get",
     "ModelVersions_List",
     "OnlineDeployments_CreateOrUpdate",
     "OnlineDeployments_Delete",
     "OnlineDeployments_Get",
     "OnlineDeployments_GetLogs",
     "OnlineDeployments_List",
     "OnlineDeployments_Update",
     "OnlineEndpoints_CreateOrUpdate",
     "OnlineEndpoints_Delete",
     "OnlineEndpoints_Get",
     "OnlineEndpoints_GetToken",
     "OnlineEndpoints_List",
     "OnlineEndpoints_ListKeys",
     "OnlineEndpoints_Update",
     "Workspaces_Get",
   ]
  `)
})

describe('the judge finds', () => {
  const wrong = (body: object) => async () => {
    const rig = await Rig.ready()
    await rig.arm('PUT', ENDPOINT, body)
    const { failures } = await judge(rig.log.all())
    return failures.map(({ side, code }) => `${side} ${code}`)
  }

  test.each([
    [
      'a field it does not know',
      endpointBody({ trafic: {} }),
      'request OBJECT_ADDITIONAL_PROPERTIES',
    ],
    ['a weight that is text', endpointBody({ traffic: { a: '100' } }), 'request INVALID_TYPE'],
    [
      'a missing location',
      { properties: { authMode: 'Key' } },
      'request OBJECT_MISSING_REQUIRED_PROPERTY',
    ],
    [
      'a read-only field',
      endpointBody({ scoringUri: 'https://a.b/score' }),
      'request READONLY_PROPERTY_NOT_ALLOWED_IN_REQUEST',
    ],
  ])('%s', async (_what, body, finding) => {
    expect(await wrong(body)()).toContain(finding)
  })

  test('an unknown route, and says it is off the list', async () => {
    const rig = await Rig.ready()
    await rig.arm('GET', `${WORKSPACE}/nonsense/x`)
    const { unexpected } = await judge(rig.log.all())
    expect(unexpected).toEqual([
      'GET /subscriptions/{}/resourceGroups/{}/providers/Microsoft.MachineLearningServices/workspaces/{}/nonsense/{}',
    ])
  })

  test('an answer of the wrong shape', async () => {
    const rig = await Rig.ready({ polls: 0 })
    await rig.arm('PUT', ENDPOINT, endpointBody())
    await rig.arm('GET', ENDPOINT)
    const spoilt = rig.log.all().map((one) => ({
      ...one,
      responseBody: one.responseBody.replace('"authMode":"Key"', '"authMode":"key"'),
    }))
    const { failures } = await judge(spoilt)
    expect(failures.map(({ side, code }) => `${side} ${code}`)).toContain(
      'response ENUM_CASE_MISMATCH',
    )
  })
})

test('a cut connection is counted and not judged', async () => {
  const rig = await Rig.ready()
  await rig.arm('GET', WORKSPACE)
  const cut = rig.log.all().map((one) => ({ ...one, status: 0, responseBody: '' }))
  expect(await judge(cut)).toMatchObject({ dropped: 1, judged: {}, failures: [] })
})

test('a judgement can be printed', async () => {
  const rig = await Rig.ready()
  await rig.arm('GET', WORKSPACE)
  await rig.arm('GET', WORKSPACE)
  expect(renderJudgement(await judge(rig.log.all()))).toBe(
    [
      'judged   2 x GET /subscriptions/{}/resourceGroups/{}/providers/Microsoft.MachineLearningServices/workspaces/{}',
      '1 operations, 0 connections cut, 0 failures',
    ].join('\n'),
  )
})

test('a route keeps types and takes names out', () => {
  expect(routeOf({ method: 'POST', path: `${ENDPOINT}/listKeys` })).toBe(
    'POST /subscriptions/{}/resourceGroups/{}/providers/Microsoft.MachineLearningServices/workspaces/{}/onlineEndpoints/{}/listKeys',
  )
})
