// `uses:` steps: finds the action and makes its pre, main and post stages.
import { join } from 'node:path'
import { readAction, type ActionFile } from '../reading/action-file.ts'
import { placeAction } from '../reading/action-place.ts'
import { parseReference } from '../reading/reference.ts'
import { WorkflowRefused } from '../reading/refusal.ts'
import { childOf, lineOf, literalOf, type Token } from '../reading/token.ts'
import type { WorkflowFile } from '../reading/workflow-file.ts'
import { standInFor, type StandIn } from '../standins/stand-in.ts'
import { decideActionInputs, inputVariables } from './action-inputs.ts'
import { runProcess, type ProcessHost } from './process.ts'
import type { RunningStep } from './step.ts'

/** One use of an action in a job: its stages share the state. */
export interface ActionInstance {
  readonly token: Token
  readonly body: ActionFile | StandIn
  /** action_repository, action_ref, action_path. */
  readonly github: Readonly<Record<string, string>>
  readonly state: Map<string, string>
  /** Not for `./` actions: they are not there when a job begins. */
  readonly hasEarlyPre: boolean
}

export interface ActionPlace {
  readonly file: WorkflowFile
  readonly workspace: string
  readonly host: ProcessHost
}

/** Throws WorkflowRefused when there is no such action, or one that is not covered. */
export async function findAction(token: Token, place: ActionPlace): Promise<ActionInstance> {
  const uses = literalOf(childOf(token, 'uses')) ?? ''
  const base = { token, state: new Map<string, string>() }
  const { repositories } = place.host.request.machine
  const placed = await placeAction(uses, place.file.source, repositories)
  if (placed !== null) {
    const { repository, ref, folder } = placed
    const body = await readAction(folder, placed.label)
    const github = { action_repository: repository, action_ref: ref, action_path: folder }
    return { ...base, body, github, hasEarlyPre: true }
  }
  const reference = parseReference(uses)
  if (reference.kind === 'local') {
    const body = await readAction(join(place.workspace, reference.path), uses)
    const github = { action_repository: '', action_ref: '', action_path: body.folder }
    return { ...base, body, github, hasEarlyPre: false }
  }
  const standIn =
    reference.kind === 'remote'
      ? standInFor(reference.repository, reference.path, reference.ref)
      : null
  if (standIn === null || reference.kind !== 'remote') {
    throw new WorkflowRefused([
      {
        file: place.file.label,
        line: lineOf(token),
        message: `'uses: ${uses}' is not covered by the driver`,
      },
    ])
  }
  const github = {
    action_repository: reference.repository,
    action_ref: reference.ref,
    action_path: '',
  }
  return { ...base, body: standIn, github, hasEarlyPre: false }
}

export const isStandIn = (body: ActionFile | StandIn): body is StandIn => 'run' in body

/** Inputs are evaluated anew for every stage, as the runner does. */
export async function runActionStage(
  host: ProcessHost,
  step: RunningStep,
  stage: { readonly instance: ActionInstance; readonly name: 'pre' | 'main' | 'post' },
): Promise<'success' | 'failure'> {
  const { instance, name } = stage
  const { inputs, warnings } = decideActionInputs(instance.body.inputs, instance.token, step.scope)
  if (name === 'main') for (const warning of warnings) step.channel.annotate('warning', warning)
  if (isStandIn(instance.body)) return instance.body.run({ host, step, inputs, stage: name })
  const script = instance.body[name]
  if (script === null) throw new Error(`${instance.body.label} has no '${name}'`)
  const state = [...instance.state].map(([key, value]): [string, string] => [`STATE_${key}`, value])
  const end = await runProcess(host, step, {
    command: process.execPath,
    args: [join(instance.body.folder, script)],
    cwd: step.job.facts.folders.workspace,
    inputs: inputVariables(inputs),
    state: Object.fromEntries(state),
  })
  return end.exitCode === 0 ? 'success' : 'failure'
}
