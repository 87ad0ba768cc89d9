// Codes of the connection; part of the package's closed table.
export const connectionErrors = {
  KUBERNETES_NO_CONFIG: {
    fault: 'user',
    meaning: 'No kubeconfig was found, or it names no cluster that can be used.',
    hint: 'Set KUBECONFIG in an earlier step (azure/aks-set-context, azure/k8s-set-context), or run inside a cluster.',
  },
} as const
