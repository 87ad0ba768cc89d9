// The one node of a bed, as its kubelet registers it.
import type { ApiClient } from '../api-client.ts'
import { ClusterFailure } from '../failure.ts'

export const NODE = 'fake-1'

/** `port`: of the kubelet's own HTTPS server, where the API server asks for logs. */
export async function registerNode(client: ApiClient, port: number): Promise<void> {
  const path = `/api/v1/nodes/${NODE}`
  const labels = { 'kubernetes.io/hostname': NODE, 'kubernetes.io/os': 'linux' }
  const made = await client.ask({
    method: 'POST',
    path: '/api/v1/nodes',
    body: { apiVersion: 'v1', kind: 'Node', metadata: { name: NODE, labels } },
  })
  if (made.status !== 201) throw refused('made', made)
  const status = await client.ask({
    method: 'PATCH',
    path: `${path}/status`,
    body: { status: renderNodeStatus(port, new Date().toISOString()) },
    type: 'application/strategic-merge-patch+json',
  })
  if (status.status !== 200) throw refused('made ready', status)
  // Admission taints every new node as not ready, and the controller that takes it away is off.
  const untainted = await client.ask({
    method: 'PATCH',
    path,
    body: { spec: { taints: null } },
    type: 'application/merge-patch+json',
  })
  if (untainted.status !== 200) throw refused('freed of its taint', untainted)
}

const refused = (
  what: string,
  answer: { status: number; body: Readonly<Record<string, unknown>> },
) =>
  new ClusterFailure(
    `the node ${NODE} could not be ${what}: ${answer.status} ${String(answer.body['message'])}`,
  )

function renderNodeStatus(port: number, now: string): object {
  const room = { cpu: '1000', memory: '1Ti', pods: '10000', 'ephemeral-storage': '1Ti' }
  return {
    capacity: room,
    allocatable: room,
    conditions: [
      {
        type: 'Ready',
        status: 'True',
        reason: 'KubeletReady',
        message: 'the fake kubelet is up',
        lastHeartbeatTime: now,
        lastTransitionTime: now,
      },
    ],
    addresses: [
      { type: 'InternalIP', address: '127.0.0.1' },
      { type: 'Hostname', address: NODE },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: port } },
    nodeInfo: {
      kubeletVersion: 'v1.36.3',
      architecture: 'amd64',
      operatingSystem: 'linux',
      containerRuntimeVersion: 'fake://1',
      bootID: '',
      kernelVersion: '',
      kubeProxyVersion: '',
      machineID: '',
      osImage: '',
      systemUUID: '',
    },
  }
}
