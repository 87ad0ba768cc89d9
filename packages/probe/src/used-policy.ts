// The policy that a test or a check follows: the file that was named, the default one, or the defaults.
import { DEFAULT_POLICY, type Policy } from '@sluice/evidence'
import { bad, good, type Result } from '@sluice/rollout'
import { parsePolicyText } from './policy-file.ts'
import type { ReadableFiles } from './request-files.ts'

export interface PolicyUsed {
  readonly policy: Policy
  /** null: there is no policy file, and the defaults hold. */
  readonly file: string | null
  /** sha256 hex of the file's bytes. */
  readonly digest: string | null
}

export interface PolicyFiles extends Pick<ReadableFiles, 'kind'> {
  readBytes(path: string): Promise<Uint8Array>
}

export const DEFAULT_POLICY_FILE = 'sluice.policy.yml'

/** `given` null: `sluice.policy.yml` if it is there. */
export async function readPolicyUsed(
  given: string | null,
  {
    files,
    sha256Bytes,
  }: { readonly files: PolicyFiles; readonly sha256Bytes: (bytes: Uint8Array) => string },
): Promise<Result<PolicyUsed>> {
  const file = given ?? DEFAULT_POLICY_FILE
  const kind = await files.kind(file)
  if (given === null && kind === 'absent') {
    return good({ policy: DEFAULT_POLICY, file: null, digest: null })
  }
  if (kind !== 'file') {
    return bad({
      where: 'input policy-file',
      message: `${file} is ${kind === 'folder' ? 'a folder' : 'absent'}; wanted a file`,
    })
  }
  const bytes = await files.readBytes(file)
  const policy = parsePolicyText(new TextDecoder().decode(bytes), { file })
  return policy.ok ? good({ policy: policy.value, file, digest: sha256Bytes(bytes) }) : policy
}
