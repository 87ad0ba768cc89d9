// The seam, implemented: verbs over one session.
import type { KubernetesPorts } from '../ports.ts'
import type { ApiServer, Resource } from './api-server.ts'
import type { ClusterAccess } from './cluster-access.ts'
import { createDiscovery } from './discovery.ts'
import { listObjects } from './listing.ts'
import { createObjectVerbs, type FieldValidation } from './objects.ts'
import { readPodLog } from './pod-log.ts'
import { findMissingRights } from './rights.ts'
import { sendOnce } from './send-once.ts'
import { createSession, type SessionPorts } from './session.ts'
import { WATCH_TIMES, watchObjects, type WatchTimes } from './watching.ts'

export interface ApiServerParts {
  readonly access: ClusterAccess
  readonly ports: SessionPorts & Pick<KubernetesPorts, 'log'>
  /** What the server does with fields that it does not know; `Strict` refuses them. */
  readonly fieldValidation?: FieldValidation
  readonly watchTimes?: WatchTimes
  /** Kinds that need no discovery: the verbs find them here first. `resources` does not change. */
  readonly known?: readonly Resource[]
}

/** No request is made before the first verb is used. */
export function createApiServer(parts: ApiServerParts): ApiServer {
  const { access, ports, fieldValidation = 'Strict', watchTimes = WATCH_TIMES, known = [] } = parts
  const session = createSession(access, ports)
  const { resources, rediscover } = createDiscovery(session, ports.log)
  const { namespace } = access
  return {
    address: new URL(access.server).origin,
    namespace,
    resources,
    rediscover,
    ...createObjectVerbs({ session, resources, known, namespace, fieldValidation }),
    list: (resource, selection) => listObjects(session, resource, selection),
    watch: (resource, from) =>
      watchObjects({ session, times: watchTimes, signal: ports.signal }, resource, from),
    log: (query) => readPodLog(session, query),
    missingRights: (rights) => findMissingRights(session, rights),
    read: async (path, options = {}) => {
      const { status, text } = await session.send({
        method: 'GET',
        path,
        headers: { accept: '*/*' },
        // What is behind a service proxy could lead our credentials to another path of the server.
        redirects: 'never',
        ...options,
      })
      return { status, text }
    },
    request: (path, order) => sendOnce({ session, clock: ports.clock }, path, order),
    close: session.close,
  }
}
