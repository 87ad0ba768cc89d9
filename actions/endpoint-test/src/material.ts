// What a test needs from files: the target, the requests, the policy. All problems are told at once.
import { readDocument, type Ports } from '@sluice/action'
import { DEFAULT_POLICY, type Policy } from '@sluice/evidence'
import { isGet, parsePolicyText, readRequests } from '@sluice/probe'
import {
  bad,
  good,
  type ProbeRequest,
  type Problem,
  type Result,
  type Target,
} from '@sluice/rollout'
import type { Config } from './config.ts'

export interface PolicyUsed {
  readonly policy: Policy
  /** null: there is no policy file, and the defaults hold. */
  readonly file: string | null
  /** sha256 hex of the file's bytes. */
  readonly digest: string | null
}

export interface Material extends PolicyUsed {
  readonly target: Target
  readonly requests: readonly ProbeRequest[]
}

const DEFAULT_POLICY_FILE = 'sluice.policy.yml'

/** Throws ACTION_... when the target cannot be read at all. */
export async function readMaterial(config: Config, ports: Ports): Promise<Result<Material>> {
  const { document: target } = await readDocument(
    { kind: 'target', input: 'target', given: config.target },
    ports,
  )
  const requests = refuseGets(await readRequests(config.requests, ports.files), config.platform)
  const policy = await readPolicy(config.policyFile, ports)
  const problems: Problem[] = [
    ...(target.platform === config.platform
      ? []
      : [
          {
            where: 'input target',
            message: `is of platform ${target.platform}; wanted ${config.platform}`,
          },
        ]),
    ...(requests.ok
      ? []
      : requests.problems.map(({ where, message }) => ({
          where: where === config.requests ? 'input requests' : `input requests, ${where}`,
          message,
        }))),
    ...(policy.ok ? [] : policy.problems),
  ]
  if (!requests.ok || !policy.ok || problems.length > 0) return bad(...problems)
  return good({ target, requests: requests.value, ...policy.value })
}

/** An empty file stands for a GET, which scoring on Azure ML does not know. */
function refuseGets(
  requests: Result<readonly ProbeRequest[]>,
  platform: Config['platform'],
): Result<readonly ProbeRequest[]> {
  if (!requests.ok || platform !== 'azureml') return requests
  const gets = requests.value.filter(isGet)
  if (gets.length === 0) return requests
  const message = 'is empty; wanted the JSON body of a scoring request'
  return bad(...gets.map(({ name }) => ({ where: name, message })))
}

async function readPolicy(given: string | null, ports: Ports): Promise<Result<PolicyUsed>> {
  const file = given ?? DEFAULT_POLICY_FILE
  const kind = await ports.files.kind(file)
  if (given === null && kind === 'absent') {
    return good({ policy: DEFAULT_POLICY, file: null, digest: null })
  }
  if (kind !== 'file') {
    return bad({
      where: 'input policy-file',
      message: `${file} is ${kind === 'folder' ? 'a folder' : 'absent'}; wanted a file`,
    })
  }
  const bytes = await ports.files.readBytes(file)
  const policy = parsePolicyText(new TextDecoder().decode(bytes), { file })
  return policy.ok ? good({ policy: policy.value, file, digest: ports.sha256Bytes(bytes) }) : policy
}
