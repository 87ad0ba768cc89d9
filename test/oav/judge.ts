// Judges recorded exchanges with the simulated Azure by the official description, offline.
import { fileURLToPath } from 'node:url'
import oav from 'oav'
import type { Exchange } from '@sluice/twin'

const DESCRIPTION = fileURLToPath(new URL('../azureml-description', import.meta.url))
const PROVIDER = 'Microsoft.MachineLearningServices'

/** Routes that the description does not hold. Anything else that it cannot judge is a failure. */
export const MAY_BE_UNJUDGED: readonly string[] = [
  `GET /subscriptions/{}/providers/${PROVIDER}/locations/{}/mfeOperationsStatus/{}`,
  `GET /subscriptions/{}/providers/${PROVIDER}/locations/{}/mfeOperationResults/{}`,
]

export interface Failure {
  /** Number of the exchange. */
  readonly number: number
  readonly route: string
  readonly side: 'request' | 'response'
  /** As oav names it: OBJECT_ADDITIONAL_PROPERTIES, INVALID_TYPE, ... */
  readonly code: string
  readonly message: string
}

export interface Judgement {
  /** Route to number of exchanges. */
  readonly judged: Readonly<Record<string, number>>
  readonly unjudged: Readonly<Record<string, number>>
  /** Unjudged routes that are not on the fixed list. */
  readonly unexpected: readonly string[]
  /** Operation ids of the description that were seen, sorted. */
  readonly operations: readonly string[]
  /** Exchanges whose connection was cut: there is no answer to judge. */
  readonly dropped: number
  readonly failures: readonly Failure[]
}

export type Judge = (exchanges: readonly Exchange[]) => Promise<Judgement>

/** Loads the description once (about a second); the judge takes exchanges of face `arm` from any log. */
export async function makeJudge(): Promise<Judge> {
  const problems: string[] = []
  const validator = new oav.LiveValidator(
    {
      fileRoot: DESCRIPTION,
      directory: DESCRIPTION,
      git: { shouldClone: false },
      swaggerPaths: [],
      swaggerPathsPattern: [
        'specification/machinelearningservices/resource-manager/**/mfe.json',
        'specification/machinelearningservices/resource-manager/**/machineLearningServices.json',
      ],
      excludedSwaggerPathsPattern: [],
      isPathCaseSensitive: false,
      loadValidatorInBackground: false,
      loadValidatorInInitialize: false,
      isArmCall: true,
      useRelativeSourceLocationUrl: true,
    },
    // Without a callback oav writes to the console, and goes on without a file that it cannot load.
    (message, level) => {
      if (level === 'error') problems.push(message)
    },
  )
  await validator.initialize()
  if (problems.length > 0) throw new Error(`oav cannot load ${DESCRIPTION}: ${problems.join('; ')}`)
  return async (exchanges) => {
    const tally = newTally()
    for (const exchange of exchanges.filter(({ face }) => face === 'arm')) {
      await judgeOne(validator, exchange, tally)
    }
    const unexpected = Object.keys(tally.unjudged).filter((one) => !MAY_BE_UNJUDGED.includes(one))
    return { ...tally, operations: [...tally.operations].toSorted(), unexpected }
  }
}

/** The judgement as lines for a log: judged and unjudged exchanges by route, then what was found. */
export function renderJudgement(judgement: Judgement): string {
  const lines = (what: string, routes: Readonly<Record<string, number>>): string[] =>
    Object.entries(routes).map(([route, times]) => `${what} ${times} x ${route}`)
  return [
    ...lines('judged  ', judgement.judged),
    ...lines('unjudged', judgement.unjudged),
    `${judgement.operations.length} operations, ${judgement.dropped} connections cut, ${judgement.failures.length} failures`,
    ...judgement.failures.map(
      ({ number, route, side, code, message }) =>
        `#${number} ${side} ${code}: ${message} (${route})`,
    ),
  ].join('\n')
}

interface Tally {
  readonly judged: Record<string, number>
  readonly unjudged: Record<string, number>
  readonly operations: Set<string>
  readonly failures: Failure[]
  dropped: number
}

const newTally = (): Tally => ({
  judged: {},
  unjudged: {},
  operations: new Set(),
  failures: [],
  dropped: 0,
})

async function judgeOne(
  validator: InstanceType<typeof oav.LiveValidator>,
  exchange: Exchange,
  tally: Tally,
): Promise<void> {
  if (exchange.status === 0) {
    tally.dropped += 1
    return
  }
  const route = routeOf(exchange)
  const { requestValidationResult: asked, responseValidationResult: answered } =
    await validator.validateLiveRequestResponse(pairOf(exchange))
  // Undefined when the description has no such operation (or not in this api-version).
  if (asked.isSuccessful === undefined || answered.isSuccessful === undefined) {
    tally.unjudged[route] = (tally.unjudged[route] ?? 0) + 1
    return
  }
  tally.judged[route] = (tally.judged[route] ?? 0) + 1
  tally.operations.add(asked.operationInfo.operationId)
  for (const [side, result] of [
    ['request', asked],
    ['response', answered],
  ] as const) {
    for (const { code, message } of result.errors) {
      tally.failures.push({ number: exchange.number, route, side, code, message })
    }
  }
}

function pairOf(exchange: Exchange) {
  return {
    liveRequest: {
      method: exchange.method,
      url: `https://management.azure.com${exchange.target}`,
      headers: { ...exchange.requestHeaders },
      ...bodyOf(exchange.requestBody),
    },
    liveResponse: {
      statusCode: String(exchange.status),
      // The log holds what the simulator said; the content type of JSON is added on the wire.
      headers: { 'content-type': 'application/json; charset=utf-8', ...exchange.responseHeaders },
      ...bodyOf(exchange.responseBody),
    },
  }
}

function bodyOf(text: string): { body?: Record<string, unknown> } {
  return text === '' ? {} : { body: JSON.parse(text) as Record<string, unknown> }
}

/** Method and path with the names taken out: types alternate with names, providers have none. */
export function routeOf(exchange: { readonly method: string; readonly path: string }): string {
  const shown: string[] = []
  let isName = false
  for (const [index, part] of exchange.path.split('/').slice(1).entries()) {
    const literal: boolean = !isName || shown[index - 1] === 'providers'
    shown.push(literal ? part : '{}')
    isName = shown[index - 1] === 'providers' ? false : literal
  }
  return `${exchange.method} /${shown.join('/')}`
}
