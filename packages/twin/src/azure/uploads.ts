// Uploads: the container handed out by startPendingUpload and its signature.
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { SimAnswer } from '../kernel/simulator.ts'
import { bodyOf, workspaceOfCall, type ArmCall } from './call.ts'
import { nextGuid, workspaceId } from './ids.ts'
import { badRequest } from './refusal.ts'

const ACCOUNT = 'twinstorage'
const PERMISSIONS = 'rwl'
const SAS_VERSION = '2021-08-06'
const UPLOAD_SECONDS = 3600

/** POST codes/{name}/versions/{version}/startPendingUpload: a fresh container and a URL to fill it. */
export function startPendingUpload(call: ArmCall): SimAnswer {
  const { workspace } = workspaceOfCall(call)
  const body = call.request.body.length === 0 ? {} : bodyOf(call)
  const kind = body.pendingUploadType ?? 'TemporaryBlobReference'
  if (kind !== 'TemporaryBlobReference') {
    throw badRequest('pendingUploadType must be TemporaryBlobReference.', 'pendingUploadType')
  }
  const id = typeof body.pendingUploadId === 'string' ? body.pendingUploadId : nextGuid(call.state)
  const container = `/${ACCOUNT}/${workspace.guid}-${nextGuid(call.state)}`
  const expires = call.world.now() + UPLOAD_SECONDS * 1000
  call.state.containers[container] = { expires }
  const blobUri = `${call.world.origin('blob')}${container}`
  return {
    status: 200,
    body: {
      pendingUploadId: id,
      pendingUploadType: kind,
      blobReferenceForConsumption: {
        blobUri,
        storageAccountArmId: `${workspaceId(workspace).split('/providers/')[0]}/providers/Microsoft.Storage/storageAccounts/${ACCOUNT}`,
        credential: {
          credentialType: 'SAS',
          sasUri: `${blobUri}?${signatureQuery(call.state.options.tokenKey, container, expires)}`,
        },
      },
    },
  }
}

function signatureQuery(key: string, container: string, expires: number): string {
  const se = new Date(expires).toISOString().replace(/\.\d+Z$/, 'Z')
  const fields = { sv: SAS_VERSION, sr: 'c', sp: PERMISSIONS, se }
  return new URLSearchParams({ ...fields, sig: sign(key, container, fields) }).toString()
}

function sign(key: string, container: string, fields: Readonly<Record<string, string>>): string {
  const text = [container, fields.sv, fields.sr, fields.sp, fields.se].join('\n')
  return createHmac('sha256', key).update(text).digest('base64')
}

/** True when the query is a valid signature for the container, still open, with the permission. */
export function signatureFits(parts: {
  readonly key: string
  readonly container: string
  readonly query: URLSearchParams
  readonly permission: 'r' | 'w'
  readonly now: number
}): boolean {
  const { key, container, query } = parts
  const field = (name: string): string => query.get(name) ?? ''
  const fields = { sv: field('sv'), sr: field('sr'), sp: field('sp'), se: field('se') }
  const wanted = Buffer.from(sign(key, container, fields))
  const found = Buffer.from(field('sig'))
  if (wanted.length !== found.length || !timingSafeEqual(wanted, found)) return false
  return fields.sp.includes(parts.permission) && parts.now < Date.parse(fields.se)
}
