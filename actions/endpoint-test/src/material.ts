// What a test needs from files: the target, the requests, the policy. All problems are told at once.
import { readDocument, type Ports } from '@sluice/action'
import { isGet, readPolicyUsed, readRequests, type PolicyUsed } from '@sluice/probe'
import {
  bad,
  good,
  type ProbeRequest,
  type Problem,
  type Result,
  type Target,
} from '@sluice/rollout'
import type { Config } from './config.ts'

export interface Material extends PolicyUsed {
  readonly target: Target
  readonly requests: readonly ProbeRequest[]
}

/** Throws ACTION_... when the target cannot be read at all. */
export async function readMaterial(config: Config, ports: Ports): Promise<Result<Material>> {
  const { document: target } = await readDocument(
    { kind: 'target', input: 'target', given: config.target },
    ports,
  )
  const requests = refuseGets(await readRequests(config.requests, ports.files), config.platform)
  const policy = await readPolicyUsed(config.policyFile, ports)
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
