// The code folder as an asset of the workspace. Its version is its content, so nothing goes up twice.
import { posix } from 'node:path'
import type { HttpDoor } from '@sluice/http'
import { workspacePath, type Arm } from './arm.ts'
import { azuremlError } from './errors.ts'
import { objectIn, textIn } from './json.ts'
import type { AzureFiles } from './ports.ts'
import { refusalError } from './refusal.ts'
import type { CodeSnapshot } from './snapshot.ts'

const CODE_NAME = 'sluice-code'

export interface CodeParts {
  readonly arm: Arm
  readonly http: HttpDoor
  readonly files: AzureFiles
  readonly mask: (secret: string) => void
  readonly progress: (line: string) => void
}

/** Path of the asset that holds this snapshot: the version is the content. */
export const codePath = (snapshot: CodeSnapshot): string =>
  `/codes/${CODE_NAME}/versions/${snapshot.sha256.slice(0, 32)}`

/** Resolves with the asset's id, after an upload when the workspace does not have it yet. */
export async function ensureCode(
  parts: CodeParts,
  snapshot: CodeSnapshot,
  signal: AbortSignal,
): Promise<string> {
  const { arm } = parts
  const path = codePath(snapshot)
  const id = `${workspacePath(arm.place)}${path}`
  const have = await arm.send({ method: 'GET', path }, signal)
  if (have.status === 200) return id
  if (have.status !== 404) throw refusalError(`GET ${path}`, have)
  const codeUri = await upload(parts, { snapshot, path }, signal)
  // Written last: an asset that exists is complete.
  const body = {
    properties: {
      codeUri,
      isAnonymous: false,
      properties: { hash_sha256: snapshot.sha256, hash_version: '202208' },
    },
  }
  const answer = await arm.send({ method: 'PUT', path, body }, signal)
  if (answer.status >= 300) throw refusalError(`PUT ${path}`, answer)
  return id
}

/** Resolves with the address of the folder that now holds the files. */
async function upload(
  parts: CodeParts,
  { snapshot, path }: { readonly snapshot: CodeSnapshot; readonly path: string },
  signal: AbortSignal,
): Promise<string> {
  const { folder, files } = snapshot
  const request = {
    method: 'POST',
    path: `${path}/startPendingUpload`,
    body: { pendingUploadType: 'TemporaryBlobReference' },
  } as const
  const answer = await parts.arm.send(request, signal)
  if (answer.status !== 200) throw refusalError(`POST ${request.path}`, answer)
  const reference = objectIn(answer.body, 'blobReferenceForConsumption')
  const blobUri = textIn(reference, 'blobUri')
  const sasUri = textIn(objectIn(reference, 'credential'), 'sasUri')
  if (blobUri === null || sasUri === null || !isHttps(blobUri) || !isHttps(sasUri)) {
    throw azuremlError(
      'AZUREML_ANSWER_STRANGE',
      `POST ${request.path}: found no https address to upload to`,
    )
  }
  maskSignature(parts, sasUri)
  parts.progress(`uploading ${files.length} files of ${folder}`)
  for (const file of files) {
    const bytes = await parts.files.readBytes(posix.join(folder, file))
    await putBlob(parts, { url: blobUrl(sasUri, file), file, bytes }, signal)
  }
  return blobUri.replace(/\/+$/, '')
}

async function putBlob(
  { http }: CodeParts,
  blob: { readonly url: string; readonly file: string; readonly bytes: Uint8Array },
  signal: AbortSignal,
): Promise<void> {
  const answer = await http({
    method: 'PUT',
    url: blob.url,
    headers: {
      'content-type': 'application/octet-stream',
      'x-ms-blob-type': 'BlockBlob',
      'x-ms-version': '2023-11-03',
    },
    body: blob.bytes,
    deadlineSeconds: 300,
    signal,
  })
  if (answer.status === 201) return
  const id = answer.requestId === null ? '' : `, request id ${answer.requestId}`
  throw azuremlError(
    'AZUREML_UNAVAILABLE',
    `upload of ${blob.file}: the storage answered ${answer.status}${id}`,
  )
}

/** `<address>?<signature>` with a file below the address. */
export function blobUrl(sasUri: string, file: string): string {
  const url = new URL(sasUri)
  const path = file.split('/').map(encodeURIComponent).join('/')
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/${path}`
  return url.toString()
}

function maskSignature({ mask }: CodeParts, sasUri: string): void {
  const { search, searchParams } = new URL(sasUri)
  const signature = searchParams.get('sig')
  for (const secret of [
    search.slice(1),
    signature,
    signature === null ? null : encodeURIComponent(signature),
  ]) {
    if (secret !== null && secret !== '') mask(secret)
  }
}

const isHttps = (url: string): boolean => URL.canParse(url) && new URL(url).protocol === 'https:'
