// Codes of the connection; part of the package's closed table.
export const connectionErrors = {
  KUBERNETES_NO_CONFIG: {
    fault: 'user',
    meaning: 'No kubeconfig was found, or it names no cluster that can be used.',
    hint: 'Set KUBECONFIG in an earlier step (azure/aks-set-context, azure/k8s-set-context), or run inside a cluster.',
  },
  KUBERNETES_BAD_CONFIG: {
    fault: 'user',
    meaning: 'A kubeconfig was found, but it cannot be read or what it says cannot be used.',
    hint: 'Mend the named field, or let azure/aks-set-context or azure/k8s-set-context write the file again.',
  },
  KUBERNETES_CREDENTIALS: {
    fault: 'user',
    meaning: 'The kubeconfig says how to get credentials, and that did not work.',
    hint: 'Install and log in what the kubeconfig names (for AKS: azure/use-kubelogin and `kubelogin convert-kubeconfig`).',
  },
  KUBERNETES_UNAUTHORIZED: {
    fault: 'user',
    meaning: 'The API server does not accept the credentials of the kubeconfig.',
    hint: 'Log in again in an earlier step, so that the kubeconfig holds credentials that have not expired.',
  },
  KUBERNETES_NOT_TRUSTED: {
    fault: 'user',
    meaning:
      'The certificate of the API server is not signed by an authority that the kubeconfig trusts.',
    hint: 'Put the authority of this cluster into `certificate-authority-data`, and the name in its certificate into `tls-server-name`.',
  },
  KUBERNETES_BAD_PATH: {
    fault: 'user',
    meaning: 'The path of a request leads out of the service that it is for.',
    hint: 'Write the path that the service itself knows, such as /score: without .., //, blanks and backslashes.',
  },
  KUBERNETES_NO_DISCOVERY: {
    fault: 'platform',
    meaning: 'The API server does not say which kinds it knows.',
    hint: 'Check that the address is that of a Kubernetes API server and that the account may read /api and /apis.',
  },
} as const
