// A whole bed: control plane, node, fake kubelet. Nothing of it outlives this process.
import { randomBytes } from 'node:crypto'
import { makeCertificate } from '../kernel/certificate.ts'
import { ApiClient } from './api-client.ts'
import type { ServerFiles } from './control-plane-flags.ts'
import { startControlPlane, type ControlPlane } from './control-plane.ts'
import { egressSocket, serveEgress } from './kubelet/egress.ts'
import { Kubelet } from './kubelet/kubelet.ts'
import { registerNode } from './kubelet/node.ts'
import { PodHttp, type PodProgram } from './kubelet/pod-http.ts'
import { serveKubelet } from './kubelet/server.ts'

export interface Cluster extends ControlPlane {
  readonly kubelet: Kubelet
  /** Where other processes of this machine change fates, and the header x-control-token they send. */
  readonly control: { readonly url: string; readonly token: string; readonly ca: string }
  /** From the first process to a node that takes pods. */
  readonly seconds: number
}

export interface ClusterOptions {
  /**
   * Pods also answer on this port of their own addresses. Only inside a network namespace that
   * routes 10.66.0.0/16 to itself; everywhere else pods answer through the API server alone.
   */
  readonly podPort?: number
  /** What pods answer; absent: as their annotations say. */
  readonly program?: PodProgram
}

export async function startCluster(
  files: ServerFiles,
  options: ClusterOptions = {},
): Promise<Cluster> {
  const began = performance.now()
  const plane = await startControlPlane(files)
  try {
    const user = plane.users.get('kubelet')
    const client = new ApiClient({ ...plane, token: user?.token ?? '' })
    const kubelet = new Kubelet(client)
    const certificate = await makeCertificate()
    const token = randomBytes(24).toString('hex')
    const pods = new PodHttp(kubelet, options.program)
    const server = await serveKubelet({ kubelet, requests: pods.requests, token }, certificate)
    const egress = await serveEgress(egressSocket(plane.folder), pods)
    if (options.podPort !== undefined) await pods.listen(options.podPort)
    await registerNode(client, server.port)
    const running = kubelet.run()
    return {
      ...plane,
      kubelet,
      control: { url: `https://127.0.0.1:${server.port}/control`, token, ca: certificate.cert },
      seconds: (performance.now() - began) / 1000,
      stop: async () => {
        kubelet.stop()
        await plane.stop()
        await running
        client.close()
        server.close()
        egress.close()
        pods.close()
      },
    }
  } catch (error) {
    await plane.stop()
    throw error
  }
}
