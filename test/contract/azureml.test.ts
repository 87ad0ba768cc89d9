import { openAzureWorkspace, type AzureMlWorkload } from '@sluice/azureml'
import { seedEndpoint } from '@sluice/twin'
import { workload } from '../../packages/azureml/test/workloads.ts'
import { createAzureWorld, PLACE, SEED_PLACE, SETTINGS } from '../doubles/azure-world.ts'
import { describePlatform } from './platform-contract.ts'

describePlatform<AzureMlWorkload>('Azure ML, simulated', async () => {
  const world = createAzureWorld()
  world.files.set('ml/score.py', 'def run(): pass\n')
  const endpoint = seedEndpoint(world.state, SEED_PLACE, {
    name: 'taxi',
    tags: { team: 'fares' },
    properties: { futureField: { deep: [1] }, description: 'kept' },
  })
  const { platform } = await openAzureWorkspace({
    target: { place: PLACE, endpoint: 'taxi' },
    settings: SETTINGS,
    ports: world.ports,
  })
  const isTrafficWrite = ({ face, method, path }: (typeof world.exchanges)[number]) =>
    face === 'arm' && method === 'PUT' && path.endsWith('/onlineEndpoints/taxi')
  return {
    platform,
    workload: workload(),
    slots: ['blue', 'green'],
    outsider: (traffic) => {
      endpoint.body = {
        ...endpoint.body,
        properties: { ...Object(endpoint.body['properties']), traffic: { ...traffic } },
      }
      return Promise.resolve()
    },
    unknownFields: () => {
      const { tags, properties } = structuredClone(endpoint.body) as Record<
        string,
        Record<string, unknown>
      >
      const { futureField, description } = properties ?? {}
      return Promise.resolve({ team: tags?.['team'], futureField, description })
    },
    trafficWrites: () => world.exchanges.filter(isTrafficWrite).length,
    close: () => Promise.resolve(),
  }
})
