// Where the real parts are: etcd, kube-apiserver, kube-controller-manager, kubectl, helm.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { ServerFiles } from './control-plane-flags.ts'
import { PartsMissing } from './failure.ts'

export interface Binaries {
  readonly server: ServerFiles
  readonly kubectl: string
  readonly helm: string
}

type Environment = Readonly<Record<string, string | undefined>>

export async function findBinaries(env: Environment): Promise<Binaries> {
  const own = env['SLUICE_CLUSTER_BIN']
  if (own === undefined || own === '') throw new PartsMissing('SLUICE_CLUSTER_BIN is not set')
  const file = (name: string): string => {
    const path = join(own, name)
    if (!existsSync(path)) throw new PartsMissing(`SLUICE_CLUSTER_BIN=${own} has no ${name}`)
    return path
  }
  return {
    server: {
      etcd: file('etcd'),
      apiServer: file('kube-apiserver'),
      controllerManager: file('kube-controller-manager'),
    },
    kubectl: file('kubectl'),
    helm: file('helm'),
  }
}
