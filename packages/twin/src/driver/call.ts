// A job that calls a workflow: inputs and secrets go in, outputs come back.
import {
  evaluate,
  resolve,
  resolveText,
  resolveTexts,
  type Contexts,
  type Value,
} from './reading/expression.ts'
import { isBasicExpression } from './reading/parser.ts'
import { decideInputs, parseInputDefinitions, type Inputs } from './reading/input.ts'
import type { CallJob } from './reading/plan.ts'
import { childOf, entriesOf, literalOf } from './reading/token.ts'
import { endedContext, type EndedJobs, type WorkflowFrame } from './frame.ts'
import type { Conclusion } from './result.ts'

/** Values of the called workflow's inputs, or what is wrong with them. */
export function callInputs(
  frame: WorkflowFrame,
  job: CallJob,
  contexts: Contexts,
): { readonly values: Inputs; readonly problems: readonly string[] } {
  const given = Object.fromEntries(
    entriesOf(childOf(job.token, 'with')).map(({ key, value }): [string, Value] => [
      key,
      isBasicExpression(value)
        ? evaluate(value.expression, { contexts })
        : resolve(value, { contexts }),
    ]),
  )
  return decideInputs({
    definitions: parseInputDefinitions(job.callee.file.root, 'workflow_call'),
    given,
    scope: { contexts: { github: frame.run.github, vars: contexts.vars ?? null } },
    texts: false,
  })
}

/** With `inherit` everything; else what is passed, and the environment's own if declared. */
export function callSecrets(
  frame: WorkflowFrame,
  job: CallJob,
  contexts: Contexts,
): WorkflowFrame['secrets'] {
  const secrets = childOf(job.token, 'secrets')
  if (literalOf(secrets) === 'inherit') return frame.secrets
  const { github } = frame.run.request.services
  const token =
    secrets === undefined ? {} : { secrets: { ...frame.secrets(null), GITHUB_TOKEN: '' } }
  const passed = resolveTexts(secrets, { contexts: { ...contexts, ...token } })
  const trigger = childOf(childOf(job.callee.file.root, 'on'), 'workflow_call')
  const declared = entriesOf(childOf(trigger, 'secrets')).map((entry) => entry.key.toUpperCase())
  return (environment) => {
    const ofRepository = github.secrets(null)
    const ofEnvironment = Object.entries(github.secrets(environment)).filter(
      ([name, value]) => ofRepository[name] !== value && declared.includes(name.toUpperCase()),
    )
    // A name is the same in any case; the object that expressions read would hold both.
    const own = new Set(ofEnvironment.map(([name]) => name.toUpperCase()))
    const others = Object.entries(passed).filter(([name]) => !own.has(name.toUpperCase()))
    return Object.fromEntries([...others, ...ofEnvironment])
  }
}

/** Outputs of the called workflow, from the outputs of its jobs. */
export function callOutputs(
  inner: WorkflowFrame,
  ended: EndedJobs,
): Readonly<Record<string, string>> {
  const trigger = childOf(childOf(inner.workflow.file.root, 'on'), 'workflow_call')
  const contexts: Contexts = {
    github: inner.run.github,
    inputs: inner.inputs,
    vars: inner.run.request.services.github.variables(null),
    jobs: Object.fromEntries([...ended].map(([id, job]) => [id, endedContext(job)])),
  }
  const texts = entriesOf(childOf(trigger, 'outputs')).map(({ key, value }): [string, string] => [
    key,
    resolveText(childOf(value, 'value'), { contexts }),
  ])
  return Object.fromEntries(texts.filter(([, text]) => text !== ''))
}

/** One word for all jobs of a called workflow. */
export function joined(results: readonly Conclusion[]): Conclusion {
  if (results.includes('failure')) return 'failure'
  if (results.includes('cancelled')) return 'cancelled'
  return results.length > 0 && results.every((result) => result === 'skipped')
    ? 'skipped'
    : 'success'
}
