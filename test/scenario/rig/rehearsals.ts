// Rehearsals played once, and everything that can be asked about them afterwards.
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  azureMl,
  rehearse,
  scenarios,
  Timeline,
  type Exchange,
  type RehearsalOptions,
  type RehearsalReport,
  type RehearsalStage,
  type RunResult,
} from '@sluice/twin'
import { secretsIn } from './secrets.ts'
import { PROJECT } from './step.ts'
import { EXAMPLE } from './world.ts'
import { PUBLISHED } from '../../doubles/project.ts'

export interface Played {
  readonly report: RehearsalReport
  /** The report in the words of docs/rehearsal.md. */
  readonly cells: Readonly<Record<string, string>>
  readonly notes: readonly string[]
  readonly exchanges: readonly Exchange[]
  /** Every attempt of every run, oldest first. */
  readonly runs: readonly RunResult[]
  /** What the reviewer was shown. */
  readonly shown: readonly string[]
  readonly secrets: ReadonlySet<string>
  /** Path to text of every artifact. */
  readonly artifacts: Readonly<Record<string, string>>
  /** What git says of the bare repository at the end. */
  readonly git: {
    readonly fsck: string
    readonly mainMerges: readonly string[]
    /** SHAs of statuses and pull requests that git does not know. */
    readonly unknown: readonly string[]
    /** Parents, the newest commit of main first. */
    readonly mainParents: readonly (readonly string[])[]
  }
}

export const SCENARIOS = scenarios.map(({ name }) => name)

/** Plays a scenario with an approver who says yes. `repository`: default the example. */
export async function play(name: string, repository = EXAMPLE): Promise<Played> {
  const scenario = scenarios.find((one) => one.name === name)
  if (scenario === undefined) throw new Error(`no scenario ${name}`)
  const shown: string[] = []
  const seen: Omit<Played, 'report' | 'cells' | 'notes' | 'shown'>[] = []
  const options: RehearsalOptions<RehearsalStage> = {
    repository,
    project: { slug: PUBLISHED, folder: PROJECT },
    timeline: new Timeline({ write: () => undefined, colours: false }, false),
    decide: (_, evidence) => {
      shown.push(evidence)
      return Promise.resolve('approved')
    },
    clock: () => performance.now() / 1000,
    inspect: (stage) => {
      const { state } = stage.githubSimulator
      const shas = [
        ...state.statuses.map(({ sha }) => sha),
        ...state.pulls.flatMap(({ head, base }) => [head.sha, base.sha]),
      ]
      seen.push({
        exchanges: stage.twin.log.all(),
        runs: [...stage.runs],
        secrets: new Set([
          ...secretsIn(stage.twin.log.all()),
          ...state.tokens.map(({ text }) => text),
        ]),
        artifacts: filesBelow(join(stage.folder, 'artifacts')),
        git: lookAtGit(stage.github.gitDirectory, shas),
      })
      return Promise.resolve()
    },
  }
  const { report, cells, notes } = await rehearse({ platform: azureMl, scenario }, options)
  const [inside] = seen
  if (inside === undefined) throw new Error(`${name} was not looked into`)
  return { report, cells, notes, shown, ...inside }
}

function lookAtGit(directory: string, shas: readonly string[]): Played['git'] {
  const git = (...words: readonly string[]): string =>
    execFileSync('git', ['--git-dir', directory, ...words], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim()
  const knows = (sha: string): boolean => {
    try {
      return git('cat-file', '-t', sha) === 'commit'
    } catch {
      return false
    }
  }
  return {
    fsck: git('fsck', '--full', '--strict', '--no-dangling'),
    mainMerges: linesOf(git('log', 'main', '--merges', '--format=%s')),
    unknown: [...new Set(shas)].filter((sha) => !knows(sha)),
    mainParents: linesOf(git('log', 'main', '--first-parent', '--format=%P')).map((line) =>
      line.split(' '),
    ),
  }
}

const linesOf = (text: string): readonly string[] => (text === '' ? [] : text.split('\n'))

function filesBelow(folder: string): Readonly<Record<string, string>> {
  if (!existsSync(folder)) return {}
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  return Object.fromEntries(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]),
  )
}
