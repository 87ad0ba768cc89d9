// Face `blob`: the part of blob storage that uploads use.
import { createHash } from 'node:crypto'
import type { SimAnswer, SimRequest, World } from '../kernel/simulator.ts'
import type { AzureState } from './state.ts'
import { signatureFits } from './uploads.ts'

/** PUT, GET and HEAD of `/account/container/name` with the signature of the container. */
export function blobFace(request: SimRequest, state: AzureState, world: World): SimAnswer {
  const path = decoded(request.path)
  if (path === null) return refusal(400, 'InvalidUri')
  const container = Object.keys(state.containers).find((one) => path.startsWith(`${one}/`))
  if (!['PUT', 'GET', 'HEAD'].includes(request.method)) return refusal(405, 'UnsupportedHttpVerb')
  const fits =
    container !== undefined &&
    signatureFits({
      key: state.options.tokenKey,
      container,
      query: request.query,
      permission: request.method === 'PUT' ? 'w' : 'r',
      now: world.now(),
    })
  if (!fits) return refusal(403, 'AuthenticationFailed')
  return request.method === 'PUT' ? put(request, state, path) : read(request, state, path)
}

function put(request: SimRequest, state: AzureState, path: string): SimAnswer {
  if (request.query.has('comp')) return refusal(400, 'UnsupportedQueryParameter')
  const type = request.headers['x-ms-blob-type']
  if (type === undefined) return refusal(400, 'MissingRequiredHeader')
  if (type !== 'BlockBlob') return refusal(400, 'InvalidHeaderValue')
  if (path.endsWith('/') || path.split('/').includes('..')) return refusal(400, 'InvalidUri')
  const md5 = createHash('md5').update(request.body).digest('base64')
  const claimed = request.headers['content-md5'] ?? md5
  if (claimed !== md5) return refusal(400, 'Md5Mismatch')
  if (request.headers['if-none-match'] === '*' && state.blobs[path] !== undefined) {
    return refusal(409, 'BlobAlreadyExists')
  }
  state.blobs[path] = {
    base64: request.body.toString('base64'),
    contentType: request.headers['content-type'] ?? 'application/octet-stream',
    md5,
  }
  return { status: 201, headers: { etag: `"${md5}"`, 'content-md5': md5 } }
}

function read(request: SimRequest, state: AzureState, path: string): SimAnswer {
  const blob = state.blobs[path]
  if (blob === undefined) return refusal(404, 'BlobNotFound')
  const bytes = Buffer.from(blob.base64, 'base64')
  const headers = {
    'content-type': blob.contentType,
    'content-length': String(bytes.length),
    'content-md5': blob.md5,
    etag: `"${blob.md5}"`,
    'x-ms-blob-type': 'BlockBlob',
  }
  return request.method === 'HEAD'
    ? { status: 200, headers }
    : { status: 200, headers, body: bytes }
}

function decoded(path: string): string | null {
  try {
    return decodeURIComponent(path)
  } catch {
    return null
  }
}

/** Blob storage speaks XML. */
const refusal = (status: number, code: string): SimAnswer => ({
  status,
  headers: { 'content-type': 'application/xml', 'x-ms-error-code': code },
  body: `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code></Error>`,
})
