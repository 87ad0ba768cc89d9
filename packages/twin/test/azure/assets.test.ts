import { describe, expect, test } from '@jest/globals'
import { Rig, VERSION, WORKSPACE, type Answer } from './rig.ts'

const versionsOf = (answer: Answer) =>
  (answer.json().value as unknown as { readonly name: string }[]).map(({ name }) => name)

describe('versions of a model', () => {
  const list = `${WORKSPACE}/models/taxi/versions`
  test.each([
    ['newest first without a wish', list, ['4', '3', '2', '1']],
    ['the newest, by order and top', `${list}?$orderBy=createdtime%20desc&$top=1`, ['4']],
    ['the oldest first', `${list}?$orderBy=createdtime%20asc`, ['1', '2', '3', '4']],
    ['those with a tag', `${list}?tags=git_commit%3Dcommit-2`, ['2']],
    ['those with any value of a tag', `${list}?tags=git_commit&$top=30`, ['4', '3', '2', '1']],
    ['none with another tag', `${list}?tags=git_commit%3Dnone`, []],
    ['one by number', `${list}?version=3`, ['3']],
    ['archived ones', `${list}?listViewType=ArchivedOnly`, []],
  ])('%s', async (_what, path, wanted) => {
    const rig = await Rig.ready()
    expect(versionsOf(await rig.arm('GET', path))).toEqual(wanted)
  })

  test('come page by page, by the link that was given', async () => {
    const rig = await Rig.ready()
    const first = await rig.arm('GET', `${list}?$top=3`)
    const second = await rig.follow(first.at('nextLink'))
    expect([...versionsOf(first), ...versionsOf(second)]).toEqual(['4', '3', '2', '1'])
    expect(second.json().nextLink).toBeUndefined()
  })

  test.each(['$orderBy=name', '$top=many', 'listViewType=Some'])('refuse %s', async (query) => {
    const rig = await Rig.ready()
    expect((await rig.arm('GET', `${list}?${query}`)).status).toBe(400)
  })

  test('can be archived and tagged, and not changed', async () => {
    const rig = await Rig.ready()
    const one = `${list}/1`
    const { properties } = (await rig.arm('GET', one)).json()
    const modelUri = properties?.modelUri
    const archived = { properties: { modelUri, modelType: 'custom_model', isArchived: true } }
    expect((await rig.arm('PUT', one, archived)).status).toBe(200)
    expect(versionsOf(await rig.arm('GET', list))).toEqual(['4', '3', '2'])
    const moved = { properties: { modelUri: 'azureml://other', modelType: 'custom_model' } }
    expect((await rig.arm('PUT', one, moved)).status).toBe(409)
  })

  test('the container knows the latest', async () => {
    const rig = await Rig.ready()
    const { properties } = (await rig.arm('GET', `${WORKSPACE}/models/taxi`)).json()
    expect(properties).toMatchObject({ latestVersion: '4', nextVersion: '5' })
  })

  test('an unknown model or version is not found', async () => {
    const rig = await Rig.ready()
    expect((await rig.arm('GET', `${WORKSPACE}/models/none/versions`)).status).toBe(404)
    expect((await rig.arm('GET', `${list}/9`)).status).toBe(404)
    expect((await rig.arm('GET', `${list}/constructor`)).status).toBe(404)
  })
})

test.each([
  [
    'an environment with image and build',
    'environments/e',
    { image: 'a', build: { contextUri: 'x' } },
  ],
  ['an environment without image', 'environments/e', { condaFile: 'x' }],
  ['a curated name', 'environments/AzureML-mine', { image: 'a' }],
  ['a model without uri', 'models/m', {}],
  ['a wrong version', 'models/m', { modelUri: 'x', provisioningState: 'Succeeded' }],
])('%s is refused', async (_what, asset, properties) => {
  const rig = await Rig.ready()
  const answer = await rig.arm('PUT', `${WORKSPACE}/${asset}/versions/1`, { properties })
  expect(answer.status).toBe(400)
})

