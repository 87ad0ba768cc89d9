// GitHub's own workflow parser. Its build imports JSON without an attribute, which plain Node
// refuses; the hooks below live only while it loads.
import { registerHooks } from 'node:module'

const isJson = (address: string): boolean => address.endsWith('.json')

// Jest has a loader of its own, which needs no hooks and refuses them.
const hooks =
  process.env['JEST_WORKER_ID'] !== undefined
    ? null
    : registerHooks({
        resolve: (specifier, context, next) => {
          const resolved = next(specifier, context)
          return isJson(specifier) ? { ...resolved, importAttributes: { type: 'json' } } : resolved
        },
        load: (url, context, next) =>
          next(url, isJson(url) ? { ...context, importAttributes: { type: 'json' } } : context),
      })
const [workflow, condition, action] = await Promise.all([
  import('@actions/workflow-parser'),
  import('@actions/workflow-parser/model/converter/if-condition'),
  import('@actions/workflow-parser/actions/action-parser'),
])
hooks?.deregister()

export const { parseWorkflow, convertWorkflowTemplate, NoOperationTraceWriter } = workflow
export const { isBasicExpression, isMapping, isSequence, isString, isScalar } = workflow
export const { convertToIfCondition, ensureStatusFunction } = condition
export const { parseAction } = action
