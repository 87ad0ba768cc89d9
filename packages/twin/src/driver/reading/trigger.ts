// Which workflows an event starts: the `on:` filters.
import type { EventsConfig } from '@actions/workflow-parser/model/workflow-template'
import type { RepositoryEvent } from '../../github/service.ts'
import { matchesAny } from './pattern.ts'
import type { WorkflowFile } from './workflow-file.ts'

type PushFilter = NonNullable<EventsConfig['push']>

/** Push and dispatch start workflows; every other event of the twin starts none. */
export function workflowsFor(
  event: RepositoryEvent,
  files: readonly WorkflowFile[],
): readonly WorkflowFile[] {
  if (event.name === 'push') {
    if (asksToSkip(event)) return []
    return files.filter((file) => {
      const filter = file.events.push
      return filter !== undefined && startsOnPush(filter, event)
    })
  }
  if (event.name === 'workflow_dispatch') {
    const wanted = event.payload['workflow']
    return files.filter(
      (file) =>
        file.events.workflow_dispatch !== undefined &&
        (wanted === undefined || isNamed(file, wanted)),
    )
  }
  return []
}

// The payload names the path; the REST call and people name the file.
const isNamed = (file: WorkflowFile, wanted: unknown): boolean =>
  file.path === wanted || file.path === `.github/workflows/${String(wanted)}`

function startsOnPush(filter: PushFilter, event: RepositoryEvent): boolean {
  if (/^0+$/.test(event.after)) return false
  const branch = stripped(event.ref, 'refs/heads/')
  const tag = stripped(event.ref, 'refs/tags/')
  const branchRule = filter.branches !== undefined || filter['branches-ignore'] !== undefined
  const tagRule = filter.tags !== undefined || filter['tags-ignore'] !== undefined
  if (tag !== null) {
    // Path filters do not look at tags.
    if (!tagRule) return !branchRule
    return passes(filter.tags, filter['tags-ignore'], tag)
  }
  if (branch === null) return false
  if (!branchRule && tagRule) return false
  if (branchRule && !passes(filter.branches, filter['branches-ignore'], branch)) return false
  return passesPaths(filter, event.paths)
}

function passes(only: string[] | undefined, except: string[] | undefined, name: string): boolean {
  if (only !== undefined) return matchesAny(only, name)
  return !matchesAny(except ?? [], name)
}

function passesPaths(filter: PushFilter, paths: readonly string[]): boolean {
  const only = filter.paths
  const except = filter['paths-ignore']
  if (only !== undefined) return paths.some((path) => matchesAny(only, path))
  if (except !== undefined) return paths.some((path) => !matchesAny(except, path))
  return true
}

const stripped = (text: string, prefix: string): string | null =>
  text.startsWith(prefix) ? text.slice(prefix.length) : null

function asksToSkip(event: RepositoryEvent): boolean {
  const head = event.payload['head_commit'] as { message?: unknown } | null | undefined
  const message = typeof head?.message === 'string' ? head.message : ''
  return /\[(skip ci|ci skip|no ci|skip actions|actions skip)\]/.test(message)
}
