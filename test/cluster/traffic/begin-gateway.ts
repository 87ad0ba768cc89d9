// The gateway of the traffic suites, in front of a cluster that this process holds.
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { findGateway, startGateway, type Cluster, type Definition } from '@sluice/twin'
import { parse } from 'yaml'
import type { GatewayFacts } from '../facts.ts'

const folder = fileURLToPath(new URL('../../crds/gateway-api/standard/', import.meta.url))

export async function beginGateway(cluster: Cluster): Promise<GatewayFacts> {
  const { file, origin } = await findGateway(process.env)
  const definitions = readdirSync(folder).map(
    (name) => parse(readFileSync(`${folder}${name}`, 'utf8')) as Definition,
  )
  const { address, metrics, names, seconds } = await startGateway(cluster, { file, definitions })
  return { address, metrics, names, origin, seconds }
}
