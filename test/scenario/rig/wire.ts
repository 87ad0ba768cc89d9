// What exchanges mean: reads, writes, calls of the control plane, weights that were written.
import type { Exchange } from '@sluice/twin'
import { ENDPOINT } from './world.ts'

/** Asking for tokens and keys changes nothing, whatever the method. */
const isRead = ({ face, method, path }: Exchange): boolean =>
  method === 'GET' ||
  method === 'HEAD' ||
  face === 'entra' ||
  face === 'oidc' ||
  (face === 'arm' && method === 'POST' && /\/(listKeys|token|getLogs)$/.test(path))

/** `face METHOD path` of everything that is not a read; a request to a model counts as one. */
export const writesIn = (exchanges: readonly Exchange[]): readonly string[] =>
  exchanges
    .filter((one) => !isRead(one))
    .map(
      ({ face, method, path }) => `${face} ${method} ${path.replace(/^.*\/workspaces\/[^/]+/, '')}`,
    )

/** Calls of the control plane, polls of operations left out. */
export const armCalls = (exchanges: readonly Exchange[]): readonly string[] =>
  exchanges
    .filter(({ face, path }) => face === 'arm' && !/\/mfeOperation(sStatus|Results)\//.test(path))
    .map(({ method, path }) => `${method} ${path.replace(/^.*\/workspaces\/[^/]+/, '')}`)

/** The weights of each write to the endpoint, in order; the numbers of the exchanges beside. */
export const trafficWrites = (
  exchanges: readonly Exchange[],
  endpoint = ENDPOINT,
): readonly { readonly number: number; readonly traffic: Readonly<Record<string, number>> }[] =>
  exchanges
    .filter(
      ({ face, method, path, status }) =>
        face === 'arm' &&
        (method === 'PUT' || method === 'PATCH') &&
        status < 300 &&
        path.endsWith(`/onlineEndpoints/${endpoint}`),
    )
    .map(({ number, requestBody }) => {
      const body = JSON.parse(requestBody) as { properties?: { traffic?: Record<string, number> } }
      return { number, traffic: body.properties?.traffic ?? {} }
    })
