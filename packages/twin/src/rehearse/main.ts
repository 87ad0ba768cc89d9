// The entry of ./rehearse. Exit codes: 0 as docs/rehearsal.md says, 1 not so or failed, 2 cannot be
// asked, 3 this machine lacks what the scenario needs.
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { fileURLToPath } from 'node:url'
import { ClusterFailure, PartsMissing } from '../cluster/index.ts'
import { readArguments, USAGE, type Arguments } from './arguments.ts'
import { renderEnd, renderRight, renderWrong } from './ending.ts'
import { differences, readExpectations } from './expectation.ts'
import { plainText } from './plain-text.ts'
import { RehearsalRefused } from './refusal.ts'
import { rehearsals, type Rehearsal } from './rehearsal.ts'
import type { Decision, Rehearsed } from './rehearse.ts'
import type { Report } from './report.ts'
import { Timeline } from './timeline.ts'

const PROJECT = resolve(dirname(fileURLToPath(import.meta.url)), '../../../..')

async function main(): Promise<number> {
  const given = readArguments(process.argv.slice(2))
  if (typeof given === 'string') return refuse(`${given}\n\n${USAGE}`)
  if (given.help) return say(USAGE)
  if (given.list) {
    return say(rehearsals.map(({ name, about }) => `${name.padEnd(24)}${about}\n`).join(''))
  }
  const chosen = rehearsals.find(({ name }) => name === given.scenario)
  if (chosen === undefined) {
    return refuse(
      `no scenario "${given.scenario}"; there are ${rehearsals.map(({ name }) => name).join(', ')}\n`,
    )
  }
  const mustAsk = chosen.review === 'ask' && given.decision === null
  if (mustAsk && !process.stdin.isTTY) {
    return refuse(
      `scenario ${chosen.name} asks for an approval and there is no terminal: give --approve or --reject\n`,
    )
  }
  return play(chosen, given)
}

async function play(chosen: Rehearsal, given: Arguments): Promise<number> {
  const repository =
    given.repository === null ? join(PROJECT, chosen.example) : resolve(given.repository)
  const slug = projectSlug()
  say(`${slug} in the callers means this checkout, ${PROJECT}\n`)
  const screen = {
    write: (text: string) => void process.stdout.write(text),
    colours: process.stdout.isTTY,
  }
  const timeline = new Timeline(screen, given.verbose)
  const answers: Decision[] = []
  const rehearsed = await chosen.play({
    repository,
    project: { slug, folder: PROJECT },
    timeline,
    decide: async (wanted, evidence) => {
      const answer = await decide(given, wanted.environment, evidence)
      answers.push(answer)
      return answer
    },
    clock: () => performance.now() / 1000,
  })
  const { report } = rehearsed
  if (given.json !== null) await writeFile(given.json, `${JSON.stringify(report, null, 2)}\n`)
  const rejected = answers.includes('rejected')
  const wrong = [
    ...rehearsed.notes,
    ...(rejected ? notHeld(report) : await notAsThePageSays(chosen.name, rehearsed)),
  ]
  say(renderEnd(chosen.name, rehearsed))
  if (wrong.length === 0) return say(renderRight(chosen.name, rehearsed, rejected))
  process.stderr.write(renderWrong(wrong, given.repository === null ? null : rehearsed))
  return 1
}

async function notAsThePageSays(
  name: string,
  { cells }: Rehearsed<Report>,
): Promise<readonly string[]> {
  const rows = await readExpectations(join(PROJECT, 'docs/rehearsal.md'))
  const row = rows.find(({ scenario }) => scenario === name)
  return row === undefined ? [`docs/rehearsal.md has no row for ${name}`] : differences(row, cells)
}

/** The page has rows for reviewers who say yes. */
const notHeld = ({ outcome }: Report): readonly string[] =>
  outcome === 'held' ? [] : [`outcome: found "${outcome}"; the reviewer said no: wanted "held"`]

async function decide(given: Arguments, environment: string, evidence: string): Promise<Decision> {
  if (given.decision !== null) {
    if (given.verbose) say(`\n${plainText(evidence)}\n`)
    return given.decision
  }
  say(`\n${plainText(evidence)}\n`)
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  try {
    const answer = await terminal.question(`Approve ${environment}? [y/N] `)
    return /^y(es)?$/i.test(answer.trim()) ? 'approved' : 'rejected'
  } finally {
    terminal.close()
  }
}

/** `owner/name` as callers write it: the one constant, in package.json. */
function projectSlug(): string {
  const text = readFileSync(join(PROJECT, 'package.json'), 'utf8')
  return (JSON.parse(text) as { sluice: { repository: string } }).sluice.repository
}

function say(text: string): number {
  process.stdout.write(text)
  return 0
}

function refuse(text: string): number {
  process.stderr.write(text)
  return 2
}

try {
  process.exitCode = await main()
} catch (error) {
  const known = [RehearsalRefused, PartsMissing, ClusterFailure].some(
    (kind) => error instanceof kind,
  )
  process.stderr.write(`rehearse: ${String((error as Error)[known ? 'message' : 'stack'])}\n`)
  process.exitCode = error instanceof PartsMissing ? 3 : 1
}
