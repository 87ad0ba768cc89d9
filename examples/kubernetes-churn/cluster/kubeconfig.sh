#!/bin/sh
# Prints the kubeconfig of one account in base64, for the secret KUBECONFIG of one GitHub environment. Whoever
# runs the cluster calls it:  sh cluster/kubeconfig.sh NAMESPACE ACCOUNT | gh secret set KUBECONFIG --env ENVIRONMENT
# The token ends after 90 days, or sooner where the cluster says so: then call it again.
set -eu
namespace=${1:?NAMESPACE ACCOUNT}
account=${2:?NAMESPACE ACCOUNT}
cluster() { kubectl config view --minify --raw --flatten --output "jsonpath={.clusters[0].cluster.$1}"; }
server=$(cluster server)
authority=$(cluster certificate-authority-data)
token=$(kubectl --namespace "$namespace" create token "$account" --duration 2160h)
base64 <<YAML | tr -d '\n'
apiVersion: v1
kind: Config
clusters:
  - name: cluster
    cluster:
      server: $server
      certificate-authority-data: $authority
users:
  - name: $account
    user:
      token: $token
contexts:
  - name: $account
    context: { cluster: cluster, user: $account, namespace: $namespace }
current-context: $account
YAML
