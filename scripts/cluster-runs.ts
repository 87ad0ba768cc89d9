// The two runs of the cluster suites: those that ask the API server, and those with real requests
// through a real gateway, which are inside a network namespace of their own.
import { findBinaries, findGateway, PartsMissing } from '@sluice/twin'
import { ABSENT_VARIABLE } from '../test/cluster/facts.ts'
import { ENTER } from '../test/cluster/traffic/network.ts'
import { runChild, runNode } from './child.ts'

export interface JestRun {
  /** Arguments that choose the project. */
  readonly project: readonly string[]
  /** What starts the program inside its network namespace; none: as it is. */
  readonly before: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

const PROJECTS = ['test/cluster', 'test/cluster/traffic'] as const

/** Those that have a test for the arguments; the first one where none has, for Jest to say so. */
export async function planClusterRuns(asked: readonly string[]): Promise<readonly JestRun[]> {
  const [plain, traffic] = PROJECTS
  const [hasPlain, hasTraffic] = await Promise.all([
    hasTests(plain, asked),
    hasTests(traffic, asked),
  ])
  return [
    ...(hasPlain || !hasTraffic ? [{ project: configOf(plain), before: [], env: {} }] : []),
    ...(hasTraffic ? [{ project: configOf(traffic), ...(await findNetwork()) }] : []),
  ]
}

const configOf = (folder: string): readonly string[] => ['--config', `${folder}/jest.config.mjs`]

async function hasTests(folder: string, asked: readonly string[]): Promise<boolean> {
  const args = ['node_modules/jest/bin/jest.js', '--listTests', ...configOf(folder), ...asked]
  return (await runNode(args, { quiet: true })).output.includes('.test.ts')
}

/** Parts are found, fetched and built before: there is no network inside. */
async function findNetwork(): Promise<Pick<JestRun, 'before' | 'env'>> {
  const missing = (await whyNoNamespace()) ?? (await whyNoParts())
  return missing === null
    ? { before: ENTER, env: {} }
    : { before: [], env: { [ABSENT_VARIABLE]: missing } }
}

async function whyNoNamespace(): Promise<string | null> {
  const [file, ...args] = ENTER
  const says = 'The traffic suites need a network namespace (`unshare -Urn`, `ip`):'
  try {
    const { code, output } = await runChild(file, [...args, 'true'], { quiet: true })
    return code === 0 ? null : `${says} ${output.trim()}`
  } catch (error) {
    return `${says} ${(error as Error).message}`
  }
}

async function whyNoParts(): Promise<string | null> {
  try {
    await findBinaries(process.env)
    await findGateway(process.env)
    return null
  } catch (error) {
    if (error instanceof PartsMissing) return error.message
    throw error
  }
}
