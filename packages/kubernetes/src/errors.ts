// The closed table of this package's codes; `docs/errors.md` is generated from it.
import { errorsOf } from '@sluice/rollout'

export const errors = {
  KUBERNETES_NO_CONFIG: {
    fault: 'user',
    meaning: 'No kubeconfig was found, or it names no cluster that can be used.',
    hint: 'Set KUBECONFIG in an earlier step (azure/aks-set-context, azure/k8s-set-context, ...), or run inside a cluster.',
  },
} as const

export const kubernetesError = errorsOf(errors)
export type KubernetesCode = keyof typeof errors
