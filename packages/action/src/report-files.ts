// Outputs and summary, written to the runner's files; printed where there is no runner.
import { appendFile } from 'node:fs/promises'
import { setOutput } from '@actions/core'
import { escapeMarkdown } from '@sluice/documents'
import type { SluiceError } from '@sluice/rollout'
import type { Report } from './action.ts'
import type { Masks } from './masks.ts'
import type { Ports } from './ports.ts'

export interface Destination {
  readonly env: Ports['env']
  readonly log: Ports['log']
  readonly masks: Masks
}

/** Warns of a value that the runner would drop between jobs, because it holds a masked one. */
export function writeOutputs(outputs: Report['outputs'], { env, log, masks }: Destination): void {
  for (const [name, value] of Object.entries(outputs)) {
    const shown = masks.hide(value)
    if (shown !== value) {
      log.warning(`Output ${name} holds a masked value: the runner will not pass it to other jobs.`)
    }
    if (env['GITHUB_OUTPUT']) setOutput(name, value)
    else log.info(`output ${name}=${shown}`)
  }
}

/** The runner refuses a larger summary as a whole: 1 MiB, less some room for the note. */
const LARGEST_SUMMARY = 1024 * 1024 - 1024

export async function writeSummary(
  markdown: string,
  { env, log, masks }: Destination,
): Promise<void> {
  const text = cutBytes(masks.hide(markdown), LARGEST_SUMMARY)
  const file = env['GITHUB_STEP_SUMMARY']
  if (file) await appendFile(file, text)
  else log.info(text)
}

function cutBytes(text: string, limit: number): string {
  const bytes = Buffer.from(text)
  if (bytes.length <= limit) return text
  const kept = bytes
    .subarray(0, limit)
    .toString()
    .replace(/\uFFFD$/, '')
  return `${kept}\n\n_The rest was cut: a summary holds 1 MiB._\n`
}

export interface Section {
  readonly action: string
  readonly report: Report
}

/** `## <action>: <subject> <ending>`, the failure if any, then the action's own part. */
export function renderSection({ action, report }: Section): string {
  const { subject, ending, failure } = report
  const title = [subject, ending]
    .filter((part) => part !== '')
    .map(escapeMarkdown)
    .join(' ')
  const trouble = failure === undefined ? [] : renderTrouble(failure)
  const parts = [`## ${action}: ${title}`, ...trouble, withoutEdges(report.summary)]
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

/** The blanks before a first line mean something in Markdown: they make a block of code. */
const withoutEdges = (markdown: string): string => markdown.replace(/^(\s*\n)+/, '').trimEnd()

const renderTrouble = ({ message, hint, code }: SluiceError): readonly string[] => [
  message.split('\n').map(renderLine).join('\n'),
  `${escapeMarkdown(hint)} (\`${code}\`)`,
]

/** A message is plain text; its lines that begin with a hyphen are a list of problems. */
const renderLine = (line: string, index: number): string =>
  line.startsWith('- ')
    ? `${index === 1 ? '\n' : ''}- ${escapeMarkdown(line.slice(2))}`
    : escapeMarkdown(line)
