// Control plane: the workspace, read only.
import type { SimAnswer } from '../kernel/simulator.ts'
import { workspaceOfCall, type ArmCall } from './call.ts'
import { PROVIDER, workspaceId } from './ids.ts'

export function getWorkspace(call: ArmCall): SimAnswer {
  const { workspace } = workspaceOfCall(call)
  const group = workspaceId(workspace).split('/providers/')[0]
  return {
    status: 200,
    body: {
      id: workspaceId(workspace),
      name: workspace.name,
      type: `${PROVIDER}/workspaces`,
      location: workspace.location,
      tags: {},
      identity: { type: 'SystemAssigned' },
      properties: {
        workspaceId: workspace.guid,
        friendlyName: workspace.name,
        storageAccount: `${group}/providers/Microsoft.Storage/storageAccounts/twinstorage`,
        keyVault: `${group}/providers/Microsoft.KeyVault/vaults/twinvault`,
        hbiWorkspace: false,
        publicNetworkAccess: 'Enabled',
        provisioningState: 'Succeeded',
      },
    },
  }
}
