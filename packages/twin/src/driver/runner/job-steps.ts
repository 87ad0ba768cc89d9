// The steps of a job as plans: what runs, under which condition, by which name.
import { resolveText, type Scope } from '../reading/expression.ts'
import type { StepsJob } from '../reading/plan.ts'
import { convertToIfCondition } from '../reading/parser.ts'
import { childOf, itemsOf, literalOf, type Token } from '../reading/token.ts'
import type { Stage } from '../result.ts'
import {
  findAction,
  isStandIn,
  runActionStage,
  type ActionInstance,
  type ActionPlace,
} from './action.ts'
import { runScript } from './script.ts'
import type { StepPlan } from './step.ts'

export interface PlannedSteps {
  readonly pre: readonly StepPlan[]
  readonly main: readonly StepPlan[]
  /** Post stages of what has started so far, the last one first. */
  readonly takePosts: () => readonly StepPlan[]
}

/** Throws WorkflowRefused when an action is missing or not covered. */
export async function planSteps(job: StepsJob, place: ActionPlace): Promise<PlannedSteps> {
  const names = new Set<string>()
  const posts: StepPlan[] = []
  const pre: StepPlan[] = []
  const main: StepPlan[] = []
  for (const token of itemsOf(childOf(job.token, 'steps'))) {
    const frame = frameOf(job, token, names)
    if (childOf(token, 'uses') === undefined) {
      main.push({
        ...frame,
        state: new Map(),
        github: {},
        execute: (step) => runScript(place.host, step, { token, file: job.file, job: job.token }),
      })
      continue
    }
    const use = lazily(() => findAction(token, place))
    const stages = actionStages(frame, { use, place, posts })
    if (isLocal(token)) main.push(stages.late())
    else {
      const instance = await use()
      if (instance.hasEarlyPre && !isStandIn(instance.body) && instance.body.pre !== null) {
        pre.push(stages.of(instance, 'pre', instance.body.preIf))
      }
      main.push(stages.of(instance, 'main', frame.condition))
    }
  }
  return { pre, main, takePosts: () => posts.toReversed() }
}

type Frame = Omit<StepPlan, 'execute' | 'github' | 'state'>

function frameOf(job: StepsJob, token: Token, names: Set<string>): Frame {
  const id = literalOf(childOf(token, 'id')) ?? null
  const condition = childOf(token, 'if')
  const converted =
    condition === undefined ? undefined : convertToIfCondition(job.file.context, condition)
  return {
    id,
    contextName: id ?? generatedName(token, names),
    stage: 'main',
    condition: converted?.expression ?? 'success()',
    name: (scope) => displayName(token, scope),
    token,
  }
}

interface ActionUse {
  readonly use: () => Promise<ActionInstance>
  readonly place: ActionPlace
  readonly posts: StepPlan[]
}

function actionStages(frame: Frame, { use, place, posts }: ActionUse) {
  // The post stage is registered when an earlier one starts, once.
  const register = (instance: ActionInstance): void => {
    const { body } = instance
    const postIf = isStandIn(body) ? body.postIf : body.post === null ? null : body.postIf
    if (postIf === null || posts.some((post) => post.state === instance.state)) return
    posts.push(of(instance, 'post', postIf))
  }
  const of = (instance: ActionInstance, stage: Stage, condition: string): StepPlan => ({
    ...frame,
    stage,
    condition,
    name: (scope) =>
      (stage === 'main' ? '' : `${stage === 'pre' ? 'Pre' : 'Post'} `) + frame.name(scope),
    state: instance.state,
    github: instance.github,
    execute: (step) => {
      if (stage !== 'post') register(instance)
      return runActionStage(place.host, step, { instance, name: stage })
    },
  })
  // An action in the workspace is read when its turn comes: a checkout may put it there. Its own
  // facts reach the github context only then, so they are merged into the step's scope here.
  const late = (): StepPlan => ({
    ...frame,
    state: new Map(),
    github: {},
    execute: async (step) => {
      const instance = await use()
      register(instance)
      const github = { ...(step.scope.contexts.github as object), ...instance.github }
      const scope: Scope = { ...step.scope, contexts: { ...step.scope.contexts, github } }
      return runActionStage(place.host, { ...step, scope }, { instance, name: 'main' })
    },
  })
  return { of, late }
}

function lazily<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | null = null
  return () => (made ??= make())
}

const isLocal = (token: Token): boolean =>
  literalOf(childOf(token, 'uses'))?.startsWith('./') ?? false

function displayName(token: Token, scope: Scope): string {
  const name = childOf(token, 'name')
  if (name !== undefined) return resolveText(name, scope)
  const uses = literalOf(childOf(token, 'uses'))
  if (uses !== undefined) return `Run ${uses}`
  const script = childOf(token, 'run')
  const written =
    literalOf(script) ?? (script as unknown as { source?: string } | undefined)?.source ?? ''
  return `Run ${written.trim().split('\n')[0]}`
}

// Without an id: `__run`, `__owner_name`, and a number when the name is taken.
function generatedName(token: Token, taken: Set<string>): string {
  const uses = literalOf(childOf(token, 'uses'))
  const base =
    uses === undefined ? '__run' : `__${(uses.split('@')[0] ?? '').replace(/[^\w]+/g, '_')}`
  let name = base
  for (let number = 2; taken.has(name); number += 1) name = `${base}_${number}`
  taken.add(name)
  return name
}
