// The wrapper modules that etcd and Kubernetes are built from (pure). Kubernetes replaces its staging
// modules with folders that its module archive does not hold; published modules of their own do.

export interface WrapperModule {
  /** Text of go.mod */
  readonly module: string
  /** Text of the file whose imports keep the commands in go.mod */
  readonly tools: string
}

/** `goMod`: the go.mod of k8s.io/kubernetes at `version`, for example 1.36.3. */
export function renderKubernetesModule(goMod: string, version: string): WrapperModule {
  const staged = [...goMod.matchAll(/^\s*(?:replace\s+)?(\S+)\s+=>\s+\.\/staging\//gm)].map(
    ([, name]) => name ?? '',
  )
  if (staged.length === 0)
    throw new Error(`the go.mod of k8s.io/kubernetes@v${version} has no staging modules`)
  const go = /^go\s+(\S+)/m.exec(goMod)?.[1]
  // Kubernetes 1.36.3 publishes its staging modules as 0.36.3.
  const stagingVersion = `v0.${version.slice(version.indexOf('.') + 1)}`
  const module = [
    'module kube.local',
    ...(go === undefined ? [] : [`go ${go}`]),
    `require k8s.io/kubernetes v${version}`,
    ...[...new Set(staged)]
      .toSorted()
      .map((name) => `replace ${name} => ${name} ${stagingVersion}`),
  ]
  return { module: lines(module), tools: renderTools(KUBERNETES_COMMANDS) }
}

export function renderEtcdModule(version: string): WrapperModule {
  return {
    module: lines(['module etcd.local', `require ${ETCD_COMMAND} v${version}`]),
    tools: renderTools([ETCD_COMMAND]),
  }
}

export const ETCD_COMMAND = 'go.etcd.io/etcd/server/v3'
export const KUBERNETES_COMMANDS = [
  'k8s.io/kubernetes/cmd/kube-apiserver',
  'k8s.io/kubernetes/cmd/kube-controller-manager',
]

/** Without these the servers call themselves v0.0.0, and clients cannot read that. */
export function versionFlags(version: string): string {
  const [major, minor] = version.split('.')
  const facts = { gitVersion: `v${version}`, gitMajor: major, gitMinor: minor }
  return Object.entries(facts)
    .map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`)
    .join(' ')
}

const renderTools = (commands: readonly string[]): string =>
  lines([
    '//go:build tools',
    '',
    'package tools',
    '',
    ...commands.map((name) => `import _ "${name}"`),
  ])

const lines = (all: readonly string[]): string => `${all.join('\n')}\n`
