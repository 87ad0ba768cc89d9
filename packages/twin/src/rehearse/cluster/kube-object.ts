// A Kubernetes object, as far as a rehearsal looks into it.

export interface Container {
  readonly name: string
  readonly image: string
}

export interface KubeObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly uid?: string
    readonly generation?: number
    readonly managedFields?: readonly { readonly manager: string }[]
  }
  readonly spec?: {
    readonly replicas?: number
    readonly template?: { readonly spec: { readonly containers: readonly Container[] } }
  }
  readonly status?: {
    readonly observedGeneration?: number
    readonly replicas?: number
    readonly updatedReplicas?: number
    readonly readyReplicas?: number
  }
}

export const renderName = ({ kind, metadata }: KubeObject): string => `${kind}/${metadata.name}`

export const imagesOf = ({ spec }: KubeObject): readonly string[] =>
  spec?.template?.spec.containers.map(({ image }) => image) ?? []

/** An object without pods is ready once it is there; others when as many pods as wanted are, and no more. */
export function isReady({ metadata, spec, status = {} }: KubeObject): boolean {
  if (spec?.template === undefined || spec.replicas === undefined) return true
  const { observedGeneration, replicas = 0, updatedReplicas = 0, readyReplicas = 0 } = status
  return (
    observedGeneration === metadata.generation &&
    [replicas, updatedReplicas, readyReplicas].every((count) => count === spec.replicas)
  )
}
