// action.yml, parsed and judged by GitHub's own schema. Only JavaScript actions on node24 run here.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { NoOperationTraceWriter, parseAction } from './parser.ts'
import { WorkflowRefused } from './refusal.ts'
import { childOf, entriesOf, lineOf, literalOf, type Token } from './token.ts'

export interface ActionFile {
  readonly label: string
  readonly folder: string
  readonly inputs: readonly ActionInput[]
  readonly main: string
  readonly pre: string | null
  readonly post: string | null
  /** Taken as written: nothing is implied. */
  readonly preIf: string
  readonly postIf: string
}

export interface ActionInput {
  readonly name: string
  readonly default: Token | undefined
  readonly deprecation: string | undefined
}

/** Throws WorkflowRefused: no action there, a bad file, or a kind that is not covered. */
export async function readAction(folder: string, label: string): Promise<ActionFile> {
  for (const name of ['action.yml', 'action.yaml']) {
    const content = await readText(join(folder, name))
    if (content !== null) return parsed({ content, folder, label: `${label}/${name}` })
  }
  throw new WorkflowRefused([
    { file: label, line: 0, message: 'no action.yml or action.yaml here' },
  ])
}

function parsed(facts: { content: string; folder: string; label: string }): ActionFile {
  const { label, folder } = facts
  const result = parseAction({ name: label, content: facts.content }, new NoOperationTraceWriter())
  const errors = result.context.errors.getErrors()
  if (result.value === undefined || errors.length > 0) {
    const problems = errors.map((error) => ({
      file: label,
      line: error.range?.start.line ?? 0,
      message: error.rawMessage,
    }))
    throw new WorkflowRefused(problems)
  }
  const runs = childOf(result.value, 'runs')
  const using = childOf(runs, 'using')
  if (literalOf(using) !== 'node24') {
    const message = `'using: ${literalOf(using)}' is not covered by the driver, only node24`
    throw new WorkflowRefused([{ file: label, line: lineOf(using), message }])
  }
  const text = (key: string): string | null => literalOf(childOf(runs, key)) ?? null
  return {
    label,
    folder,
    inputs: entriesOf(childOf(result.value, 'inputs')).map(({ key, value }) => ({
      name: key,
      default: childOf(value, 'default'),
      deprecation: literalOf(childOf(value, 'deprecationMessage')),
    })),
    main: text('main') ?? '',
    pre: text('pre'),
    post: text('post'),
    preIf: conditionOf(childOf(runs, 'pre-if')),
    postIf: conditionOf(childOf(runs, 'post-if')),
  }
}

function conditionOf(token: Token | undefined): string {
  if (token === undefined) return 'always()'
  const written = literalOf(token) ?? (token as unknown as { expression: string }).expression
  return written.trim().replace(/^\$\{\{(.*)\}\}$/s, '$1')
}

async function readText(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
