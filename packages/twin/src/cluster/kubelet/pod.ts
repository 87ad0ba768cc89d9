// The fields of a Pod that a scheduler and a kubelet look at.

export interface PodContainer {
  readonly name: string
  readonly image: string
  readonly restartPolicy?: string
  readonly ports?: readonly { readonly containerPort: number }[]
}

export interface Pod {
  readonly metadata: {
    readonly name: string
    readonly namespace: string
    readonly uid: string
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
    readonly deletionTimestamp?: string
    readonly deletionGracePeriodSeconds?: number
    readonly ownerReferences?: readonly { readonly kind: string; readonly name: string }[]
  }
  readonly spec: {
    readonly nodeName?: string
    readonly restartPolicy?: string
    readonly schedulingGates?: readonly unknown[]
    readonly containers: readonly PodContainer[]
    readonly initContainers?: readonly PodContainer[]
  }
  readonly status?: { readonly phase?: string; readonly podIP?: string }
}

export const podPath = ({ metadata }: Pod): string =>
  `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}`

export const isOfJob = ({ metadata }: Pod): boolean =>
  metadata.ownerReferences?.some(({ kind }) => kind === 'Job') ?? false
