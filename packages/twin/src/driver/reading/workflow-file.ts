// One workflow file: parsed and judged by GitHub's own schema.
import type {
  EventsConfig,
  WorkflowTemplate,
} from '@actions/workflow-parser/model/workflow-template'
import type { FileReference } from '@actions/workflow-parser/workflows/file-reference'
import type { TemplateContext } from '@actions/workflow-parser/templates/template-context'
import { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } from './parser.ts'
import { WorkflowRefused, type Problem } from './refusal.ts'
import type { Source } from './source.ts'
import { childOf, literalOf, type Token } from './token.ts'

export interface WorkflowFile {
  /** `owner/name/.github/workflows/x.yml`: how messages call it. */
  readonly label: string
  readonly source: Source
  readonly path: string
  /** `name:`, else the path. */
  readonly name: string
  readonly root: Token
  readonly events: EventsConfig
  /** For the condition converter, which reports errors into it. */
  readonly context: TemplateContext
}

/** Text of a called workflow, by the reference in `uses:`. null: what it calls is not judged. */
export type CalledText = ((reference: string) => Promise<string | null>) | null

/** Throws WorkflowRefused with all problems of the file. */
export async function readWorkflow(facts: {
  readonly source: Source
  readonly path: string
  readonly calledText: CalledText
}): Promise<WorkflowFile> {
  const { source, path } = facts
  const label = `${source.repository}/${path}`
  const content = await source.read(path)
  if (content === null) {
    throw new WorkflowRefused([{ file: label, line: 0, message: `no such file at ${source.sha}` }])
  }
  const parsed = parseWorkflow({ name: label, content }, new NoOperationTraceWriter())
  if (parsed.value === undefined) throw new WorkflowRefused(problemsOf(parsed.context, label))
  const template = await judge(parsed.context, parsed.value, facts.calledText)
  const problems = problemsOf(parsed.context, label)
  if (problems.length > 0) throw new WorkflowRefused(problems)
  return {
    label,
    source,
    path,
    name: literalOf(childOf(parsed.value, 'name')) ?? path,
    root: parsed.value,
    events: template.events,
    context: parsed.context,
  }
}

// The converter checks needs, cycles, conditions, and inputs and secrets of called workflows.
async function judge(
  context: TemplateContext,
  root: Token,
  calledText: CalledText,
): Promise<WorkflowTemplate> {
  if (calledText === null) return convertWorkflowTemplate(context, root)
  const provider = {
    getFileContent: async (reference: FileReference) => {
      const content = await calledText(referenceText(reference))
      if (content === null) throw new Error('no such file')
      return { name: referenceText(reference), content }
    },
  }
  return convertWorkflowTemplate(context, root, provider, { fetchReusableWorkflowDepth: 1 })
}

const referenceText = (reference: FileReference): string =>
  'repository' in reference
    ? `${reference.owner}/${reference.repository}/${reference.path}@${reference.version}`
    : `./${reference.path}`

function problemsOf(context: TemplateContext, label: string): Problem[] {
  return context.errors.getErrors().map((error) => ({
    file: label,
    line: error.range?.start.line ?? 0,
    message: error.rawMessage,
  }))
}
