// What a deploy would write, found out by reads alone: for dry runs.
import type { Sha256 } from '@sluice/rollout'
import { codePath } from './code-asset.ts'
import { mustRecreate } from './deployment-write.ts'
import { environmentPath } from './environment-asset.ts'
import { endpointPath, readEndpoint, readSlot, slotPath, type Site } from './site.ts'
import type { AzureMlWorkload } from './workload.ts'

export interface PendingParts {
  readonly site: Site
  readonly sha256: Sha256
}

/** One line per write, in order: method, path below the workspace, and what for. */
export async function listPendingWrites(
  { site, sha256 }: PendingParts,
  { slot, workload }: { readonly slot: string; readonly workload: AzureMlWorkload },
  signal: AbortSignal,
): Promise<readonly string[]> {
  const has = async (path: string): Promise<boolean> =>
    (await site.arm.send({ method: 'GET', path }, signal)).status === 200
  const writes: string[] = []
  const endpoint = await readEndpoint(site, signal)
  if (endpoint === null) writes.push(`PUT ${endpointPath(site)} (create the endpoint)`)
  const { environment, code } = workload
  if (environment?.kind === 'inline') {
    const path = environmentPath(environment, sha256)
    if (!(await has(path))) writes.push(`PUT ${path} (register the environment)`)
  }
  if (code !== null && !(await has(codePath(code)))) {
    writes.push(
      `upload of ${code.files.length} files of ${code.folder}`,
      `PUT ${codePath(code)} (register the code)`,
    )
  }
  const before = endpoint === null ? null : await readSlot(site, slot, signal)
  const path = slotPath(site, slot)
  if (before !== null && mustRecreate(before, workload)) {
    writes.push(`DELETE ${path} (its instance type cannot change)`)
  }
  return [...writes, `PUT ${path} (${before === null ? 'create' : 'overwrite'} the slot)`]
}
