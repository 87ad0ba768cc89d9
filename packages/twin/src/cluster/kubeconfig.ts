// A kubeconfig file with one cluster, one user and everything inside.

export interface KubeconfigFacts {
  readonly server: string
  /** PEM */
  readonly ca: string
  readonly user: string
  readonly token: string
}

/** YAML that is JSON: every reader takes it, and nothing needs quoting rules. */
export function renderKubeconfig(facts: KubeconfigFacts): string {
  const { server, ca, user, token } = facts
  const data = Buffer.from(ca, 'utf8').toString('base64')
  return `${JSON.stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'sluice-test',
      clusters: [{ name: 'sluice-test', cluster: { server, 'certificate-authority-data': data } }],
      users: [{ name: user, user: { token } }],
      contexts: [{ name: 'sluice-test', context: { cluster: 'sluice-test', user } }],
    },
    null,
    2,
  )}\n`
}

export const kubeconfigPath = (folder: string, user: string): string =>
  `${folder}/${user.replaceAll(':', '-')}.kubeconfig`
