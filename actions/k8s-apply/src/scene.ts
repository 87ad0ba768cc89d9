// What every mode begins with: manifests read and placed, a connection, the application's set.
import type { Ports } from '@sluice/action'
import {
  applicationSetOf,
  connect,
  invalidManifests,
  invalidSet,
  placeManifests,
  readManifests,
  replaceImages,
  secretValuesOf,
  type ApiServer,
  type ApplicationSet,
  type Manifest,
  type PlacedManifest,
} from '@sluice/kubernetes'
import { good, type Result } from '@sluice/rollout'
import { adviseOn } from './advising.ts'
import type { Config } from './config.ts'
import { createLedger, ledgered, type Ledger } from './ledger.ts'

export interface Scene {
  readonly config: Config
  readonly ports: Ports
  /** Tells the ledger of its writes. */
  readonly api: ApiServer
  readonly ledger: Ledger
  /** Of objects that name none. */
  readonly namespace: string
  readonly placed: readonly PlacedManifest[]
  readonly set: ApplicationSet | null
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly deadline: number
}

/** Reads only. Throws KUBERNETES_MANIFESTS_INVALID with all problems. The caller closes `api`. */
export async function openScene(config: Config, ports: Ports): Promise<Scene> {
  const manifests = taken(await readMaterial(config, ports))
  const api = await connect({ context: config.context }, ports)
  try {
    const namespace = config.namespace ?? api.namespace
    const placed = taken(
      placeManifests(manifests, {
        resources: await api.resources(),
        namespace: config.namespace,
        contextNamespace: api.namespace,
      }),
    )
    const set = setOf(config, { namespace, ports })
    if (config.mode === 'apply' || config.mode === 'diff')
      adviseOn(placed, { config, log: ports.log })
    const startedAt = ports.clock.now()
    const deadline = startedAt + config.timeoutSeconds * 1000
    const ledger = createLedger()
    return {
      config,
      ports,
      api: ledgered(api, { ledger, set }),
      ledger,
      namespace,
      placed,
      set,
      startedAt,
      deadline,
    }
  } catch (error) {
    await api.close()
    throw error
  }
}

function taken<Value>(result: Result<Value>): Value {
  if (!result.ok) throw invalidManifests(result.problems)
  return result.value
}

async function readMaterial(config: Config, ports: Ports): Promise<Result<readonly Manifest[]>> {
  const { paths, render, valuesFiles, releaseName } = config.manifests
  if (paths.length === 0) return good([])
  const { namespace } = config
  const request = { manifests: paths, render, valuesFiles, releaseName, namespace }
  const read = await readManifests(request, ports)
  if (!read.ok) return read
  // Before anything of them can be printed.
  for (const value of secretValuesOf(read.value)) ports.log.mask(value)
  const imaged = replaceImages(read.value, config.images, { paths: config.imagePaths })
  if (!imaged.ok) return imaged
  for (const { from, to, where } of imaged.value.replaced) {
    ports.log.info(`${where}: image ${from} becomes ${to}`)
  }
  return good(imaged.value.manifests)
}

function setOf(
  { application }: Config,
  { namespace, ports }: { readonly namespace: string; readonly ports: Ports },
): ApplicationSet | null {
  if (application === null) return null
  const set = applicationSetOf({ application, namespace, sha256: ports.sha256 })
  if (!set.ok) throw invalidSet(set.problems)
  return set.value
}

/** For headings: the application, else the namespaces. */
export function subjectOf({ config, placed, namespace }: Omit<Scene, 'api'>): string {
  if (config.application !== null) return config.application
  const namespaces = new Set(placed.flatMap(({ id }) => id.namespace ?? []))
  return namespaces.size === 0 ? namespace : [...namespaces].sort().join(', ')
}
