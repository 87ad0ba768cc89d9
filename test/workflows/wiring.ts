// Whether steps and jobs hand each other what exists: the official parser does not look into actions.
import { type ActionFile, readActionFile } from '../../scripts/action-file.ts'
import { listActions } from '../../scripts/repository.ts'
import {
  fieldsOf,
  jobsOf,
  type Fields,
  type Job,
  resolveOwn,
  textOf,
  type WorkflowFile,
} from './file.ts'
import type { Breach } from './rules.ts'

/** Every action of this checkout by its folder. */
export function readActions(): ReadonlyMap<string, ActionFile> {
  return new Map(listActions().map((action) => [action.folder, readActionFile(action)]))
}

/** Inputs that an action does not take, required ones not given, outputs that nobody sets. */
export function findLooseEnds(
  file: WorkflowFile,
  actions: ReadonlyMap<string, ActionFile>,
): readonly Breach[] {
  const jobs = jobsOf(file)
  return jobs.flatMap((job) => {
    const uses = job.steps.map((step) => ({ step, action: actionOf(step, file, actions) }))
    const breach = (rule: string, found: string): Breach => ({ rule, where: job.id, found })
    return [
      ...uses.flatMap(({ step, action }) =>
        action === undefined
          ? []
          : checkInputs(step, action).map((found) => breach('input', found)),
      ),
      ...checkStepOutputs(job, uses).map((found) => breach('step-output', found)),
      ...checkNeeds(job, jobs).map((found) => breach('needs-output', found)),
    ]
  })
}

interface Use {
  readonly step: Fields
  readonly action: ActionFile | undefined
}

function actionOf(
  step: Fields,
  file: WorkflowFile,
  actions: ReadonlyMap<string, ActionFile>,
): ActionFile | undefined {
  return actions.get(resolveOwn(textOf(step['uses']), file) ?? '')
}

function checkInputs(step: Fields, action: ActionFile): readonly string[] {
  const given = Object.keys(fieldsOf(step['with']))
  return [
    ...given
      .filter((name) => action.inputs.every((input) => input.name !== name))
      .map((name) => `${action.name} takes no ${name}`),
    ...action.inputs
      .filter(
        ({ name, required, fallback }) => required && fallback === '' && !given.includes(name),
      )
      .map(({ name }) => `${action.name} needs ${name}`),
  ]
}

function checkStepOutputs(job: Job, uses: readonly Use[]): readonly string[] {
  return named(job, /\bsteps\.([\w-]+)\.outputs\.([\w-]+)/g).flatMap(({ owner, name }) => {
    const use = uses.find(({ step }) => step['id'] === owner)
    if (use === undefined) return [`no step has the id ${owner}`]
    const outputs = use.action?.outputs.map((output) => output.name)
    return outputs === undefined || outputs.includes(name) ? [] : [`${owner} has no output ${name}`]
  })
}

function checkNeeds(job: Job, jobs: readonly Job[]): readonly string[] {
  const needs = [job.fields['needs'] ?? []].flat()
  return named(job, /\bneeds\.([\w-]+)\.outputs\.([\w-]+)/g).flatMap(({ owner, name }) => {
    const needed = jobs.find(({ id }) => id === owner)
    if (needed === undefined || !needs.includes(owner)) return [`${job.id} does not need ${owner}`]
    return needed.fields['uses'] === undefined &&
      fieldsOf(needed.fields['outputs'])[name] === undefined
      ? [`${owner} has no output ${name}`]
      : []
  })
}

function named(job: Job, pattern: RegExp): readonly { owner: string; name: string }[] {
  return [...JSON.stringify(job.fields).matchAll(pattern)].map((match) => ({
    owner: match[1] ?? '',
    name: match[2] ?? '',
  }))
}
