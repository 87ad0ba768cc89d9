// The recorded run: its exchanges are the points at which the cases kill.
import type { Exchange } from '@sluice/twin'
import { Case, type Kill, type Stage } from './case.ts'
import type { World } from './world.ts'

export interface Point {
  readonly nth: number
  /** Face, method and path, for the name of the case. */
  readonly exchange: string
}

/** Every exchange of the process of this stage. Only a run that fails has a post process. */
export async function recordPoints(
  world: World,
  wanted: { readonly workflow: string; readonly stage: Stage; readonly kills?: readonly Kill[] },
): Promise<readonly Point[]> {
  const one = await Case.begin(world)
  const { jobs, conclusion } = await one.start(wanted.workflow, wanted.kills ?? [])
  // A run that ends early would have fewer points, and nobody would miss the others.
  if ((conclusion === 'success') !== (wanted.stage === 'main'))
    throw new Error(`the recorded run: ${conclusion}\n${jobs.flatMap(({ log }) => log).join('\n')}`)
  const process = one.processes.findLast(({ stage }) => stage === wanted.stage)
  if (process === undefined) throw new Error(`the recorded run has no ${wanted.stage} process`)
  return one
    .exchangesOf(process)
    .map((exchange) => ({ nth: exchange.number - process.after, exchange: render(exchange) }))
}

/** Without the ids that say nothing: of the workspace, the tenant and the operation. */
const render = ({ face, method, path }: Exchange): string =>
  `${face} ${method} ${path
    .replace(/^\/subscriptions\/[^/]+(\/resourceGroups\/.+\/workspaces\/[^/]+)?/, '')
    .replace(/(oe:)?[0-9a-f-]{36}(:[0-9a-f-]{36})?/g, '<id>')}`

const isWrite = ({ exchange }: Point): boolean => exchange.startsWith('arm PUT')

/** Which of the points is the write of this step. */
export function writePoint(points: readonly Point[], step: number): number {
  const write = points.filter(isWrite)[step - 1]
  if (write === undefined) throw new Error(`the recorded run has no write ${step}`)
  return write.nth
}

/** How many of the recorded writes have taken effect when the process dies there. */
export const writesUntil = (
  points: readonly Point[],
  { nth, moment }: Pick<Kill, 'nth' | 'moment'>,
): number =>
  points.filter(
    (point) => isWrite(point) && (point.nth < nth || (point.nth === nth && moment === 'after')),
  ).length
