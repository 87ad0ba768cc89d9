// A small workload for tests: a registered model, an inline environment, one file of code.
import type { AzureMlWorkload } from '@sluice/azureml'
import { PLACE } from '../../../test/doubles/azure-world.ts'

const WORKSPACE = `/subscriptions/${PLACE.subscription}/resourceGroups/${PLACE.resourceGroup}/providers/Microsoft.MachineLearningServices/workspaces/${PLACE.workspace}`

export const workload = (): AzureMlWorkload => ({
  endpoint: {
    name: 'taxi',
    location: null,
    tags: {},
    identity: { type: 'SystemAssigned' },
    properties: { authMode: 'Key' },
    ignored: [],
  },
  createEndpoint: true,
  deployment: {
    endpointName: 'taxi',
    model: { kind: 'name', name: 'fare', version: '1' },
    code: { folder: '.', scoringScript: 'score.py' },
    environment: null,
    settings: { instanceType: 'Standard_DS3_v2' },
    capacity: 2,
    tags: { team: 'fares' },
  },
  model: { id: `${WORKSPACE}/models/fare/versions/1`, label: 'fare:1' },
  environment: {
    kind: 'inline',
    image: 'example.test/base:1',
    conda: 'name: x\n',
    condaSha256: 'ab'.repeat(32),
    inferenceConfig: null,
  },
  code: { folder: 'ml', files: ['score.py'], sha256: 'cd'.repeat(32) },
  provenance: {},
})