describe('an upload of code', () => {
  const code = `${WORKSPACE}/codes/code/versions/1`

  async function start(rig: Rig) {
    const upload = await rig.arm('POST', `${code}/startPendingUpload`, {
      pendingUploadType: 'TemporaryBlobReference',
    })
    const sas = new URL(upload.at('blobReferenceForConsumption.credential.sasUri'))
    const blobUri = upload.at('blobReferenceForConsumption.blobUri')
    const put = (parts: { path?: string; query?: string; type?: string; md5?: string }) =>
      rig.call('blob', {
        method: 'PUT',
        target: `${parts.path ?? `${sas.pathname}/src/score.py`}${parts.query ?? sas.search}`,
        headers: {
          'x-ms-blob-type': parts.type ?? 'BlockBlob',
          ...(parts.md5 !== undefined && { 'content-md5': parts.md5 }),
        },
        body: 'print("taxi")',
      })
    return { sas, blobUri, put }
  }

  test('is put, read back, and then registered', async () => {
    const rig = await Rig.ready()
    const { sas, blobUri, put } = await start(rig)
    expect((await put({})).status).toBe(201)
    const target = `${sas.pathname}/src/score.py${sas.search}`
    expect((await rig.call('blob', { method: 'GET', target })).text).toBe('print("taxi")')
    const head = await rig.call('blob', { method: 'HEAD', target })
    expect([head.status, head.headers['content-length']]).toEqual([200, '13'])
    const body = { properties: { codeUri: `${blobUri}/src`, properties: { hash_sha256: 'abc' } } }
    expect((await rig.arm('PUT', code, body)).status).toBe(201)
    const versions = `${WORKSPACE}/codes/code/versions`
    expect(versionsOf(await rig.arm('GET', `${versions}?hash=abc`))).toEqual(['1'])
    expect(versionsOf(await rig.arm('GET', `${versions}?hash=other`))).toEqual([])
  })

  test('without blobs is not registered, nor with the signature in its address', async () => {
    const rig = await Rig.ready()
    const { sas, blobUri, put } = await start(rig)
    const register = (codeUri: string) => rig.arm('PUT', code, { properties: { codeUri } })
    expect((await register(`${blobUri}/src`)).status).toBe(400)
    await put({})
    expect((await register(`${blobUri}/other`)).status).toBe(400)
    expect((await register(`${blobUri}/src${sas.search}`)).status).toBe(400)
    expect((await register(`${blobUri}/src`)).status).toBe(201)
  })

  test('is refused without, with a wrong and with an old signature', async () => {
    const rig = await Rig.ready()
    const { sas, put } = await start(rig)
    expect((await put({ query: '' })).status).toBe(403)
    expect((await put({ query: sas.search.replace(/sp=\w+/, 'sp=rwdl') })).status).toBe(403)
    expect((await put({ path: '/twinstorage/elsewhere/score.py' })).status).toBe(403)
    rig.now += 2 * 3600_000
    expect((await put({})).status).toBe(403)
  })

  test('is refused as another blob type, or with a wrong checksum', async () => {
    const rig = await Rig.ready()
    const { put } = await start(rig)
    expect((await put({ type: 'PageBlob' })).status).toBe(400)
    expect((await put({ path: '/twinstorage/%E0%A4%A' })).status).toBe(400)
    expect((await put({ md5: 'AAAA' })).status).toBe(400)
    expect(rig.azure.state.blobs).toEqual({})
  })
})

describe('the workspace', () => {
  test('says where it is', async () => {
    const rig = await Rig.ready()
    expect((await rig.arm('GET', WORKSPACE)).json()).toMatchObject({
      name: 'ws-one',
      location: 'westeurope',
    })
  })

  test('is not found under another name', async () => {
    const rig = await Rig.ready()
    const answer = await rig.arm('GET', WORKSPACE.replace('ws-one', 'ws-none'))
    expect([answer.status, answer.json().error?.code]).toEqual([404, 'ResourceNotFound'])
  })

  test('wants the api-version, and exactly this one', async () => {
    const rig = await Rig.ready()
    const headers = { authorization: `Bearer ${rig.token}` }
    const get = (target: string) => rig.call('arm', { method: 'GET', target, headers })
    expect((await get(WORKSPACE)).json().error?.code).toBe('MissingApiVersionParameter')
    const old = await get(`${WORKSPACE}?api-version=2022-10-01`)
    expect(old.json().error?.code).toBe('InvalidApiVersionParameter')
    expect((await get(`${WORKSPACE}?api-version=${VERSION}`)).status).toBe(200)
  })
})
