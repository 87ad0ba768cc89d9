// The users of a cluster: each is one random token in the API server's token file.
import { randomBytes } from 'node:crypto'

export interface ClusterUser {
  readonly name: string
  readonly token: string
  readonly groups: readonly string[]
}

export const ADMIN = 'admin'
export const GATEWAY_USER = 'gateway'
const CONTROLLERS = 'system:kube-controller-manager'

/** Users without a group: they may do what a test's Role says, and nothing else. */
export const RESTRICTED_USERS: readonly string[] = Array.from(
  { length: 24 },
  (_, index) => `restricted-${index + 1}`,
)

export function makeUsers(): ReadonlyMap<string, ClusterUser> {
  // Without system:masters the controller manager cannot act for all its controllers.
  const privileged = [ADMIN, CONTROLLERS, 'kubelet', GATEWAY_USER].map(
    (name) => [name, ['system:masters']] as const,
  )
  const plain = RESTRICTED_USERS.map((name) => [name, []] as const)
  return new Map(
    [...privileged, ...plain].map(([name, groups]) => [
      name,
      { name, token: randomBytes(24).toString('hex'), groups },
    ]),
  )
}

/** token,user,uid,"group,group" */
export function renderTokenFile(users: Iterable<ClusterUser>): string {
  return [...users]
    .map(({ name, token, groups }, index) =>
      [
        token,
        name,
        String(index + 1),
        ...(groups.length > 0 ? [`"${groups.join(',')}"`] : []),
      ].join(','),
    )
    .map((line) => `${line}\n`)
    .join('')
}

export const CONTROLLER_MANAGER_USER = CONTROLLERS
