// Our own rules for workflow files. Each is a function from a file to what breaks the rule.
import {
  exists,
  fieldsOf,
  jobsOf,
  type Job,
  readWorkflow,
  resolveOwn,
  textOf,
  type WorkflowFile,
} from './file.ts'

export interface Breach {
  readonly rule: string
  /** Job and step, or job. */
  readonly where: string
  readonly found: string
}

type Rule = (file: WorkflowFile) => readonly Breach[]

/** The only actions of other people, each at the one commit that was looked at. */
const admitted: readonly string[] = [
  'actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1',
  'actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f',
  'actions/download-artifact@3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c',
]

const everyJob =
  (rule: string, judge: (job: Job, file: WorkflowFile) => readonly string[]): Rule =>
  (file) =>
    jobsOf(file).flatMap((job) => judge(job, file).map((found) => ({ rule, where: job.id, found })))

const isCall = (job: Job): boolean => job.fields['uses'] !== undefined

// A calling job takes no timeout: the called jobs have theirs.
const timeout = everyJob('timeout', (job) =>
  isCall(job) || Number.isInteger(job.fields['timeout-minutes']) ? [] : ['no timeout-minutes'],
)

const permissions = everyJob('permissions', (job) => {
  const given = job.fields['permissions']
  return typeof given === 'object' && given !== null ? [] : [`permissions: ${String(given)}`]
})

const runExpression = everyJob('run-expression', (job) =>
  job.steps.map((step) => textOf(step['run'])).filter((run) => run.includes('${{')),
)

const pinned = everyJob('pinned', (job, file) =>
  usesOf(job).filter((uses) => {
    const own = resolveOwn(uses, file)
    if (own === null) return !admitted.includes(uses)
    // A caller names us by commit, we name ourselves by `$/`: both always mean one release.
    const wellSaid = file.caller ? /@[0-9a-f]{40}$/.test(uses) : uses.startsWith('$/')
    return !wellSaid || !exists(own.endsWith('.yml') ? own : `${own}/action.yml`)
  }),
)

const callerEnvironment = everyJob('caller-environment', (job) =>
  isCall(job) && job.fields['environment'] !== undefined ? [textOf(job.fields['uses'])] : [],
)

const queue: Rule = (file) =>
  [
    { where: 'workflow', group: fieldsOf(file.value['concurrency']) },
    ...jobsOf(file).map((job) => ({ where: job.id, group: fieldsOf(job.fields['concurrency']) })),
  ]
    .filter(
      ({ group }) =>
        group['queue'] === 'max' &&
        ![undefined, false].includes(group['cancel-in-progress'] as boolean),
    )
    .map(({ where }) => ({ rule: 'queue', where, found: 'queue: max with cancel-in-progress' }))

const rank: Readonly<Record<string, number>> = { none: 0, read: 1, write: 2 }

/** GitHub refuses to start a call whose jobs ask for more than the calling job may give. */
const callerPermissions = everyJob('caller-permissions', (job, file) => {
  const path = isCall(job) ? resolveOwn(textOf(job.fields['uses']), file) : null
  if (path === null || !exists(path)) return []
  const given = fieldsOf(job.fields['permissions'])
  return jobsOf(readWorkflow(path)).flatMap((called) =>
    Object.entries(fieldsOf(called.fields['permissions']))
      .filter(([scope, wish]) => (rank[String(wish)] ?? 3) > (rank[String(given[scope])] ?? 0))
      .map(([scope, wish]) => `${called.id} needs ${scope}: ${String(wish)}`),
  )
})

function usesOf(job: Job): readonly string[] {
  return [job.fields['uses'], ...job.steps.map((step) => step['uses'])]
    .map(textOf)
    .filter((uses) => uses !== '')
}

/** Breaches of every rule, in the order of the rules. */
export function findBreaches(file: WorkflowFile): readonly Breach[] {
  return [
    timeout,
    permissions,
    runExpression,
    pinned,
    callerEnvironment,
    queue,
    callerPermissions,
  ].flatMap((rule) => rule(file))
}
